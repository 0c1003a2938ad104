#include "services/http/server/IoThreads.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>

namespace countersign::http {

namespace {

/// Asio's signal_set takes signals anywhere; a thread that sleeps in a system call need not be woken for
/// them.
void blockSignals()
{
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

IoThreads::IoThreads(unsigned count)
    : m_context(static_cast<int>(std::max(count, 1U))), m_work(boost::asio::make_work_guard(m_context))
{
    for (unsigned i = 0; i < std::max(count, 1U); ++i) {
        m_threads.emplace_back([this] {
            blockSignals();
            m_context.run();
        });
    }
}

IoThreads::~IoThreads()
{
    stop();
}

void IoThreads::finish()
{
    m_work.reset();
    join();
}

void IoThreads::stop()
{
    m_work.reset();
    m_context.stop();
    join();
}

void IoThreads::join()
{
    for (std::thread& thread : m_threads) {
        if (thread.joinable()) {
            thread.join();
        }
    }
}

}  // namespace countersign::http
