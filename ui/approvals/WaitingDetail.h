#pragma once

#include "ui/approvals/StatementsView.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/identity/AddressView.h"

#include <QPushButton>

namespace countersign {

/// The pane of a job that waits: what the policy asks, what operators said, and the way into the review,
/// where it is decided.
class WaitingDetail : public QWidget
{
    Q_OBJECT

public:
    explicit WaitingDetail(const Clock& clock, QWidget* parent = nullptr);

    /// nullptr: none is selected.
    void show(const WaitingJob* one);
    QString jobId() const { return m_jobId; }
    StatementsView* statements() const { return m_statements; }
    QPushButton* endorseButton() const { return m_endorse; }
    QPushButton* rejectButton() const { return m_reject; }
    QString policy() const { return m_policy->text(); }

Q_SIGNALS:
    void reviewWanted(const QString& jobId);
    void rejectWanted(const QString& jobId);

private:
    void build();
    void showJob(const WaitingJob& one);

    const Clock& m_clock;
    QString m_jobId;
    QLabel* m_nothing = nullptr;
    QWidget* m_content = nullptr;
    QLabel* m_title = nullptr;
    AddressView* m_address = nullptr;
    ChipLabel* m_state = nullptr;
    ChipLabel* m_left = nullptr;
    QLabel* m_reason = nullptr;
    QLabel* m_policy = nullptr;
    QPushButton* m_endorse = nullptr;
    QPushButton* m_reject = nullptr;
    StatementsView* m_statements = nullptr;
};

}  // namespace countersign
