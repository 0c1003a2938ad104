#include "core/revocation/RevocationResumer.h"

#include <chrono>

namespace countersign {

namespace {

constexpr std::chrono::minutes resumeInterval{1};

}  // namespace

RevocationResumer::RevocationResumer(RevocationServices services, JobDesk& desk, QObject* parent)
    : QObject(parent),
      m_jobs(desk, *services.database, *services.vault),
      m_runner(std::move(services), m_jobs)
{
    connect(&m_runner, &RevocationRunner::changed, this, &RevocationResumer::changed);
    connect(&m_timer, &QTimer::timeout, this, &RevocationResumer::resume);
    m_timer.start(resumeInterval);
    resume();
}

void RevocationResumer::resume()
{
    const auto waiting = m_runner.unfinished();
    if (!waiting || waiting->empty() || m_runner.isRunning()) {
        return;  // what cannot be read now is tried again
    }
    m_runner.carryOut(*waiting, [](const Status&) {});  // each row says what it waits for
}

}  // namespace countersign
