#include "ui/pages/detail/QuarantineDetail.h"

#include "ui/text/StateText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <array>

namespace countersign {

QuarantineDetail::QuarantineDetail(ProfileReader& reader, QWidget* parent)
    : DetailPane(reader, tr("Select an entry to see what would mend it."), parent)
{
    build();
    connect(m_retry, &QPushButton::clicked, this, &QuarantineDetail::retryWanted);
    connect(m_drop, &QPushButton::clicked, this, &QuarantineDetail::dropWanted);
    connect(m_toDelivery, &QPushButton::clicked, this, &QuarantineDetail::deliveryWanted);
    setObstacle({});
}

void QuarantineDetail::build()
{
    m_title = plainLabel({}, content(), Theme::font(1.25, QFont::DemiBold));
    m_title->setWordWrap(true);
    m_reason = new ChipLabel(content());
    m_meaning = plainLabel({}, content());
    m_meaning->setWordWrap(true);
    m_retry = new QPushButton(tr("Retry"), content());
    m_retry->setProperty("role", QStringLiteral("primary"));
    m_toDelivery = new QPushButton(tr("Show the delivery"), content());
    auto* actions = new QHBoxLayout;
    actions->setSpacing(8);
    actions->addWidget(m_retry);
    actions->addWidget(m_toDelivery);
    actions->addStretch(1);
    m_obstacle = mutedLabel({}, content());
    m_obstacle->setWordWrap(true);
    m_facts = new FactGrid(content());
    m_drop = new QPushButton(tr("Drop …"), content());
    m_drop->setToolTip(tr("Takes this delivery out of quarantine for good."));
    m_drop->setAccessibleName(tr("Drop this delivery"));

    auto* layout = new QVBoxLayout(content());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_title);
    layout->addWidget(m_reason);
    layout->addWidget(m_meaning);
    layout->addWidget(buildAdvice());
    layout->addLayout(actions);
    layout->addWidget(m_obstacle);
    layout->addSpacing(4);
    layout->addWidget(m_facts);
    layout->addSpacing(4);
    layout->addWidget(m_drop, 0, Qt::AlignLeft);
    layout->addStretch(1);
}

QWidget* QuarantineDetail::buildAdvice()
{
    QFrame* frame = adviceFrame(content());
    m_remedy = plainLabel({}, frame);
    m_remedy->setWordWrap(true);
    auto* advice = new QVBoxLayout(frame);
    advice->setContentsMargins(12, 10, 12, 10);
    advice->setSpacing(4);
    advice->addWidget(plainLabel(tr("What mends it"), frame, Theme::font(1.0, QFont::DemiBold)));
    advice->addWidget(m_remedy);
    return frame;
}

void QuarantineDetail::setObstacle(const QString& sentence)
{
    m_session = sentence;
    updateActions();
}

void QuarantineDetail::updateActions()
{
    QString obstacle = m_session;
    const bool canBeRetried = !m_item || m_item->canBeRetried;
    if (obstacle.isEmpty() && !canBeRetried) {
        obstacle =
            m_item->isBodyKept
                ? tr("Its ciphertexts were removed because the delegation is over; its signature cannot be "
                     "verified any more.")
                : tr("Its body was not kept: there were too many deliveries without a valid signature.");
    }
    m_obstacle->setText(obstacle);
    m_obstacle->setVisible(!obstacle.isEmpty());
    m_retry->setEnabled(m_session.isEmpty() && canBeRetried);
    m_drop->setEnabled(m_session.isEmpty());
}

Result<QuarantineItem> QuarantineDetail::known(Database& database, std::int64_t id)
{
    ASSIGN_OR_RETURN(auto rows, QuarantineCatalog(database).rows(std::array{id}));
    if (rows.empty()) {
        return failure(ErrorCode::NotFound, tr("This delivery is not in quarantine any more."));
    }
    return std::move(rows.front());
}

void QuarantineDetail::read()
{
    ask<QuarantineItem>(&QuarantineDetail::known, [this](QuarantineItem item) { take(std::move(item)); });
}

void QuarantineDetail::take(QuarantineItem item)
{
    m_item = std::move(item);
    const StateText text = quarantineText(QString::fromStdString(m_item->reasonCode));
    m_title->setText(entryTitle(m_item->kind, m_item->eventName));
    m_reason->setState(text);
    m_meaning->setText(m_item->reason.empty() ? text.meaning : visibleText(m_item->reason));
    m_remedy->setText(text.remedy);
    showFacts();
    updateActions();
}

void QuarantineDetail::showFacts()
{
    const QuarantineItem& item = *m_item;
    m_facts->clear();
    m_facts->add(tr("Signature"),
                 item.isGenuine ? tr("valid: the delivery is genuine") : tr("none that this profile trusts"));
    if (!item.detail.empty()) {
        m_facts->add(tr("Detail"), visibleText(item.detail));
    }
    if (item.eventId) {
        m_facts->addCode(tr("Event id"), visibleText(*item.eventId));
    }
    if (item.walletId) {
        m_facts->addCode(tr("Wallet id"), visibleText(*item.walletId));
    }
    m_facts->addTime(tr("Received"), item.receivedAt);
    m_facts->addTime(tr("Waits since"), item.since);
    if (item.lastRetryAt) {
        m_facts->addTime(tr("Last retry"), *item.lastRetryAt);
    }
    m_facts->add(tr("Retries"), QString::number(item.retries));
}

}  // namespace countersign
