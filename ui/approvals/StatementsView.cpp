#include "ui/approvals/StatementsView.h"

#include "core/base/encoding/Hex.h"
#include "ui/approvals/StandingText.h"
#include "ui/text/OperatorText.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QHBoxLayout>

namespace countersign {

namespace {

/// A comment is anybody's text, and long ones fold nothing of the review away.
constexpr std::size_t shownCommentBytes = 600;

struct Comparison
{
    QString theirs;
    QString ours;
    QString what;
};

Comparison comparisonOf(ApprovalDoubt doubt, const ApprovalStatement& statement, const JobStanding& standing)
{
    const auto text = [](const std::string& hash) { return QString::fromStdString(hash); };
    switch (doubt) {
        case ApprovalDoubt::AnotherDigest:
            return {text(toHexPrefixed(statement.digest)), text(toHexPrefixed(standing.digest)),
                    StatementsView::tr("Digest")};
        case ApprovalDoubt::AnotherExplanation:
            return {text(statement.explanation), text(standing.explanation),
                    StatementsView::tr("Hash of the explanation")};
        case ApprovalDoubt::AnotherPolicy:
            return {text(statement.policy), text(standing.judged.terms.policy),
                    StatementsView::tr("Hash of the policy")};
        default:
            return {};
    }
}

QLabel* wrapped(const QString& text, QWidget* parent)
{
    QLabel* label = plainLabel(text, parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

}  // namespace

StatementsView::StatementsView(QWidget* parent) : QWidget(parent)
{
    m_headline = plainLabel({}, this, Theme::font(1.1, QFont::DemiBold));
    m_headline->setWordWrap(true);
    m_may = mutedLabel({}, this);
    m_may->setWordWrap(true);
    m_damage = plainLabel(
        tr("Some stored statements were changed outside Countersign, so they are left out."), this);
    m_damage->setProperty("role", QStringLiteral("bad"));
    m_damage->setWordWrap(true);
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(12);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_headline);
    layout->addWidget(m_may);
    layout->addWidget(m_damage);
    layout->addSpacing(4);
    layout->addLayout(m_rows);
    showSentence({});
}

void StatementsView::clear()
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void StatementsView::showSentence(const QString& sentence)
{
    clear();
    m_headline->setText(sentence);
    m_headline->setVisible(!sentence.isEmpty());
    m_may->hide();
    m_damage->hide();
}

void StatementsView::show(const JobStanding& standing, UnixMillis now)
{
    clear();
    m_headline->setText(tr("Approvals: %1").arg(countText(standing.count)));
    m_headline->show();
    const QString may = mayApproveText(standing);
    m_may->setText(may);
    m_may->setVisible(!may.isEmpty());
    m_damage->setVisible(standing.damaged > 0);
    for (const CountedApproval& one : standing.count.statements) {
        addStatement(one, standing, now);
    }
    if (standing.count.statements.empty()) {
        m_rows->addWidget(mutedLabel(tr("Nobody said anything about it yet."), this));
    }
}

void StatementsView::addStatement(const CountedApproval& one, const JobStanding& standing, UnixMillis now)
{
    const ApprovalStatement& statement = one.statement;
    auto* row = new QWidget(this);
    auto* decision = new ChipLabel(row);
    StateText said = decisionText(statement.decision);
    if (!one.counts()) {
        said.tone = Tone::Neutral;
    }
    decision->setState(said);
    QLabel* who = plainLabel(speakerText(one), row, Theme::font(1.0, QFont::DemiBold));
    who->setToolTip(plainToolTip(operatorKeyText(statement.operatorKey)));
    QLabel* at = mutedLabel(relativeTime(statement.at, now), row);
    at->setToolTip(plainToolTip(absoluteTime(statement.at)));
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(decision);
    head->addWidget(who);
    head->addWidget(at);
    head->addStretch(1);
    auto* rows = new QVBoxLayout(row);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(4);
    rows->addLayout(head);
    if (!statement.reason.empty()) {
        const bool isCut = statement.reason.size() > shownCommentBytes;
        const QString comment = visibleText(statement.reason, true, shownCommentBytes);
        rows->addWidget(
            wrapped(isCut ? tr("Comment: %1 … (longer)").arg(comment) : tr("Comment: %1").arg(comment), row));
    }
    if (one.why) {
        addDoubt(rows, one, standing, row);
    }
    m_rows->addWidget(row);
}

void StatementsView::addDoubt(QVBoxLayout* rows, const CountedApproval& one, const JobStanding& standing,
                              QWidget* parent)
{
    const StateText doubt = doubtText(*one.why);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    auto* chip = new ChipLabel(parent);
    chip->setState(doubt);
    line->addWidget(chip, 0, Qt::AlignTop);
    const QString words = doubt.remedy.isEmpty() ? doubt.meaning : doubt.meaning + u' ' + doubt.remedy;
    line->addWidget(wrapped(tr("Does not count. %1").arg(words), parent), 1);
    rows->addLayout(line);
    const Comparison compared = comparisonOf(*one.why, one.statement, standing);
    if (compared.what.isEmpty()) {
        return;
    }
    auto* grid = new FactGrid(parent);
    grid->addCode(tr("%1 at their desk").arg(compared.what), compared.theirs);
    grid->addCode(tr("%1 at this desk").arg(compared.what), compared.ours);
    rows->addWidget(grid);
}

QString StatementsView::text() const
{
    QStringList texts;
    for (const auto* label : findChildren<QLabel*>()) {
        // What was added just now is shown by the layout.
        const bool isHidden = label->testAttribute(Qt::WA_WState_ExplicitShowHide) && label->isHidden();
        if (!isHidden) {
            texts << label->text();
        }
    }
    for (const auto* chip : findChildren<ChipLabel*>()) {
        texts << chip->accessibleName();
    }
    return texts.join(u'\n');
}

}  // namespace countersign
