#pragma once

#include "core/signing/approval/UniformJobs.h"
#include "ui/revocation/ReauthenticationPanel.h"
#include "ui/session/control/ApprovalControl.h"
#include "ui/session/control/JobControl.h"
#include "ui/session/reading/ProfileReader.h"

#include <QDialog>
#include <QElapsedTimer>
#include <QTimer>
#include <QTreeWidget>

namespace countersign {

/// Approving several jobs of one kind after one look: what each does and what they move together. Only jobs
/// that differ in nothing that needs a look of its own (uniformJobs). Each is approved by itself, one after
/// the other, with the digest that was shown, and has its own signature and entries in the record. Closing it
/// stops after the one that is under way. Enter decides nothing.
class ApproveSeveralDialog : public QDialog
{
    Q_OBJECT

public:
    struct Controls
    {
        ProfileReader& reader;
        JobControl& jobs;
        ApprovalControl& approvals;
        Reauthentication& reauthentication;
        const Clock& clock;
    };

    /// rows: of the jobs' table, in the order in which they are approved; more than mostJobsTogether are
    /// refused with the reason.
    ApproveSeveralDialog(const std::vector<std::int64_t>& rows, const Controls& controls,
                         QWidget* parent = nullptr);

    /// How long the list must have been there before it can be approved; 0 in tests.
    void setFriction(int ms);
    QString sentence() const { return m_sentence->text(); }
    QTreeWidget* list() const { return m_list; }
    ReauthenticationPanel* reauthentication() const { return m_again; }
    QPushButton* approveButton() const { return m_approve; }
    QPushButton* closeButton() const { return m_close; }
    bool isRunning() const { return m_isRunning; }

    void done(int result) override;

private:
    enum Column { What, To, Wallet, Outcome, ColumnCount };

    void build();
    void load(const std::vector<std::int64_t>& rows);
    void prepare(const std::vector<Job>& jobs, std::size_t from, const std::vector<std::int64_t>& rows);
    void explain(const std::vector<std::int64_t>& rows);
    bool isStale(const Job& job) const;
    void askNext();
    void judge();
    void refuse(const QString& sentence);
    void showRows();
    void update();
    void approve();
    void approveNext();
    void handleApproved(std::size_t at, const Result<Job>& job);
    void showEnd();

    Controls m_controls;
    std::vector<ExplainedJob> m_jobs;
    std::vector<PolicyDecision> m_decisions;  ///< of as many of them as are known
    std::optional<UniformJobs> m_common;      ///< they may be approved together
    QElapsedTimer m_lookedAt;
    QTimer m_frictionOver;
    int m_frictionMs = 3000;
    bool m_isRunning = false;
    bool m_isDone = false;
    bool m_isStopped = false;  ///< closed: nothing begins any more
    bool m_isReauthenticated = false;
    std::size_t m_next = 0;  ///< of the jobs, to be approved
    int m_approved = 0;
    QLabel* m_sentence = nullptr;
    QTreeWidget* m_list = nullptr;
    ReauthenticationPanel* m_again = nullptr;
    QPushButton* m_approve = nullptr;
    QPushButton* m_close = nullptr;
};

}  // namespace countersign
