#include "core/signing/job/JobTransitions.h"
#include "ui/models/JobModel.h"
#include "ui/review/ReviewDialog.h"
#include "ui/review/content/HiddenAmounts.h"
#include "ui/text/AmountVisibility.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/identity/Identicon.h"

// What the review shows of its job and its phase; what happens is in ReviewDialog.cpp.

namespace countersign {

void ReviewDialog::showContent()
{
    if (!m_explained) {
        // The tabs stay: whoever took the focus from them would give it to a button.
        m_intent->setText(tr("Countersign is reading what this job does …"));
        m_intent->show();
        m_banner->hide();
        return;
    }
    const ReviewContent shown =
        AmountVisibility::instance().isHidden() ? withHiddenAmounts(m_shown) : m_shown;
    m_content->show(shown);
    m_intent->setText(shown.intent);
    m_intent->setVisible(!shown.intent.isEmpty());
    if (shown.unreadable) {
        m_banner->showNotice(Tone::Bad, QStringLiteral("warning"),
                             tr("Countersign cannot read this. %1").arg(shown.warning), {});
    } else if (!shown.warning.isEmpty()) {
        m_banner->showNotice(Tone::Warning, QStringLiteral("warning"), shown.warning, {});
    } else {
        m_banner->hide();
    }
}

void ReviewDialog::showHead()
{
    const Job& job = *m_job;
    const JobState state = stateNow(job, m_clock.now());
    m_identicon->setPixmap(identicon(jobAddressBytes(job), 36, devicePixelRatioF()));
    m_address->setAddress(visibleText(job.address));
    m_state->setState(stateText(state, m_control.progressOf(m_jobId)));
    m_left->setVisible(waitsForOperator(state));
    m_left->setState(countdownChip(countdown(job.expiresAt, m_clock.now())));
    m_left->setToolTip(plainToolTip(absoluteTime(job.expiresAt)));
    m_who->setText(tr("%1 on %2, %3%4")
                       .arg(kindName(job.kind), chainName(visibleText(job.chain)),
                            job.origin == JobOrigin::Relay ? tr("submitted by %1").arg(submitterText(job))
                                                           : submitterText(job),
                            job.broadcast ? tr("; it is sent to the network once it is signed") : QString()));
    m_why->setText(job.reason.empty()
                       ? tr("No reason was given.")
                       : tr("Reason: %1").arg(shownAmounts(visibleText(job.reason, true, 2000))));
}

void ReviewDialog::showProgress()
{
    const bool begun = m_job->attempts > 0 || isRunning(m_job->state, m_job->broadcast);
    m_progressPart->setVisible(begun);
    m_steps->show(ceremonySteps(*m_job, m_control.stageOf(m_jobId), m_control.progressOf(m_jobId)));
    m_result->clear();
    addResult(*m_result, *m_job);
}

ReviewInputs ReviewDialog::inputs() const
{
    ReviewInputs inputs;
    if (m_job) {
        inputs.state = stateNow(*m_job, m_clock.now());
        inputs.isBroadcast = m_job->broadcast;
        inputs.hasDigest = !m_job->digest.empty();
        inputs.hasJobError = !m_job->error.empty();
    }
    inputs.isStale = isStale();
    inputs.isProfileOpen = m_control.isReady();
    inputs.isExplained = m_explained;
    inputs.areAmountsHidden = AmountVisibility::instance().isHidden();
    inputs.isUnsignable = m_explained && !m_shown.obstacle.isEmpty();
    inputs.hasFailed = m_error.has_value();
    inputs.hasChanged = !m_changed.isEmpty();
    inputs.isLookedAt = hasBeenLookedAt();
    inputs.isPreparing = m_preparing;
    inputs.isApproving = m_approving;
    inputs.isRejecting = m_rejecting || m_saying;
    inputs.isEngineLowered = m_engines->isLowered();
    inputs.isConfirming = m_confirmPart->isVisibleTo(this);
    inputs.isAskedReason = m_rejectPart->isVisibleTo(this);
    inputs.isReasonTyped = !m_reason->text().trimmed().isEmpty();
    return inputs;
}

void ReviewDialog::updateControls()
{
    m_now = reviewControls(inputs());
    m_allowed = standingControls(m_now, standingInputs());
    m_confirmPart->setVisible(m_now.isConfirmationShown);
    m_confirmApprove->setEnabled(m_allowed.isConfirmEnabled);
    m_approve->setVisible(m_allowed.isApproveShown);
    m_approve->setEnabled(m_allowed.isApproveEnabled);
    m_approve->setText(approveText());
    m_reject->setVisible(m_now.isRejectShown);
    m_reject->setEnabled(m_allowed.isRejectEnabled);
    m_confirmReject->setEnabled(m_now.isReasonEnough);
    m_rejectPart->setVisible(m_now.isReasonShown);
    m_cancel->setVisible(m_now.isCancelShown);
    m_engines->setApproved(m_now.isEngineFixed ? m_job->engine : std::nullopt);
    m_engines->setChoosable(m_now.isEngineChoosable);
    if (m_approvals != nullptr) {
        m_approvals->update(m_allowed);
        // No share leaves this machine where nothing can be approved.
        m_engines->setVisible(!m_allowed.isEndorsing && !m_allowed.isReplaced());
        // What is over is told by the progress; who said what stays in the tab.
        m_approvals->setVisible(m_now.phase != Phase::Ended && m_now.phase != Phase::Running);
    }
    updateNotice();
}

QString ReviewDialog::approveText() const
{
    if (m_allowed.isEndorsing) {
        return tr("&Endorse");
    }
    using Word = ReviewControls::ApproveWord;
    switch (m_now.approveWord) {
        case Word::Preparing:
            return tr("Preparing …");
        case Word::Again:
            return tr("Open an&other ceremony");
        case Word::ApproveAndSend:
            return tr("&Approve and send");
        case Word::Approve:
            break;
    }
    return tr("&Approve");
}

QString ReviewDialog::obstacle() const
{
    if (!m_control.isReady()) {
        return tr("The profile is locked: jobs can be read and not decided.");
    }
    if (!m_shown.obstacle.isEmpty()) {
        return m_shown.obstacle;
    }
    return m_error ? m_error->sentence : QString();
}

void ReviewDialog::updateNotice()
{
    using Notice = ReviewControls::Notice;
    switch (m_now.notice) {
        case Notice::None:
            m_notice->hide();
            return;
        case Notice::Obstacle:
            m_notice->showNotice(Tone::Bad, QStringLiteral("error"), obstacle(),
                                 m_now.isRetryOffered ? tr("Try again") : QString(),
                                 m_error ? m_error->detail : QString());
            return;
        case Notice::JobError: {
            const QString again = isAgain() ? u' ' + stateText(m_job->state).remedy : QString();
            m_notice->showNotice(Tone::Bad, QStringLiteral("error"),
                                 visibleText(m_job->error, true, 2000) + again, {},
                                 visibleText(m_job->errorDetail, true, 2000));
            return;
        }
        case Notice::Again: {
            const StateText text = stateText(m_job->state);
            m_notice->showNotice(Tone::Bad, QStringLiteral("warning"), text.meaning + u' ' + text.remedy, {});
            return;
        }
        case Notice::Amounts:
            m_notice->showNotice(Tone::Warning, QStringLiteral("warning"),
                                 tr("Amounts are hidden. They must be shown before this can be approved."),
                                 tr("Show the amounts"));
            return;
        case Notice::Changed:
            m_notice->showNotice(
                Tone::Warning, QStringLiteral("retry"),
                tr("Values were asked of the node anew, and the digest changed with them: %1. "
                   "Look at it again.")
                    .arg(m_changed),
                {});
            return;
    }
}

}  // namespace countersign
