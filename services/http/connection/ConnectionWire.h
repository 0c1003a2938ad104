#pragma once

#include "services/http/server/HttpServerCore.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <memory>
#include <string>
#include <type_traits>

namespace countersign::http {

// For the few internal headers that HttpConnection.cpp is made of.
namespace asio = boost::asio;

/// A connection's transport, plain TCP or TLS, with what every step needs of it: a limit of time for the
/// whole step, a way to be woken by other threads, and a proper end. Nothing of HTTP. Used on the socket's
/// executor only, but for waker(). Internal to services/http.
template <typename Stream>
class ConnectionWire
{
public:
    using Socket = asio::ip::tcp::socket;
    using ErrorValue = boost::system::error_code;
    static constexpr bool isTls = !std::is_same_v<Stream, Socket>;

    template <typename... Arguments>
    ConnectionWire(std::shared_ptr<HttpServer::Core> core, std::shared_ptr<asio::ssl::context> tls,
                   Arguments&&... arguments)
        : m_core(std::move(core)),
          m_tls(std::move(tls)),
          m_stream(std::forward<Arguments>(arguments)...),
          m_deadline(m_stream.get_executor()),
          m_wakeUp(m_stream.get_executor())
    {}

    /// Whoever has the wire as a member: kept alive as long as something is pending here. Before all else.
    void setOwner(std::weak_ptr<void> owner) { m_owner = std::move(owner); }
    std::shared_ptr<void> owner() const { return m_owner.lock(); }

    HttpServer::Core& core() { return *m_core; }
    const HttpLimits& limits() const { return m_core->limits(); }
    Stream& stream() { return m_stream; }
    auto executor() { return m_stream.get_executor(); }

    Socket& socket()
    {
        if constexpr (isTls) {
            return m_stream.next_layer();
        } else {
            return m_stream;
        }
    }

    /// False when there is no TLS with this client.
    asio::awaitable<bool> handshake()
    {
        if constexpr (isTls) {
            ErrorValue error;
            armUntil(firstHeadUntil());
            co_await m_stream.async_handshake(asio::ssl::stream_base::server,
                                              asio::redirect_error(asio::use_awaitable, error));
            disarm();
            co_return !error;
        } else {
            co_return true;
        }
    }

    /// Handshake and the head of the first request have one budget of time together: who uses it up in the
    /// one has none for the other.
    std::chrono::steady_clock::time_point firstHeadUntil() const
    {
        return m_began + m_core->limits().headerTimeout;
    }

    /// From now on everything together may take this long; then pending operations are cancelled and
    /// timedOut() is true. The socket stays open, so that a 408 can still be written.
    void arm(std::chrono::milliseconds limit) { armUntil(std::chrono::steady_clock::now() + limit); }

    void armUntil(std::chrono::steady_clock::time_point end)
    {
        m_timedOut = false;
        m_deadline.expires_at(end);
        awaitDeadline(++m_generation);
    }

    void disarm()
    {
        ++m_generation;
        m_deadline.cancel();
    }

    bool timedOut() const { return m_timedOut; }
    void countTimeout() { m_core->timedOut.fetch_add(1, std::memory_order_relaxed); }

    /// Any thread may wake the coroutine that waits in awaitWakeUp.
    std::function<void()> waker()
    {
        return [this, weak = m_owner, executor = m_stream.get_executor()] {
            asio::post(executor, [this, weak] {
                if (const auto alive = weak.lock()) {
                    wakeUp();
                }
            });
        };
    }

    void wakeUp() { m_wakeUp.cancel(); }

    /// True when the time came, false when woken.
    asio::awaitable<bool> awaitWakeUp(std::chrono::steady_clock::time_point until)
    {
        ErrorValue cancelled;
        m_wakeUp.expires_at(until);
        co_await m_wakeUp.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        co_return !cancelled;
    }

    /// Nothing new is begun any more.
    void beginStop()
    {
        m_stopping = true;
        wakeUp();
    }
    bool isStopping() const { return m_stopping; }

    /// Says goodbye, then reads for a moment what is still on its way: after a refusal the client may still
    /// be sending, and the answer must not be lost in a reset. An endless body is not followed.
    asio::awaitable<void> linger()
    {
        ErrorValue error;
        arm(lingerTimeout);
        if constexpr (isTls) {
            co_await m_stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
        }
        socket().shutdown(Socket::shutdown_send, error);
        std::array<char, 8192> scratch{};
        std::size_t total = 0;
        while (!error && !m_timedOut && total < lingerBytes) {
            total += co_await socket().async_read_some(asio::buffer(scratch),
                                                       asio::redirect_error(asio::use_awaitable, error));
        }
        disarm();
    }

    /// For the close: the system, too, forgets what the client did not take.
    void dropUnsent()
    {
        ErrorValue ignored;
        socket().set_option(asio::socket_base::linger(true, 0), ignored);
    }

    void close()
    {
        ErrorValue ignored;
        socket().close(ignored);
    }

    static constexpr auto deadlineRepeat = std::chrono::milliseconds(50);
    /// For what is said to a client that goes, and for its going.
    static constexpr auto lingerTimeout = std::chrono::seconds(2);

private:
    static constexpr std::size_t lingerBytes = 1024 * 1024;

    void awaitDeadline(std::uint64_t generation)
    {
        m_deadline.async_wait([this, alive = owner(), generation](ErrorValue cancelled) {
            if (cancelled || generation != m_generation) {
                return;
            }
            m_timedOut = true;
            ErrorValue ignored;
            socket().cancel(ignored);
            // A composed operation may be between two reads just now and start the next one: insist.
            m_deadline.expires_after(deadlineRepeat);
            awaitDeadline(generation);
        });
    }

    std::weak_ptr<void> m_owner;
    std::shared_ptr<HttpServer::Core> m_core;
    std::shared_ptr<asio::ssl::context> m_tls;
    Stream m_stream;
    asio::steady_timer m_deadline;
    asio::steady_timer m_wakeUp;  ///< of whoever waits for an outbox
    std::chrono::steady_clock::time_point m_began = std::chrono::steady_clock::now();
    std::uint64_t m_generation = 0;
    bool m_timedOut = false;
    bool m_stopping = false;
};

}  // namespace countersign::http
