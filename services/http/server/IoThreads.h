#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>
#include <vector>

namespace countersign::http {

/// An io_context and the thread pool that runs it. A program has one io_context and a few threads that serve
/// it; they must be joined before anything that their handlers use goes away.
class IoThreads
{
public:
    /// Starts count (at least 1) threads; signals are blocked in them, see TerminationSignals.
    explicit IoThreads(unsigned count);
    ~IoThreads();
    IoThreads(const IoThreads&) = delete;
    IoThreads& operator=(const IoThreads&) = delete;

    boost::asio::io_context& context() { return m_context; }

    /// Ends the threads once nothing is left to do (finish) or at once (stop), and joins them. Not to be
    /// called on one of the threads.
    void finish();
    void stop();

private:
    void join();

    boost::asio::io_context m_context;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> m_work;
    std::vector<std::thread> m_threads;
};

}  // namespace countersign::http
