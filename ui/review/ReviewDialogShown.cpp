#include "ui/models/JobModel.h"
#include "ui/review/ReviewDialog.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/widgets/Identicon.h"

// What the review shows of its job and its phase; what happens is in ReviewDialog.cpp.

namespace countersign {

namespace {

bool isOver(JobState state, bool broadcast)
{
    return isDone(state, broadcast) && state != JobState::Failed && state != JobState::Interrupted;
}

}  // namespace

void ReviewDialog::showContent()
{
    m_content->show(m_shown);
    m_intent->setText(m_shown.intent);
    m_intent->setVisible(!m_shown.intent.isEmpty());
    if (m_shown.unreadable) {
        m_banner->showNotice(Tone::Bad, QStringLiteral("warning"),
                             tr("Countersign cannot read this. %1").arg(m_shown.warning), {});
    } else if (!m_shown.warning.isEmpty()) {
        m_banner->showNotice(Tone::Warning, QStringLiteral("warning"), m_shown.warning, {});
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
    m_left->setVisible(state == JobState::Pending);
    m_left->setState(countdownChip(countdown(job.expiresAt, m_clock.now())));
    m_left->setToolTip(plainToolTip(absoluteTime(job.expiresAt)));
    m_who->setText(tr("%1 on %2, %3%4")
                       .arg(kindName(job.kind), chainName(visibleText(job.chain)),
                            job.origin == JobOrigin::Relay ? tr("submitted by %1").arg(submitterText(job))
                                                           : submitterText(job),
                            job.broadcast ? tr("; it is sent to the network once it is signed") : QString()));
    m_why->setText(job.reason.empty() ? tr("No reason was given.")
                                      : tr("Reason: %1").arg(visibleText(job.reason, true, 2000)));
}

void ReviewDialog::showProgress()
{
    const bool begun = m_job->attempts > 0 || isRunning(m_job->state, m_job->broadcast);
    m_progressPart->setVisible(begun);
    m_steps->show(ceremonySteps(*m_job, m_control.stageOf(m_jobId), m_control.progressOf(m_jobId)));
    m_result->clear();
    addResult(*m_result, *m_job);
}

void ReviewDialog::updateControls()
{
    const JobState state = m_job ? stateNow(*m_job, m_clock.now()) : JobState::Pending;
    const bool open = m_job && (state == JobState::Pending || isAgain()) && !m_approving;
    const bool running = m_job && (m_approving || isRunning(m_job->state, m_job->broadcast));
    const bool blocked = !obstacle().isEmpty();
    m_phase = running                                    ? Phase::Running
              : m_job && isOver(state, m_job->broadcast) ? Phase::Ended
              : m_preparing                              ? Phase::Preparing
              : blocked                                  ? Phase::Obstructed
              : !m_job || m_job->digest.empty()          ? Phase::Loading
                                                         : Phase::Ready;
    const bool confirming = m_confirmPart->isVisibleTo(this) && open && m_engines->isLowered();
    m_confirmPart->setVisible(confirming);
    m_confirmApprove->setEnabled(m_phase == Phase::Ready && !m_rejecting && !isStale());
    m_approve->setVisible((!m_job || open) && !confirming);
    m_approve->setEnabled(m_phase == Phase::Ready && !m_rejecting && !isStale() && hasBeenLookedAt());
    m_approve->setText(m_phase == Phase::Preparing ? tr("Preparing …")
                       : isAgain()                 ? tr("Open an&other ceremony")
                       : m_job && m_job->broadcast ? tr("&Approve and send")
                                                   : tr("&Approve"));
    m_reject->setVisible(open && !confirming && !m_rejectPart->isVisibleTo(this));
    m_reject->setEnabled(m_control.isReady());
    m_confirmReject->setEnabled(open && m_control.isReady() && !m_rejecting &&
                                !m_reason->text().trimmed().isEmpty());
    m_rejectPart->setVisible(m_rejectPart->isVisibleTo(this) && open);
    m_cancel->setVisible(
        m_job && (m_approving || m_job->state == JobState::Signing || m_job->state == JobState::Approved));
    m_engines->setApproved(m_job && !open ? m_job->engine : std::nullopt);
    m_engines->setChoosable(open && m_control.isReady() && !m_rejecting);
    updateNotice();
}

void ReviewDialog::updateNotice()
{
    if (const QString why = obstacle(); !why.isEmpty() && m_phase != Phase::Ended) {
        const bool retry = m_error && m_control.isReady() && m_phase == Phase::Obstructed;
        m_notice->showNotice(Tone::Bad, QStringLiteral("error"), why, retry ? tr("Try again") : QString(),
                             m_error ? m_error->detail : QString());
    } else if (m_job && !m_job->error.empty() && !m_approving) {
        const QString again = isAgain() ? u' ' + stateText(m_job->state).remedy : QString();
        m_notice->showNotice(Tone::Bad, QStringLiteral("error"),
                             visibleText(m_job->error, true, 2000) + again, {},
                             visibleText(m_job->errorDetail, true, 2000));
    } else if (isAgain() && !m_approving) {
        const StateText text = stateText(m_job->state);
        m_notice->showNotice(Tone::Bad, QStringLiteral("warning"), text.meaning + u' ' + text.remedy, {});
    } else if (!m_changed.isEmpty() && m_phase == Phase::Ready) {
        m_notice->showNotice(Tone::Warning, QStringLiteral("retry"),
                             tr("Values were asked of the node anew, and the digest changed with them: %1. "
                                "Look at it again.")
                                 .arg(m_changed),
                             {});
    } else {
        m_notice->hide();
    }
}

}  // namespace countersign
