#include "core/vault/keychain/KeychainOperation.h"

#include <algorithm>
#include <utility>

namespace countersign {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::milliseconds reasonPatience{3'000};
/// Looking asks nobody anything; a service that has to be started first may take a moment.
constexpr std::chrono::milliseconds lookPatience{10'000};

}  // namespace

void KeychainOperation::run(QKeychain::Job* job, std::chrono::milliseconds patience, Callback done)
{
    (new KeychainOperation(job, patience, std::move(done)))->look();
}

KeychainOperation::KeychainOperation(QKeychain::Job* job, std::chrono::milliseconds patience, Callback done)
    : m_job(job), m_done(std::move(done))
{
    job->setInsecureFallback(false);
    job->setAutoDelete(true);
    m_timer.setSingleShot(true);
    m_timer.callOnTimeout(this, [this] {
        // Locked says more than "no answer": the question to unlock was not answered or could not be shown.
        finish(Outcome::Unavailable, m_wasLocked ? KeychainState::Locked : KeychainState::TimedOut,
               u"gave up waiting for the keychain"_s);
    });
    m_timer.start(patience);
}

void KeychainOperation::look()
{
    const QPointer<KeychainOperation> self(this);
    SecretServiceProbe::start(
        std::min(m_timer.remainingTimeAsDuration(), lookPatience),
        [self](const SecretServiceProbe::Finding& found) {
            if (self.isNull()) {
                return;
            }
            if (found.state == KeychainState::Available || found.state == KeychainState::Locked) {
                self->startJob(found.state == KeychainState::Locked);
            } else {
                self->finish(Outcome::Unavailable, found.state, found.detail);
            }
        });
}

void KeychainOperation::startJob(bool locked)
{
    m_wasLocked = locked;
    m_jobStarted = true;
    connect(m_job, &QKeychain::Job::finished, this,
            [this](QKeychain::Job* job) { jobFinished(job->error(), job->errorString()); });
    m_job->start();
}

void KeychainOperation::jobFinished(QKeychain::Error error, const QString& text)
{
    if (error == QKeychain::NoError) {
        finish(Outcome::Done, KeychainState::Available, {});
    } else {
        findReason(error, text);
    }
}

// A locked collection whose question was dismissed looks like a missing item, a crashed service like a
// refusal.
void KeychainOperation::findReason(QKeychain::Error error, const QString& text)
{
    const QPointer<KeychainOperation> self(this);
    SecretServiceProbe::start(reasonPatience, [self, error, text](const SecretServiceProbe::Finding& found) {
        if (self.isNull()) {
            return;
        }
        if (found.state != KeychainState::Available) {
            self->finish(Outcome::Unavailable, found.state, text + u"; "_s + found.detail);
        } else if (error == QKeychain::EntryNotFound) {
            self->finish(Outcome::NotFound, KeychainState::Available, text);
        } else if (error == QKeychain::NoBackendAvailable || error == QKeychain::NotImplemented) {
            self->finish(Outcome::Unavailable, KeychainState::Absent, text);
        } else {
            self->finish(Outcome::Unavailable, KeychainState::Denied, text);
        }
    });
}

void KeychainOperation::finish(Outcome outcome, KeychainState state, const QString& detail)
{
    const Callback done = std::exchange(m_done, nullptr);
    if (!done) {
        return;
    }
    m_timer.stop();
    if (!m_jobStarted && !m_job.isNull()) {
        m_job->deleteLater();
    }
    deleteLater();
    done(outcome, state, detail);
}

}  // namespace countersign
