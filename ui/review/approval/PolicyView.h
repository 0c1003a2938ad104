#pragma once

#include "ui/approvals/StatementsView.h"

#include <QLabel>
#include <QVBoxLayout>

namespace countersign {

/// What the policy in force decided about a job, rule by rule, and what operators said about it.
class PolicyView : public QWidget
{
    Q_OBJECT

public:
    explicit PolicyView(QWidget* parent = nullptr);

    void show(const JobStanding& standing, UnixMillis now);
    /// In place of everything: being read, or why it cannot be told.
    void showSentence(const QString& sentence);
    StatementsView* statements() const { return m_statements; }
    /// Of the decision, and a line for each rule.
    QString decision() const { return m_decision->text(); }
    QStringList trace() const;

private:
    void clearTrace();
    void addLine(const PolicyTraceLine& line);

    QLabel* m_decision = nullptr;
    QWidget* m_details = nullptr;
    QVBoxLayout* m_trace = nullptr;
    QLabel* m_hash = nullptr;
    StatementsView* m_statements = nullptr;
};

}  // namespace countersign
