#include "core/revocation/RevocationResumer.h"

#include <chrono>
#include <utility>

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
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (!m_runner.isRunning()) {
            resume();
        }
    });
    m_timer.start(resumeInterval);
    resume();
}

void RevocationResumer::resume()
{
    if (m_runner.isRunning()) {
        m_isWantedAgain = true;
        return;
    }
    const auto waiting = m_runner.unfinished();
    if (!waiting || waiting->empty()) {
        return;  // what cannot be read now is tried again
    }
    // Each row says what it waits for.
    m_runner.carryOut(*waiting, [this](const Status&) {
        if (std::exchange(m_isWantedAgain, false)) {
            resume();
        }
    });
}

}  // namespace countersign
