#pragma once

// Boost 1.74's awaitable.hpp uses std::exchange without including it, so <utility> has to come first.
// clang-format off
#include <utility>
// clang-format on

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>

namespace countersign::http {

/// Detects that a client has hung up while its request is being served. A long poll whose client went away
/// would keep its connection's place until its time is over, and a console that restarts often would fill all
/// places. Whether a client is gone can be seen by reading only: over TLS its goodbye is a record like any
/// other. So it reads, and keeps what comes for the next request. Used on the stream's executor only.
template <typename Stream>
class ClientWatch
{
public:
    /// The stream, the socket below it (or the same) and the buffer of what was read ahead are the owner's
    /// (see start) and outlive the watch.
    ClientWatch(Stream& stream, boost::asio::ip::tcp::socket& socket, boost::beast::flat_buffer& readAhead)
        : m_stream(stream), m_socket(socket), m_readAhead(readAhead), m_ended(stream.get_executor())
    {}

    /// Calls gone, at most once, when the peer has closed its side, with or without a goodbye, or the
    /// connection broke. Ends without a call at stop(), and when more has come than can be kept. owner is
    /// kept alive as long as something is pending. Nothing else may read meanwhile.
    void start(std::shared_ptr<void> owner, std::function<void()> gone)
    {
        m_gone = std::move(gone);
        if (!m_pending) {
            read(std::move(owner));
        }
    }

    /// Something is pending: stop() has to be awaited before anything else is read.
    bool isPending() const { return m_pending; }

    boost::asio::awaitable<void> stop()
    {
        m_gone = nullptr;
        while (m_pending) {
            boost::system::error_code ignored;
            m_socket.cancel(ignored);
            // A composed operation may be between two reads just now and start the next one: insist.
            m_ended.expires_after(std::chrono::milliseconds(50));
            co_await m_ended.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
        }
    }

private:
    void read(std::shared_ptr<void> owner)
    {
        const std::size_t room = std::min<std::size_t>(m_readAhead.max_size() - m_readAhead.size(), 4096);
        if (room == 0) {
            return;
        }
        m_pending = true;
        m_stream.async_read_some(m_readAhead.prepare(room),
                                 [this, owner = std::move(owner)](const boost::system::error_code& error,
                                                                  std::size_t size) mutable {
                                     m_pending = false;
                                     m_readAhead.commit(size);
                                     if (!m_gone) {
                                         m_ended.cancel();
                                     } else if (!error) {
                                         read(std::move(owner));
                                     } else if (error != boost::asio::error::operation_aborted) {
                                         std::exchange(m_gone, nullptr)();
                                     }
                                 });
    }

    Stream& m_stream;
    boost::asio::ip::tcp::socket& m_socket;
    boost::beast::flat_buffer& m_readAhead;
    boost::asio::steady_timer m_ended;
    std::function<void()> m_gone;
    bool m_pending = false;
};

}  // namespace countersign::http
