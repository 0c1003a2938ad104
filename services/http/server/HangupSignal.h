#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>

namespace countersign::http {

/// A handler of SIGHUP. That signal ends a process that does not say otherwise, and whoever runs a service
/// expects it to read its files again. The callback runs at every one, on a thread of the io_context.
class HangupSignal
{
public:
    HangupSignal(boost::asio::io_context& context, std::function<void()> onHangup);
    HangupSignal(const HangupSignal&) = delete;
    HangupSignal& operator=(const HangupSignal&) = delete;
    ~HangupSignal() = default;

    /// Until there is one of these: in a start that takes long.
    static void ignore();

private:
    void await();

    boost::asio::signal_set m_signals;
    std::function<void()> m_onHangup;
};

}  // namespace countersign::http
