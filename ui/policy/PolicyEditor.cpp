#include "ui/policy/PolicyEditor.h"

#include "ui/policy/RuleText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QSplitter>
#include <QTextBlock>
#include <QVBoxLayout>

namespace countersign {

namespace {

constexpr int contextLines = 2;

/// Only what differs, with a little around it: "- gone", "+ come", "  same".
QStringList shownChanges(const std::vector<DiffLine>& lines)
{
    QStringList shown;
    int sinceChange = contextLines + 1;
    QStringList waiting;  // equal lines before the next change
    for (const DiffLine& line : lines) {
        if (line.kind == DiffLine::Kind::Same) {
            ++sinceChange;
            if (sinceChange <= contextLines) {
                shown << QStringLiteral("  ") + line.text;
                continue;
            }
            waiting << QStringLiteral("  ") + line.text;
            continue;
        }
        if (waiting.size() > contextLines) {
            shown << QStringLiteral("  …");
        }
        shown << waiting.mid(std::max<qsizetype>(0, waiting.size() - contextLines));
        waiting.clear();
        sinceChange = 0;
        shown << (line.kind == DiffLine::Kind::Removed ? QStringLiteral("- ") : QStringLiteral("+ ")) +
                     line.text;
    }
    return shown;
}

QTextEdit::ExtraSelection fullLine(const QTextBlock& block, const ToneColors& colors)
{
    QTextEdit::ExtraSelection selection;
    selection.cursor = QTextCursor(block);
    selection.format.setBackground(colors.fill);
    selection.format.setForeground(colors.text);
    selection.format.setProperty(QTextFormat::FullWidthSelection, true);
    return selection;
}

}  // namespace

PolicyEditor::PolicyEditor(QWidget* parent)
    : QWidget(parent), m_checker(new PolicyChecker(this)), m_rules(new RuleListModel(this))
{
    build();
    connect(m_checker, &PolicyChecker::checked, this, &PolicyEditor::take);
    connect(m_text, &QPlainTextEdit::textChanged, this, &PolicyEditor::onTextChanged);
    connect(m_text, &QPlainTextEdit::cursorPositionChanged, this, &PolicyEditor::followCursor);
    connect(m_goTo, &QPushButton::clicked, this, &PolicyEditor::goToFault);
    connect(m_table, &DataTable::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid() && !m_isFollowing) {
            goToRule(current.row());
        }
        showRule(current.row());
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        showFault();
        showChanges();
    });
}

void PolicyEditor::build()
{
    m_text = new QPlainTextEdit(this);
    m_text->setFont(Theme::monospace(0.95));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    m_text->setAccessibleName(tr("Text of the policy"));
    m_verdict = mutedLabel({}, this);
    m_verdict->setWordWrap(true);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_goTo = new QPushButton(tr("Go there"), this);
    m_goTo->hide();
    m_table = new DataTable(this);
    m_table->setModel(m_rules);
    m_table->setAccessibleName(tr("Rules"));
    m_table->setColumnWidths({110, 118, 300});
    m_table->setStretchColumn(RuleListModel::Conditions);
    m_changes = new QPlainTextEdit(this);
    m_changes->setReadOnly(true);
    m_changes->setFont(Theme::monospace(0.95));
    m_changes->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_changes->setTabChangesFocus(true);
    m_changes->setAccessibleName(tr("What is different from the policy in force"));
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    m_rule = plainLabel({}, this);
    m_rule->setWordWrap(true);
    m_rule->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* rules = new QWidget(this);
    auto* ruleLayout = new QVBoxLayout(rules);
    ruleLayout->setContentsMargins(0, 0, 0, 0);
    ruleLayout->setSpacing(8);
    ruleLayout->addWidget(m_table, 1);
    ruleLayout->addWidget(m_rule);
    m_tabs->addTab(rules, tr("&Rules"));
    m_tabs->addTab(m_changes, tr("&Changes"));
    auto* verdict = new QHBoxLayout;
    verdict->setSpacing(8);
    verdict->addWidget(m_verdict, 1);
    verdict->addWidget(m_goTo, 0, Qt::AlignTop);
    auto* left = new QWidget(this);
    auto* inside = new QVBoxLayout(left);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(6);
    inside->addWidget(m_text, 1);
    inside->addLayout(verdict);
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setHandleWidth(16);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(m_tabs);
    splitter->setSizes({500, 500});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
}

std::shared_ptr<const PolicyDocument> PolicyEditor::policy() const
{
    return m_isStale || !m_checked ? nullptr : m_checked->policy;
}

void PolicyEditor::setInForce(const QString& text)
{
    const bool untouched = !hasChanges();
    // As the field keeps it: other ends of lines are no change that anybody could see.
    m_inForce = QString(text).replace(QLatin1String("\r\n"), QLatin1String("\n"));
    if (untouched) {
        setText(m_inForce);
    }
    onTextChanged();
}

void PolicyEditor::setText(const QString& text)
{
    m_text->setPlainText(text);
}

void PolicyEditor::onTextChanged()
{
    m_isStale = true;
    m_checker->check(text(), m_inForce);
    Q_EMIT changed();
}

void PolicyEditor::take(const std::shared_ptr<const CheckedPolicy>& result)
{
    m_checked = result;
    m_isStale = false;
    m_isFollowing = true;
    m_rules->setPolicy(result->policy);
    m_isFollowing = false;
    showFault();
    showChanges();
    followCursor();
    Q_EMIT changed();
}

void PolicyEditor::showFault()
{
    QList<QTextEdit::ExtraSelection> marks;
    if (!m_checked) {
        return;
    }
    const bool isEmpty = text().trimmed().isEmpty();
    const bool hasPlace = !m_checked->fault.isEmpty() && m_checked->faultBegin >= 0 && !isEmpty;
    if (hasPlace) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(m_text->document());
        const auto last = m_text->document()->characterCount() - 1;
        mark.cursor.setPosition(std::min(static_cast<int>(m_checked->faultBegin), last));
        mark.cursor.setPosition(std::min(static_cast<int>(m_checked->faultEnd), last),
                                QTextCursor::KeepAnchor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(Theme::instance().colors().bad.text);
        mark.format.setBackground(Theme::instance().colors().bad.fill);
        marks << mark;
    }
    m_text->setExtraSelections(marks);
    m_goTo->setVisible(hasPlace);
    if (isEmpty) {
        m_verdict->setText(tr("Nothing is written: the built-in policy counts."));
    } else if (m_checked->fault.isEmpty()) {
        m_verdict->setText(m_checked->policy->rules.size() == 1
                               ? tr("A policy with 1 rule.")
                               : tr("A policy with %1 rules.").arg(m_checked->policy->rules.size()));
    } else if (hasPlace) {
        const QTextBlock block = m_text->document()->findBlock(static_cast<int>(m_checked->faultBegin));
        m_verdict->setText(tr("Line %1: %2").arg(block.blockNumber() + 1).arg(m_checked->fault));
    } else {
        m_verdict->setText(m_checked->fault);
    }
    setRole(m_verdict,
            m_checked->fault.isEmpty() || isEmpty ? QStringLiteral("muted") : QStringLiteral("bad"));
}

void PolicyEditor::showChanges()
{
    if (!m_checked) {
        return;
    }
    const QStringList lines = shownChanges(m_checked->changes);
    m_changes->setPlainText(lines.isEmpty() ? tr("Nothing is different from the policy in force.")
                                            : lines.join(u'\n'));
    QList<QTextEdit::ExtraSelection> marks;
    const ThemeColors& colors = Theme::instance().colors();
    for (QTextBlock block = m_changes->document()->begin(); block.isValid() && !lines.isEmpty();
         block = block.next()) {
        const QString line = block.text();
        if (line.startsWith(u'+') || line.startsWith(u'-')) {
            marks << fullLine(block, line.startsWith(u'+') ? colors.good : colors.bad);
        }
    }
    m_changes->setExtraSelections(marks);
}

/// The table has a line for each; here the chosen one stands whole.
void PolicyEditor::showRule(int number)
{
    const bool isRule = m_checked && m_checked->policy && number >= 0 && number < m_rules->rules();
    if (!isRule) {
        m_rule->setText({});
        return;
    }
    const PolicyRule& rule = m_checked->policy->rules[static_cast<std::size_t>(number)];
    QStringList lines = conditionLines(rule.when);
    lines = lines.isEmpty() ? QStringList{tr("always")} : lines;
    m_rule->setText(
        tr("%1, when all of this holds:\n· %2\nThen: %3")
            .arg(visibleText(rule.id), lines.join(QStringLiteral("\n· ")), outcomeSentence(rule)));
}

/// The list shows the rule in which one types.
void PolicyEditor::followCursor()
{
    if (m_isStale || !m_checked || m_isFollowing) {
        return;
    }
    const auto number = m_checked->outline.ruleAt(m_text->textCursor().position());
    if (number && *number < m_rules->rules() && m_table->currentIndex().row() != *number) {
        m_isFollowing = true;
        m_table->setCurrentIndex(m_rules->index(*number, 0));
        m_isFollowing = false;
    }
}

void PolicyEditor::goToRule(int number)
{
    if (m_isStale || !m_checked) {
        return;
    }
    if (const auto place = m_checked->outline.rule(number)) {
        m_isFollowing = true;
        select(place->begin, place->end);
        m_isFollowing = false;
    }
}

void PolicyEditor::goToFault()
{
    if (m_checked && m_checked->faultBegin >= 0) {
        select(m_checked->faultBegin, m_checked->faultEnd);
        m_text->setFocus();
    }
}

void PolicyEditor::select(qsizetype begin, qsizetype end)
{
    QTextCursor cursor(m_text->document());
    const auto last = m_text->document()->characterCount() - 1;
    // Its end first: the beginning is what has to be seen.
    cursor.setPosition(std::min(static_cast<int>(end), last));
    cursor.setPosition(std::min(static_cast<int>(begin), last), QTextCursor::KeepAnchor);
    m_text->setTextCursor(cursor);
    m_text->ensureCursorVisible();
}

}  // namespace countersign
