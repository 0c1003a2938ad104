#include "ui/revocation/WaitingRevocations.h"

#include "ui/text/AddressText.h"
#include "ui/text/RevocationText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <algorithm>

namespace countersign {

namespace {
constexpr int waitingDelayMs = 200;
}  // namespace

WaitingRevocations::WaitingRevocations(RevocationControl& control, const Clock& clock, QWidget* parent)
    : QWidget(parent), m_control(control), m_clock(clock)
{
    m_retry = new QPushButton(tr("Try again now"), this);
    m_retry->setToolTip(tr("Asks Dynamic about everything that waits. A pause that it asked for is kept."));
    auto* head = new QHBoxLayout;
    head->addWidget(plainLabel(tr("Revocations that wait"), this, Theme::font(1.25, QFont::DemiBold)), 1);
    head->addWidget(m_retry);
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(8);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(head);
    layout->addLayout(m_rows);
    hide();

    // 100,000 wallets are answered in a thousand steps.
    m_soon.setSingleShot(true);
    m_soon.setInterval(waitingDelayMs);
    connect(&m_soon, &QTimer::timeout, this, &WaitingRevocations::refresh);
    connect(&m_control, &RevocationControl::changed, this, [this] {
        if (!m_soon.isActive()) {
            m_soon.start();
        }
    });
    connect(&m_control, &RevocationControl::readyChanged, this, &WaitingRevocations::refresh);
    connect(m_retry, &QPushButton::clicked, this, [this] { m_control.resume(); });
    connect(&Theme::instance(), &Theme::changed, this, &WaitingRevocations::draw);
}

void WaitingRevocations::refresh()
{
    if (!m_control.isReady()) {
        m_summaries.clear();
        m_problem.clear();
        return draw();
    }
    m_isStale = m_isReading;
    if (m_isReading) {
        return;
    }
    m_isReading = true;
    m_control.list(this, RevocationControl::Which::GoingOn,
                   [this](const Result<RevocationControl::Summaries>& summaries) {
                       m_isReading = false;
                       take(summaries);
                       if (std::exchange(m_isStale, false)) {
                           refresh();
                       }
                   });
}

void WaitingRevocations::take(const Result<RevocationControl::Summaries>& summaries)
{
    if (!m_control.isReady()) {
        return;
    }
    m_summaries = summaries ? *summaries : RevocationControl::Summaries();
    m_problem = summaries ? QString() : summaries.error().sentence;
    draw();
}

void WaitingRevocations::repaintTimes()
{
    const bool isPaused = std::ranges::any_of(
        m_summaries, [](const RevocationSummary& summary) { return summary.tryAfter != 0; });
    if (isPaused) {
        draw();
    }
}

void WaitingRevocations::draw()
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    setVisible(!m_summaries.empty() || !m_problem.isEmpty());
    bool isAnyWaiting = false;
    std::size_t shown = 0;
    if (!m_problem.isEmpty()) {
        addCard(QStringLiteral("error"), tr("The revocations cannot be read"), m_problem);
    }
    for (const RevocationSummary& summary : m_summaries) {
        const bool isForOperator = summary.waiting() == 0 && summary.held > 0;
        isAnyWaiting = isAnyWaiting || (!isForOperator && !summary.damage);
        if (++shown > mostShown) {
            continue;
        }
        if (!isForOperator || summary.damage) {
            addWaiting(summary);
        }
        for (const RevocationItem& item : summary.firstHeld) {
            addHeld(summary, item);
        }
    }
    if (shown > mostShown) {
        QBoxLayout* card = addCard(QStringLiteral("clock"), tr("%1 more").arg(shown - mostShown), {});
        connect(addButton(card, tr("Show all"), {}), &QPushButton::clicked, this,
                &WaitingRevocations::listWanted);
    }
    m_retry->setVisible(isAnyWaiting);
}

QBoxLayout* WaitingRevocations::addCard(const QString& icon, const QString& words, const QString& sentence)
{
    QFrame* card = cardFrame(this);
    auto* picture = new QLabel(card);
    picture->setPixmap(iconPixmap(icon, Theme::instance().colors().warning.text, 20, devicePixelRatioF()));
    QLabel* meaning = mutedLabel(sentence, card);
    meaning->setWordWrap(true);
    auto* layout = new QHBoxLayout(card);
    layout->setContentsMargins(12, 6, 8, 6);
    layout->setSpacing(12);
    layout->addWidget(picture);
    layout->addWidget(sectionLabel(words, card));
    layout->addWidget(meaning, 1);
    m_rows->addWidget(card);
    return layout;
}

QPushButton* WaitingRevocations::addButton(QBoxLayout* card, const QString& text, const QString& of)
{
    auto* button = new QPushButton(text, card->parentWidget());
    button->setAccessibleName(of.isEmpty() ? text : tr("%1: %2").arg(of, text));
    card->addWidget(button);
    return button;
}

void WaitingRevocations::addWaiting(const RevocationSummary& summary)
{
    const QString id = QString::fromStdString(summary.id);
    const QString words = summary.damage ? tr("A revocation was changed outside Countersign")
                          : summary.waiting() > 0
                              ? tr("%1 of %2 waiting").arg(summary.waiting()).arg(summary.wallets)
                              : tr("Answered, not finished here: %1").arg(walletCount(summary.wallets));
    const QString sentence =
        summary.damage ? summary.damage->sentence
        : summary.waiting() > 0
            ? visibleText(summary.waitsFor) + u' ' + nextTryText(summary.tryAfter, m_clock.now())
            : tr("Dynamic has answered for every wallet. What is left to do here goes on by itself.");
    QBoxLayout* card = addCard(summary.damage ? QStringLiteral("error") : QStringLiteral("clock"), words,
                               sentence.trimmed());
    connect(addButton(card, tr("Show"), words), &QPushButton::clicked, this,
            [this, id] { Q_EMIT revocationChosen(id); });
}

void WaitingRevocations::addHeld(const RevocationSummary& summary, const RevocationItem& item)
{
    const QString address = elidedAddress(visibleText(item.address));
    QBoxLayout* card = addCard(QStringLiteral("warning"), tr("Delegated again: %1").arg(address),
                               tr("It was to be revoked (%1), and was delegated anew before Dynamic "
                                  "answered. Nothing is signed with "
                                  "it until you decide.")
                                   .arg(visibleText(summary.reason)));
    const QString walletId = QString::fromStdString(item.walletId);
    const QString id = QString::fromStdString(summary.id);
    connect(addButton(card, tr("Show the wallet"), address), &QPushButton::clicked, this,
            [this, walletId] { Q_EMIT walletChosen(walletId); });
    connect(addButton(card, tr("Decide …"), address), &QPushButton::clicked, this,
            [this, id] { Q_EMIT revocationChosen(id); });
}

}  // namespace countersign
