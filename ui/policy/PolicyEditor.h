#pragma once

#include "ui/policy/PolicyChecker.h"
#include "ui/policy/RuleListModel.h"
#include "ui/widgets/table/DataTable.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>

namespace countersign {

/// The editor of a policy: its text, and beside it the rules in words, which follow the cursor, and what is
/// different from the one in force. What is wrong is marked where it stands, a moment after it was typed.
class PolicyEditor : public QWidget
{
    Q_OBJECT

public:
    explicit PolicyEditor(QWidget* parent = nullptr);

    /// Empty: the built-in one. What is typed stays; an untouched text becomes this one.
    void setInForce(const QString& text);
    void setText(const QString& text);
    QString text() const { return m_text->toPlainText(); }
    /// nullptr while it is being checked, and where it is no policy.
    std::shared_ptr<const PolicyDocument> policy() const;
    bool hasChanges() const { return text() != m_inForce; }
    bool isSettled() const { return m_checker->isSettled(); }
    /// "Line 3: …", or that it is a policy.
    QString verdict() const { return m_verdict->text(); }
    QString changes() const { return m_changes->toPlainText(); }
    void discardChanges() { setText(m_inForce); }
    void goToFault();
    void addTab(QWidget* page, const QString& title) { m_tabs->addTab(page, title); }
    QTabWidget* tabs() const { return m_tabs; }
    QPlainTextEdit* textField() const { return m_text; }
    QString ruleText() const { return m_rule->text(); }
    DataTable* ruleTable() const { return m_table; }
    RuleListModel* rules() const { return m_rules; }

Q_SIGNALS:
    /// Text, verdict or what is in force.
    void changed();

private:
    void build();
    void onTextChanged();
    void take(const std::shared_ptr<const CheckedPolicy>& result);
    void showFault();
    void showChanges();
    void followCursor();
    void goToRule(int number);
    void showRule(int number);
    void select(qsizetype begin, qsizetype end);

    PolicyChecker* m_checker = nullptr;
    RuleListModel* m_rules = nullptr;
    std::shared_ptr<const CheckedPolicy> m_checked;  ///< of an earlier text while m_isStale
    bool m_isStale = true;
    bool m_isFollowing = false;  ///< the selection follows the cursor, not the other way round
    QString m_inForce;
    QPlainTextEdit* m_text = nullptr;
    QLabel* m_verdict = nullptr;
    QPushButton* m_goTo = nullptr;
    QTabWidget* m_tabs = nullptr;
    DataTable* m_table = nullptr;
    QLabel* m_rule = nullptr;  ///< the chosen one, whole
    QPlainTextEdit* m_changes = nullptr;
};

}  // namespace countersign
