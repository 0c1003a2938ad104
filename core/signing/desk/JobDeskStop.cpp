#include "core/signing/desk/JobDeskCore.h"

#include <utility>
#include <vector>

// Why: a console may be locked or closed at any moment, also while a signature is on its way to the disk;
// what is waited for then, and for how long, is decided here.

namespace countersign {

Error JobDesk::Core::stoppedError()
{
    return {ErrorCode::Cancelled, tr("Stopped before the job was settled."), {}};
}

void JobDesk::stop(std::function<void()> stopped, std::chrono::milliseconds patience)
{
    m_heartbeat.stop();
    m_isStopping = true;
    m_stopped = std::move(stopped);
    for (auto& [number, lookup] : std::exchange(m_core->lookups, {})) {
        later([done = lookup.done] {
            done(failure(ErrorCode::Cancelled, tr("Stopped before the node had answered.")));
        });
    }
    std::vector<std::string> idle;
    for (const auto& [jobId, steps] : m_core->runs) {
        if (!steps->stop()) {
            idle.push_back(jobId);
        }
    }
    m_patience.start(patience);
    for (const std::string& jobId : idle) {
        leave(jobId);
    }
    endStop();
}

/// What is done with the job ends here; its row says how far it came.
void JobDesk::leave(const std::string& jobId)
{
    const auto entry = m_core->approvals.find(jobId);
    if (entry != m_core->approvals.end()) {
        const auto job = m_core->store.load(jobId);
        const bool isSigned = job && !job->signature.empty();
        later([pending = entry->second, answer = isSigned ? job : failure(Core::stoppedError())] {
            pending->answer(answer);
        });
    }
    m_core->approvals.erase(jobId);
    m_core->runs.erase(jobId);  // at once: no answer that is on its way finds it any more
    endStop();
}

void JobDesk::stopWaiting()
{
    // Who is in a room now may still be given a signature by it: nobody can say "failed", and the row stays
    // as it is. The next program finds the outcome unknown, as after a crash, and no other desk gets the job.
    while (!m_core->runs.empty()) {
        const std::string jobId = m_core->runs.begin()->first;
        leave(jobId);
    }
}

void JobDesk::endStop()
{
    if (m_isStopping && m_core->runs.empty()) {
        m_patience.stop();
        if (m_stopped) {
            later(std::exchange(m_stopped, {}));
        }
    }
}

}  // namespace countersign
