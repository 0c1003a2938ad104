#pragma once

#include "core/signing/store/JobCatalog.h"
#include "ui/pages/detail/JobDetail.h"
#include "ui/review/CeremonySteps.h"
#include "ui/review/EngineChoice.h"
#include "ui/review/ReviewPhase.h"
#include "ui/review/approval/ApprovalPanel.h"
#include "ui/review/approval/PolicyView.h"
#include "ui/review/content/ContentView.h"
#include "ui/session/control/JobControl.h"
#include "ui/session/reading/ProfileReader.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/identity/AddressView.h"
#include "ui/widgets/navigation/NoticeBar.h"

#include <QDialog>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace countersign {

/// The dialog for reviewing a job, the one place where it is decided. It shows what is signed before it lets
/// anybody approve it, hands over the digest that it showed, and then shows the ceremony. It never waits for
/// anything and runs no event loop of its own; closing it stops nothing. Enter decides nothing, and Esc goes
/// back one step before it closes.
class ReviewDialog : public QDialog
{
    Q_OBJECT

public:
    using Phase = ReviewPhase;

    ReviewDialog(ProfileReader& reader, JobControl& control, const Clock& clock, bool demonstration,
                 QWidget* parent = nullptr);

    /// Once, before review(): what the policy asks and what operators say is shown, and decides with the rest
    /// what can be approved here.
    void setApprovals(ApprovalControl& control, Reauthentication& reauthentication);
    /// Once; shows the job as soon as it was read.
    void review(const QString& jobId);
    /// What explains jobs has become another.
    void refresh() { load(); }
    /// Puts the cursor where the reason of a rejection is written, as soon as the job was read.
    void startRejecting();
    QString jobId() const { return m_jobId; }
    Phase phase() const { return m_now.phase; }
    /// Once a second by itself; tests call it after moving their clock.
    void tick();
    /// How long it must have been looked at before it can be approved; 0 in tests.
    void setFriction(int readableMs, int unreadableMs);

    ContentView* content() const { return m_content; }
    CeremonySteps* steps() const { return m_steps; }
    EngineChoice* engines() const { return m_engines; }
    QPushButton* approveButton() const { return m_approve; }
    /// The second step, where the operator chose an engine that takes the share elsewhere.
    QPushButton* confirmApproveButton() const { return m_confirmApprove; }
    QString confirmation() const
    {
        return m_confirmPart->isVisibleTo(this) ? m_confirmSentence->text() : QString();
    }
    QPushButton* rejectButton() const { return m_reject; }
    QPushButton* confirmRejectButton() const { return m_confirmReject; }
    QPushButton* cancelButton() const { return m_cancel; }
    QPushButton* closeButton() const { return m_close; }
    QLineEdit* reasonField() const { return m_reason; }
    QString banner() const { return m_banner->isVisibleTo(this) ? m_banner->sentence() : QString(); }
    QString notice() const { return m_notice->isVisibleTo(this) ? m_notice->sentence() : QString(); }
    QString intent() const { return m_intent->text(); }
    QString footer() const { return m_engines->sentence(); }
    /// With setApprovals.
    ApprovalPanel* approvals() const { return m_approvals; }
    PolicyView* policy() const { return m_policy; }

    /// Values from a node that are older are fetched anew.
    static constexpr UnixMillis freshFor = 60'000;

Q_SIGNALS:
    void walletChosen(const QString& walletId);

protected:
    /// Esc and the button "Close": back from what was opened in here, then out.
    void reject() override;
    void closeEvent(QCloseEvent* event) override;

private:
    struct Known
    {
        Job job;
        ReviewContent content;
        EngineKind engine = EngineKind::Sdk;
    };
    // layout
    void build();
    QWidget* buildHead();
    QWidget* buildProgress();
    QWidget* buildRejection();
    QWidget* buildConfirmation();
    QLayout* buildButtons();
    // what happens
    void load();
    void take(Result<Known> known);
    /// content: what it means, if that is known already; else it is asked for where the job is another one.
    void setJob(Job job, std::optional<ReviewContent> content = {});
    void explain();
    void toggleAmounts();
    void showAmounts();
    void take(ReviewContent content);
    void decide();
    void lookAgain();
    void prepare(bool refill);
    void handlePrepared(Result<Job> job, const Job& before);
    void approve();
    void askToConfirm();
    void approveNow();
    void rejectJob();
    bool hideRejection();
    bool hideConfirmation();
    void fail(const Error& error);
    // approvals of several people (ReviewDialogApprovals.cpp)
    void askStanding();
    void takeStanding(Result<JobStanding> standing);
    StandingInputs standingInputs() const;
    void pressApprove();
    void say(ApprovalDecision decision, const QString& reason);
    void handleSaid(const Result<StatementSaid>& said);
    bool canSayAbout() const;
    bool isAboutWhatIsShown() const;
    // what is shown
    void showContent();
    void showHead();
    void showProgress();
    void updateControls();
    void updateNotice();
    ReviewInputs inputs() const;
    QString obstacle() const;
    QString approveText() const;
    bool isAgain() const { return m_job && countersign::isAgain(m_job->state); }
    bool isStale() const;
    /// Takes its time before it can be approved: not understood, something critical in it, a repetition, or
    /// a job for which the policy asks more than a click.
    bool isSlow() const;
    bool hasBeenLookedAt() const;

    ProfileReader& m_reader;
    JobControl& m_control;
    const Clock& m_clock;
    bool m_demonstration;
    QString m_jobId;
    std::optional<Job> m_job;
    ReviewContent m_shown;
    bool m_explained = false;         ///< m_shown is of m_job as it is now
    std::uint64_t m_explanation = 0;  ///< counts what was asked: only the last answer counts
    ReviewControls m_now;             ///< what is shown
    std::optional<Error> m_error;
    QString m_changed;  ///< which values became different while it was looked at
    bool m_preparing = false;
    bool m_approving = false;
    bool m_rejecting = false;
    bool m_rejectSoon = false;  ///< it was asked for before the job was read
    int m_readableMs = 1000;
    int m_unreadableMs = 3000;
    QElapsedTimer m_lookedAt;
    QTimer m_frictionOver;
    QTimer m_second;

    NoticeBar* m_banner = nullptr;
    NoticeBar* m_notice = nullptr;
    QLabel* m_identicon = nullptr;
    AddressView* m_address = nullptr;
    ChipLabel* m_state = nullptr;
    ChipLabel* m_left = nullptr;
    QLabel* m_intent = nullptr;
    QLabel* m_who = nullptr;
    QLabel* m_why = nullptr;
    ContentView* m_content = nullptr;
    QWidget* m_progressPart = nullptr;
    CeremonySteps* m_steps = nullptr;
    FactGrid* m_result = nullptr;
    EngineChoice* m_engines = nullptr;
    QWidget* m_confirmPart = nullptr;
    QLabel* m_confirmSentence = nullptr;
    QPushButton* m_confirmApprove = nullptr;
    QPushButton* m_confirmBack = nullptr;
    QWidget* m_rejectPart = nullptr;
    QLineEdit* m_reason = nullptr;
    QPushButton* m_confirmReject = nullptr;
    QPushButton* m_reject = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_close = nullptr;
    QPushButton* m_approve = nullptr;

    ApprovalControl* m_standingSource = nullptr;
    std::optional<JobStanding> m_standing;  ///< about m_job as it is now
    std::optional<Error> m_standingError;
    std::uint64_t m_standingQuestion = 0;  ///< only the last answer counts
    /// What the button did when it was known last: another one takes a new look.
    std::optional<std::pair<PolicyDecision, bool>> m_offered;
    StandingControls m_allowed;  ///< what is shown
    std::optional<SignedApproval> m_said;
    bool m_saying = false;
    QVBoxLayout* m_inside = nullptr;
    ApprovalPanel* m_approvals = nullptr;
    PolicyView* m_policy = nullptr;
};

}  // namespace countersign
