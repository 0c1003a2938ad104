#include "ui/review/ReviewDialog.h"

#include "core/vault/Settings.h"
#include "ui/text/AmountVisibility.h"
#include "ui/text/JobText.h"
#include "ui/text/VisibleText.h"

#include <QCloseEvent>
#include <QShortcut>

namespace countersign {

namespace {

/// Which values are different now; empty when none is.
QString differences(const Job& before, const Job& after)
{
    QStringList words;
    for (const ResolvedField& now : after.resolved) {
        for (const ResolvedField& then : before.resolved) {
            if (now.name == then.name && now.value != then.value) {
                words << ReviewDialog::tr("%1 %2 → %3")
                             .arg(visibleText(now.name), visibleText(then.value), visibleText(now.value));
            }
        }
    }
    return words.join(QStringLiteral(", "));
}

}  // namespace

ReviewDialog::ReviewDialog(ProfileReader& reader, JobControl& control, const Clock& clock, bool demonstration,
                           QWidget* parent)
    : QDialog(parent), m_reader(reader), m_control(control), m_clock(clock), m_demonstration(demonstration)
{
    build();
    m_engines->setPreface(m_demonstration ? demonstrationSentence() : QString());
    m_frictionOver.setSingleShot(true);
    connect(&m_frictionOver, &QTimer::timeout, this, &ReviewDialog::updateControls);
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &ReviewDialog::tick);
    m_second.start();
    connect(&m_control, &JobControl::jobChanged, this, [this](const QString& jobId) {
        if (jobId == m_jobId) {
            load();
        }
    });
    const auto progressed = [this](const QString& jobId) {
        if (jobId == m_jobId && m_job) {
            showHead();
            showProgress();
        }
    };
    connect(&m_control, &JobControl::ceremonyProgressed, this, progressed);
    connect(&m_control, &JobControl::broadcastProgressed, this, progressed);
    connect(m_engines, &EngineChoice::changed, this, [this] {
        hideConfirmation();
        updateControls();
    });
    connect(&m_control, &JobControl::readyChanged, this, [this] {
        // Whoever locked the profile meanwhile took the answers along.
        m_preparing = m_preparing && m_control.isReady();
        m_approving = m_approving && m_control.isReady();
        m_rejecting = m_rejecting && m_control.isReady();
        updateControls();
        load();
    });
    auto* hide = new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_H), this);
    connect(hide, &QShortcut::activated, this, &ReviewDialog::toggleAmounts);
    connect(&AmountVisibility::instance(), &AmountVisibility::changed, this, &ReviewDialog::showAmounts);
    updateControls();
}

void ReviewDialog::toggleAmounts()
{
    AmountVisibility& amounts = AmountVisibility::instance();
    amounts.setHidden(!amounts.isHidden());
}

/// What was hidden until now has not been looked at.
void ReviewDialog::showAmounts()
{
    showContent();
    if (m_job) {
        showHead();
    }
    hideConfirmation();
    lookAgain();
    updateControls();
}

void ReviewDialog::setFriction(int readableMs, int unreadableMs)
{
    m_readableMs = readableMs;
    m_unreadableMs = unreadableMs;
}

void ReviewDialog::review(const QString& jobId)
{
    m_jobId = jobId;
    // The key that opened this may still be held down: it must not find a button.
    m_content->setFocus();
    showContent();
    load();
}

void ReviewDialog::load()
{
    m_reader.query(
        this,
        [id = m_jobId.toStdString(), explainer = m_reader.explainer()](Database& database) -> Result<Known> {
            ASSIGN_OR_RETURN(auto job, JobCatalog(database).find(id));
            ReviewContent content = reviewContentOf(explainer->explain(database, job));
            const auto engine = Settings(database).get("engine");
            const auto chosen = engine && *engine ? engineKindFrom(**engine) : std::nullopt;
            return Known{std::move(job), std::move(content), chosen.value_or(defaultEngine())};
        },
        [this](Result<Known> known) { take(std::move(known)); });
}

void ReviewDialog::take(Result<Known> known)
{
    if (!known) {
        fail(known.error());
        return;
    }
    if (known->engine != m_engines->profileEngine()) {
        m_engines->setProfileEngine(known->engine);
        lookAgain();
    }
    setJob(std::move(known->job), std::move(known->content));
    if (m_rejectSoon) {
        startRejecting();
    }
    decide();
}

/// What has to be done before the job can be approved, if it can be.
void ReviewDialog::decide()
{
    if (reviewControls(inputs()).isPreparingDue) {
        prepare(isStale());
    }
}

/// What is to be read before it is approved has become another.
void ReviewDialog::lookAgain()
{
    m_lookedAt.start();
    m_frictionOver.start(isSlow() ? m_unreadableMs : m_readableMs);
}

void ReviewDialog::setJob(Job job, std::optional<ReviewContent> content)
{
    const bool different = !m_job || m_job->digest != job.digest || m_job->resolved != job.resolved;
    const bool wasAgain = isAgain();
    m_job = std::move(job);
    if (isAgain() && !wasAgain) {
        // What is pressed now opens one more ceremony: nobody does that with the same key stroke.
        lookAgain();
    }
    if (content) {
        ++m_explanation;
        take(std::move(*content));
    } else if (different) {
        explain();
    }
    askStanding();
    showHead();
    showProgress();
    updateControls();
}

/// What the job means now is asked of the reader's thread; until it answers nothing can be approved.
void ReviewDialog::explain()
{
    m_explained = false;
    hideConfirmation();
    showContent();
    const std::uint64_t question = ++m_explanation;
    m_reader.query(
        this,
        [job = *m_job, explainer = m_reader.explainer()](Database& database) {
            return Result<ReviewContent>(reviewContentOf(explainer->explain(database, job)));
        },
        [this, question](Result<ReviewContent> content) {
            if (question != m_explanation) {
                return;  // the job became another one meanwhile
            }
            if (!content) {
                fail(content.error());
                return;
            }
            take(std::move(*content));
            updateControls();
        });
}

void ReviewDialog::take(ReviewContent content)
{
    const bool different = !m_explained || content != m_shown;
    m_explained = true;
    if (different) {
        m_shown = std::move(content);
        showContent();
        hideConfirmation();
        lookAgain();
    }
}

void ReviewDialog::prepare(bool refill)
{
    if (m_preparing || !m_job || !m_control.isReady()) {
        return;
    }
    m_preparing = true;
    m_control.prepare(this, m_jobId, refill, [this, before = *m_job](Result<Job> job) {
        m_preparing = false;
        handlePrepared(std::move(job), before);
    });
    updateControls();
}

void ReviewDialog::handlePrepared(Result<Job> job, const Job& before)
{
    if (!job) {
        fail(job.error());
        return;
    }
    m_error.reset();
    if (!before.digest.empty() && before.digest != job->digest) {
        m_changed = differences(before, *job);
    }
    setJob(std::move(*job));
}

void ReviewDialog::fail(const Error& error)
{
    m_error = error;
    updateControls();
}

bool ReviewDialog::isStale() const
{
    return m_job && !m_job->resolved.empty() && m_clock.now() - m_job->resolvedAt > freshFor;
}

bool ReviewDialog::hasBeenLookedAt() const
{
    const int wanted = isSlow() ? m_unreadableMs : m_readableMs;
    return m_lookedAt.isValid() && m_lookedAt.elapsed() >= wanted;
}

void ReviewDialog::approve()
{
    // Guarded here too: a click may have been on its way when the state changed.
    updateControls();
    if (!m_allowed.isApproveEnabled) {
        return;
    }
    if (m_engines->isLowered()) {
        askToConfirm();
    } else {
        approveNow();
    }
}

/// The share would stay here with the profile's engine: that it will not is said once more.
void ReviewDialog::askToConfirm()
{
    m_confirmSentence->setText(
        tr("%1 With the profile's engine it would stay here.").arg(engineSentence(m_engines->engine())));
    m_confirmApprove->setText(tr("Approve with the encla&ve"));
    m_confirmPart->show();
    updateControls();
    m_confirmBack->setFocus();
}

void ReviewDialog::approveNow()
{
    updateControls();
    const bool confirmed = !m_engines->isLowered() || m_now.isConfirmationShown;
    if (!m_allowed.isConfirmEnabled || !confirmed) {
        return;  // it changed while it was asked
    }
    hideConfirmation();
    m_approving = true;
    m_error.reset();
    m_changed.clear();
    JobDesk::Approval approval;
    approval.jobId = m_job->jobId;
    approval.digest = m_job->digest;
    approval.engine = m_engines->engine();
    approval.again = isAgain();
    if (m_approvals != nullptr) {
        approval.reauthenticated = m_approvals->isReauthenticated();
        approval.typedWord = m_approvals->typedWord().toStdString();
    }
    m_control.approve(this, std::move(approval), [this](const Result<Job>& job) {
        m_approving = false;
        if (!job) {
            fail(job.error());
        }
        load();
    });
    updateControls();
}

void ReviewDialog::startRejecting()
{
    m_rejectSoon = !m_job;
    if (m_rejectSoon) {
        return;
    }
    hideConfirmation();
    m_rejectPart->show();
    updateControls();
    if (m_rejectPart->isVisibleTo(this)) {
        m_reason->setFocus();
    }
}

bool ReviewDialog::hideRejection()
{
    const bool shown = m_rejectPart->isVisibleTo(this);
    const bool focused = m_rejectPart->isAncestorOf(focusWidget());
    m_rejectPart->hide();
    updateControls();
    if (focused) {
        m_reject->setFocus();
    }
    return shown;
}

bool ReviewDialog::hideConfirmation()
{
    const bool shown = m_confirmPart->isVisibleTo(this);
    // Not to a button that approves: the key that led here may still be held down.
    if (m_confirmPart->isAncestorOf(focusWidget())) {
        m_content->setFocus();
    }
    m_confirmPart->hide();
    if (shown) {
        updateControls();
    }
    return shown;
}

void ReviewDialog::reject()
{
    if (!isVisible() || !(hideConfirmation() || hideRejection() || m_engines->fold())) {
        QDialog::reject();
    }
}

/// The window is closed at once: its frame says "close", not "back".
void ReviewDialog::closeEvent(QCloseEvent* event)
{
    QDialog::reject();
    event->accept();
}

void ReviewDialog::rejectJob()
{
    const QString reason = m_reason->text().trimmed();
    if (reason.isEmpty() || m_rejecting || !m_control.isReady()) {
        return;
    }
    if (canSayAbout()) {
        say(ApprovalDecision::Reject, reason);
        return;
    }
    m_rejecting = true;
    m_control.reject(this, m_jobId, reason, [this](const Result<Job>& job) {
        m_rejecting = false;
        if (!job) {
            fail(job.error());
            return;
        }
        m_rejectPart->hide();
        setJob(*job);
    });
    updateControls();
}

void ReviewDialog::tick()
{
    if (!m_job) {
        return;
    }
    showHead();
    if (m_now.phase == Phase::Ready) {
        decide();
    }
    updateControls();
}

}  // namespace countersign
