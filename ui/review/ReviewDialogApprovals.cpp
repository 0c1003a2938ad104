#include "ui/approvals/HandOverDialog.h"
#include "ui/approvals/StandingText.h"
#include "ui/review/ReviewDialog.h"
#include "ui/widgets/Panes.h"

#include <algorithm>

// What the policy asks for the job of the review, and what operators say about it.

namespace countersign {

void ReviewDialog::setApprovals(ApprovalControl& control, Reauthentication& reauthentication)
{
    m_standingSource = &control;
    m_approvals = new ApprovalPanel(reauthentication, m_clock, this);
    m_policy = new PolicyView(this);
    m_content->addTab(scrolling(m_policy, this), tr("&Policy"));
    m_inside->insertWidget(m_inside->indexOf(m_engines), m_approvals);
    // The order of the keyboard is that of the eye.
    setTabOrder(m_content, m_approvals);
    connect(m_approvals, &ApprovalPanel::changed, this, &ReviewDialog::updateControls);
    connect(m_approvals, &ApprovalPanel::takeBackWanted, this,
            [this] { say(ApprovalDecision::Withdraw, QString()); });
    connect(m_approvals, &ApprovalPanel::detailsWanted, this,
            [this] { m_content->setCurrentIndex(m_content->count() - 1); });
    connect(m_approvals, &ApprovalPanel::handOverWanted, this, [this] {
        if (m_said) {
            (new HandOverDialog(*m_said, this))->open();
        }
    });
    connect(
        &m_control, &JobControl::statementNotPosted, this, [this](const QString& jobId, const QString& why) {
            if (jobId == m_jobId) {
                m_approvals->setOutcome(
                    tr("Your approval is kept here, and no other desk has heard of it: %1").arg(why), false);
            }
        });
    connect(&control, &ApprovalControl::changed, this, &ReviewDialog::askStanding);
    connect(&control, &ApprovalControl::readyChanged, this, [this] {
        m_saying = m_saying && m_standingSource->isReady();
        askStanding();
    });
    updateControls();
}

bool ReviewDialog::isSlow() const
{
    const bool asksMore = m_standing && (m_standing->judged.decision.approvals.typedWord ||
                                         m_standing->judged.decision.approvals.reauthenticate);
    return m_shown.unreadable || m_shown.hasCritical || isAgain() || asksMore;
}

void ReviewDialog::askStanding()
{
    if (m_standingSource == nullptr || !m_job) {
        return;
    }
    const std::uint64_t question = ++m_standingQuestion;
    if (!m_standingSource->isReady()) {
        m_standing.reset();
        m_standingError.reset();
        m_approvals->show(nullptr, {});
        m_policy->showSentence(tr("Unlock the profile to see what its policy asks."));
        return updateControls();
    }
    m_standingSource->standing(this, m_jobId, [this, question](Result<JobStanding> standing) {
        if (question == m_standingQuestion) {
            takeStanding(std::move(standing));
        }
    });
}

void ReviewDialog::takeStanding(Result<JobStanding> standing)
{
    m_standingError = standing ? std::nullopt : std::optional(standing.error());
    m_standing = standing ? std::optional(std::move(*standing)) : std::nullopt;
    if (m_standing) {
        m_approvals->show(&*m_standing, {});
        m_policy->show(*m_standing, m_clock.now());
    } else {
        m_approvals->show(nullptr, m_standingError->sentence);
        m_policy->showSentence(m_standingError->sentence);
    }
    if (m_standing) {
        const std::pair offered(m_standing->judged.decision, m_standing->needsOthers());
        if (m_offered && *m_offered != offered) {
            m_approvals->forgetFriction();
            hideConfirmation();
            lookAgain();
        }
        m_offered = offered;
    }
    updateControls();
}

/// Whether the answer is about the bytes that are shown, and about what is shown of them: an operator says
/// nothing about an explanation that the desk has and this window has not.
bool ReviewDialog::isAboutWhatIsShown() const
{
    return m_standing && m_job && m_explained && !m_standing->explanation.empty() &&
           m_standing->explanation == m_shown.explanationHash &&
           std::ranges::equal(m_standing->digest, m_job->digest);
}

bool ReviewDialog::canSayAbout() const
{
    return isAboutWhatIsShown() && m_standing->own;
}

StandingInputs ReviewDialog::standingInputs() const
{
    StandingInputs inputs;
    inputs.isAsked = m_standingSource != nullptr && m_control.isReady();
    inputs.hasFailed = m_standingError.has_value();
    if (!m_standing) {
        return inputs;
    }
    inputs.isKnown = isAboutWhatIsShown();
    inputs.isBlocked = m_standing->isBlocked();
    inputs.isRejected = m_standing->count.isRejected;
    inputs.needsOthers = m_standing->needsOthers();
    inputs.canSay = m_standing->own && m_standing->isOwnAsked;
    inputs.hasSaid = m_standing->ownWord() == ApprovalDecision::Approve;
    inputs.isSaying = m_saying;
    inputs.isWordMissing = m_approvals->isWordMissing();
    inputs.isReauthenticationMissing = m_approvals->isReauthenticationMissing();
    return inputs;
}

/// The button approves here, or says for other desks what is missing there.
void ReviewDialog::pressApprove()
{
    updateControls();
    if (!m_allowed.isApproveEnabled) {
        return;
    }
    if (m_approvals == nullptr) {
        return approve();
    }
    if (m_engines->isLowered() && !m_allowed.isEndorsing) {
        return approve();  // asks about the engine first; who sits here is asked with the answer
    }
    const bool endorses = m_allowed.isEndorsing;
    m_approvals->obtain([this, endorses] {
        updateControls();
        if (!m_allowed.isApproveEnabled || endorses != m_allowed.isEndorsing) {
            return;  // it changed while it was asked
        }
        endorses ? say(ApprovalDecision::Approve, m_approvals->comment()) : approveNow();
    });
}

void ReviewDialog::say(ApprovalDecision decision, const QString& reason)
{
    if (m_saying || !m_standing || !m_job || !m_control.isReady()) {
        return;
    }
    m_saying = true;
    m_error.reset();
    StatementWish wish{.jobId = m_job->jobId,
                       .decision = decision,
                       .reason = reason.toStdString(),
                       .digest = m_standing->digest,
                       .explanation = m_standing->explanation};
    m_standingSource->say(this, wish, [this](const Result<StatementSaid>& said) { handleSaid(said); });
    updateControls();
}

void ReviewDialog::handleSaid(const Result<StatementSaid>& said)
{
    m_saying = false;
    if (!said) {
        fail(said.error());
        load();
        return;
    }
    m_said = said->approval;
    m_rejectPart->hide();
    m_approvals->commentField()->clear();
    m_approvals->forgetFriction();
    m_approvals->setOutcome(saidText(*said), said->isPosted);
    load();
}

}  // namespace countersign
