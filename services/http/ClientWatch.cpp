#include "services/http/ClientWatch.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace countersign {

void ClientWatch::start(std::shared_ptr<void> owner, std::function<void()> gone)
{
    m_gone = std::move(gone);
    m_socket.async_wait(boost::asio::ip::tcp::socket::wait_read,
                        [this, owner = std::move(owner)](const boost::system::error_code& error) {
                            if (!error && m_gone && hasClosed()) {
                                std::exchange(m_gone, nullptr)();
                            }
                        });
}

void ClientWatch::stop()
{
    if (m_gone) {
        m_gone = nullptr;
        boost::system::error_code ignored;
        m_socket.cancel(ignored);
    }
}

bool ClientWatch::hasClosed()
{
    char next = 0;
    const ssize_t count = ::recv(m_socket.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

}  // namespace countersign
