#include "services/http/server/HangupSignal.h"

#include <csignal>
#include <utility>

namespace countersign::http {

HangupSignal::HangupSignal(boost::asio::io_context& context, std::function<void()> onHangup)
    : m_signals(context, SIGHUP), m_onHangup(std::move(onHangup))
{
    await();
}

void HangupSignal::await()
{
    m_signals.async_wait([this](const boost::system::error_code& error, int) {
        if (!error) {
            m_onHangup();
            await();
        }
    });
}

void HangupSignal::ignore()
{
    std::signal(SIGHUP, SIG_IGN);
}

}  // namespace countersign::http
