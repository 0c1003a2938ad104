#pragma once

#include "ui/session/control/ApprovalControl.h"

#include <QLabel>
#include <QVBoxLayout>
#include <QWidget>

namespace countersign {

/// What operators said about one job: how many approvals there are and are needed, who may give one, and each
/// statement with its comment; where it does not count, why, and what the other desk saw beside what this one
/// sees, as far as the statement carries it.
class StatementsView : public QWidget
{
    Q_OBJECT

public:
    explicit StatementsView(QWidget* parent = nullptr);

    void show(const JobStanding& standing, UnixMillis now);
    /// In place of everything.
    void showSentence(const QString& sentence);
    /// Everything that is shown, for tests and people who cannot see it.
    QString text() const;

private:
    void clear();
    void addStatement(const CountedApproval& one, const JobStanding& standing, UnixMillis now);
    void addDoubt(QVBoxLayout* rows, const CountedApproval& one, const JobStanding& standing,
                  QWidget* parent);

    QLabel* m_headline = nullptr;
    QLabel* m_may = nullptr;
    QLabel* m_damage = nullptr;
    QVBoxLayout* m_rows = nullptr;
};

}  // namespace countersign
