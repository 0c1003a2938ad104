#include "core/signing/desk/DeskShutdown.h"

#include <utility>

namespace countersign {

DeskShutdown::DeskShutdown(RunningJobs& running, const JobStore& store, QObject* parent)
    : QObject(parent), m_running(running), m_store(store)
{
    m_patience.setSingleShot(true);
    connect(&m_patience, &QTimer::timeout, this, &DeskShutdown::stopWaiting);
    connect(&m_running, &RunningJobs::emptied, this, &DeskShutdown::end);
}

DeskShutdown::~DeskShutdown() = default;

void DeskShutdown::begin(std::function<void()> stopped, std::chrono::milliseconds patience)
{
    m_running.close();
    m_stopped = std::move(stopped);
    m_patience.start(patience);
    std::vector<std::string> idle;
    for (const std::string& jobId : m_running.jobIds()) {
        if (!m_running.find(jobId)->stop()) {
            idle.push_back(jobId);
        }
    }
    for (const std::string& jobId : idle) {
        leave(jobId);
    }
    end();
}

/// What is done with the job ends here; its row says how far it came.
void DeskShutdown::leave(const std::string& jobId)
{
    const auto job = m_store.load(jobId);
    const bool isSigned = job && !job->signature.empty();
    QMetaObject::invokeMethod(
        this,
        [pending = m_running.approvalOf(jobId),
         answer = isSigned ? job : failure(RunningJobs::closedError())] { pending->answer(answer); },
        Qt::QueuedConnection);
    m_running.abandon(jobId);
}

void DeskShutdown::stopWaiting()
{
    // Who is in a room now may still be given a signature by it: nobody can say "failed", and the row stays
    // as it is. The next program finds the outcome unknown, as after a crash, and no other desk gets the job.
    for (const std::string& jobId : m_running.jobIds()) {
        leave(jobId);
    }
}

void DeskShutdown::end()
{
    if (!m_running.isClosed() || !m_running.isEmpty()) {
        return;
    }
    m_patience.stop();
    if (m_stopped) {
        QMetaObject::invokeMethod(this, std::exchange(m_stopped, {}), Qt::QueuedConnection);
    }
}

}  // namespace countersign
