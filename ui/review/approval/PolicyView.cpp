#include "ui/review/approval/PolicyView.h"

#include "ui/approvals/StandingText.h"
#include "ui/text/AddressText.h"
#include "ui/text/AmountVisibility.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QHBoxLayout>

namespace countersign {

PolicyView::PolicyView(QWidget* parent) : QWidget(parent)
{
    m_decision = plainLabel({}, this, Theme::font(1.1, QFont::DemiBold));
    m_decision->setWordWrap(true);
    m_decision->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details = new QWidget(this);
    m_trace = new QVBoxLayout;
    m_trace->setSpacing(6);
    m_hash = mutedLabel({}, m_details);
    m_hash->setWordWrap(true);
    m_hash->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_statements = new StatementsView(m_details);
    auto* details = new QVBoxLayout(m_details);
    details->setContentsMargins(0, 0, 0, 0);
    details->setSpacing(10);
    details->addLayout(m_trace);
    details->addWidget(m_hash);
    details->addWidget(lineFrame(m_details));
    details->addWidget(m_statements);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 8, 4);
    layout->setSpacing(10);
    layout->addWidget(m_decision);
    layout->addWidget(m_details);
    layout->addStretch(1);
    showSentence({});
}

void PolicyView::clearTrace()
{
    while (QLayoutItem* item = m_trace->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void PolicyView::showSentence(const QString& sentence)
{
    clearTrace();
    m_decision->setText(sentence);
    m_details->hide();
}

void PolicyView::addLine(const PolicyTraceLine& line)
{
    auto* row = new QWidget(m_details);
    row->setObjectName(QStringLiteral("trace"));
    auto* chip = new ChipLabel(row);
    chip->setState(line.matched ? StateText{tr("Holds"),
                                            QStringLiteral("check"),
                                            Tone::Info,
                                            tr("Every condition of this rule holds: it decides."),
                                            {}}
                                : StateText{tr("Does not hold"),
                                            QStringLiteral("step"),
                                            Tone::Neutral,
                                            tr("The next rule is asked."),
                                            {}});
    QLabel* name =
        plainLabel(line.rule ? visibleText(*line.rule) : QString(), row, Theme::font(1.0, QFont::DemiBold));
    QLabel* because = plainLabel(shownAmounts(visibleText(line.because, false, 2000)), row);
    because->setWordWrap(true);
    because->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    // Level with the chip's word.
    constexpr int level = 4;
    name->setContentsMargins(0, level, 0, 0);
    because->setContentsMargins(0, level, 0, 0);
    layout->addWidget(chip, 0, Qt::AlignTop);
    layout->addWidget(name, 0, Qt::AlignTop);
    layout->addWidget(because, 1, Qt::AlignTop);
    m_trace->addWidget(row);
}

void PolicyView::show(const JobStanding& standing, UnixMillis now)
{
    clearTrace();
    const PolicyDecision& decision = standing.judged.decision;
    m_decision->setText(decisionText(decision));
    for (const PolicyTraceLine& line : decision.trace) {
        addLine(line);
    }
    m_hash->setText(tr("Policy %1").arg(elidedId(QString::fromStdString(standing.judged.terms.policy))));
    m_hash->setToolTip(plainToolTip(QString::fromStdString(standing.judged.terms.policy)));
    m_statements->show(standing, now);
    m_details->show();
}

QStringList PolicyView::trace() const
{
    QStringList lines;
    for (const auto* row : m_details->findChildren<QWidget*>(QStringLiteral("trace"))) {
        QStringList words = {row->findChild<ChipLabel*>()->accessibleName()};
        for (const auto* label : row->findChildren<QLabel*>()) {
            words << label->text();
        }
        lines << words.join(QStringLiteral(" | "));
    }
    return lines;
}

}  // namespace countersign
