#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>

namespace countersign::http {

/// A handler of SIGTERM and SIGINT. They ask for a graceful stop, which is ordinary code and must not run in
/// a signal handler. The callback runs once, on a thread of the io_context; a second signal ends the process
/// at once.
class TerminationSignals
{
public:
    /// Whether SIGHUP asks for it too: the terminal is gone.
    enum class OnHangup { GoOn, Stop };

    TerminationSignals(boost::asio::io_context& context, std::function<void()> onStop,
                       OnHangup onHangup = OnHangup::GoOn);

private:
    boost::asio::signal_set m_signals;
};

}  // namespace countersign::http
