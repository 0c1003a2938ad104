#include "ui/pages/QuarantineDetail.h"

#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

QuarantineDetail::QuarantineDetail(QWidget* parent) : QWidget(parent)
{
    m_placeholder = mutedLabel(tr("Select an entry to see what would mend it."), this);
    m_placeholder->setAlignment(Qt::AlignCenter);
    m_placeholder->setWordWrap(true);
    m_content = new QWidget(this);
    m_title = plainLabel({}, m_content, Theme::font(1.25, QFont::DemiBold));
    m_title->setWordWrap(true);
    m_reason = new ChipLabel(m_content);
    m_meaning = plainLabel({}, m_content);
    m_meaning->setWordWrap(true);
    m_advice = adviceFrame(m_content);
    m_remedy = plainLabel({}, m_advice);
    m_remedy->setWordWrap(true);
    auto* advice = new QVBoxLayout(m_advice);
    advice->setContentsMargins(12, 10, 12, 10);
    advice->setSpacing(4);
    advice->addWidget(plainLabel(tr("What mends it"), m_advice, Theme::font(1.0, QFont::DemiBold)));
    advice->addWidget(m_remedy);

    m_retry = new QPushButton(tr("Retry"), m_content);
    m_retry->setProperty("role", QStringLiteral("primary"));
    m_toDelivery = new QPushButton(tr("Show the delivery"), m_content);
    auto* actions = new QHBoxLayout;
    actions->setSpacing(8);
    actions->addWidget(m_retry);
    actions->addWidget(m_toDelivery);
    actions->addStretch(1);
    m_obstacle = mutedLabel({}, m_content);
    m_obstacle->setWordWrap(true);
    m_facts = new FactGrid(m_content);

    auto* content = new QVBoxLayout(m_content);
    content->setContentsMargins(0, 0, 0, 0);
    content->setSpacing(10);
    content->addWidget(m_title);
    content->addWidget(m_reason);
    content->addWidget(m_meaning);
    content->addWidget(m_advice);
    content->addLayout(actions);
    content->addWidget(m_obstacle);
    content->addSpacing(4);
    content->addWidget(m_facts);
    content->addStretch(1);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 0, 12, 8);
    layout->addWidget(m_placeholder, 1);
    layout->addWidget(m_content, 1);
    connect(m_retry, &QPushButton::clicked, this, &QuarantineDetail::retryWanted);
    connect(m_toDelivery, &QPushButton::clicked, this, &QuarantineDetail::deliveryWanted);
    clear();
    setObstacle({});
}

void QuarantineDetail::clear()
{
    m_content->hide();
    m_placeholder->show();
}

void QuarantineDetail::setObstacle(const QString& sentence)
{
    m_obstacle->setText(sentence);
    m_obstacle->setVisible(!sentence.isEmpty());
    m_retry->setEnabled(sentence.isEmpty());
}

void QuarantineDetail::show(const QuarantineItem& item)
{
    const StateText text = quarantineText(QString::fromStdString(item.reasonCode));
    m_title->setText(item.eventName ? visibleText(*item.eventName) : tr("No readable event"));
    m_reason->setState(text);
    m_meaning->setText(item.reason.empty() ? text.meaning : visibleText(item.reason));
    m_remedy->setText(text.remedy);
    m_facts->clear();
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
    m_placeholder->hide();
    m_content->show();
}

}  // namespace countersign
