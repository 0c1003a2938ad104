#include "services/http/server/TerminationSignals.h"

#include <csignal>

namespace countersign::http {

TerminationSignals::TerminationSignals(boost::asio::io_context& context, std::function<void()> onStop,
                                       OnHangup onHangup)
    : m_signals(context, SIGTERM, SIGINT)
{
    if (onHangup == OnHangup::Stop) {
        m_signals.add(SIGHUP);
    }
    m_signals.async_wait([this, onStop = std::move(onStop)](const boost::system::error_code& error, int) {
        if (error) {
            return;
        }
        // Back to the default action: who asks twice does not want to wait.
        m_signals.clear();
        onStop();
    });
}

}  // namespace countersign::http
