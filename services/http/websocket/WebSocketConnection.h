#pragma once

#include "services/http/connection/BorrowedStream.h"
#include "services/http/connection/ConnectionWire.h"
#include "services/http/websocket/WebSocketSession.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <memory>
#include <string>

namespace countersign::http {

namespace beast_http = boost::beast::http;
namespace websocket = boost::beast::websocket;

/// A connection after its upgrade to WebSocket: two coroutines over one socket, plain or TLS (wss), until
/// both have finished. It reads and writes at the same time, and either side may end it. Internal to
/// services/http.
template <typename Stream>
class WebSocketConnection
{
public:
    /// The wire is the connection's, as is this.
    explicit WebSocketConnection(ConnectionWire<Stream>& wire) : m_wire(wire) {}

    /// From the answer to the upgrade until nothing more is said.
    asio::awaitable<void> serve(const beast_http::request<beast_http::string_body>& request,
                                std::shared_ptr<WebSocketSession> session)
    {
        const WebSocketSession::Limits limits = session->limits();
        const auto socket = std::make_shared<WebSocket>(BorrowedStream<Stream>(m_wire.stream()));
        websocket::stream_base::timeout times{limits.writeTimeout, websocket::stream_base::none(), false};
        socket->set_option(times);
        socket->read_message_max(limits.maxMessageBytes);
        ErrorValue error;
        co_await socket->async_accept(request, asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            co_return;
        }
        const auto outbox = std::make_shared<Outbox>();
        outbox->setWaker(m_wire.waker());
        m_lastMessage = std::chrono::steady_clock::now();
        session->opened(outbox);
        m_writing = true;
        asio::co_spawn(
            m_wire.executor(),
            [this, socket, outbox, limits] { return writeMessages(socket, outbox, limits); },
            [this, alive = m_wire.owner(), outbox](const std::exception_ptr& failed) {
                outbox->abandon();
                m_writing = false;
                if (failed) {
                    m_wire.close();
                }
            });
        co_await readMessages(*socket, *session, *outbox);
        session->closed();
        outbox->setWaker(nullptr);
        outbox->abandon();
        while (m_writing) {
            m_wire.wakeUp();
            asio::steady_timer pause(m_wire.executor(), ConnectionWire<Stream>::deadlineRepeat);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
        co_await m_wire.linger();
    }

private:
    using ErrorValue = boost::system::error_code;
    using WebSocket = websocket::stream<BorrowedStream<Stream>, false>;

    asio::awaitable<void> readMessages(WebSocket& socket, WebSocketSession& session, Outbox& outbox)
    {
        ErrorValue error;
        while (!error) {
            boost::beast::flat_buffer message;
            co_await socket.async_read(message, asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                break;
            }
            m_lastMessage = std::chrono::steady_clock::now();
            if (socket.got_binary()) {
                outbox.finish(websocket::close_code::unknown_data, "Only text is understood.");
            } else if (outbox.isOpen()) {
                session.received(boost::beast::buffers_to_string(message.data()));
            }
        }
    }

    asio::awaitable<void> writeMessages(std::shared_ptr<WebSocket> socket, std::shared_ptr<Outbox> outbox,
                                        WebSocketSession::Limits limits)
    {
        ErrorValue error;
        while (!error) {
            if (m_wire.isStopping()) {
                outbox->finish(websocket::close_code::going_away, "The service stops.");
            }
            const Outbox::Next next = outbox->take();
            if (next.item) {
                m_wire.arm(limits.writeTimeout);
                socket->text(true);
                co_await socket->async_write(asio::buffer(*next.item),
                                             asio::redirect_error(asio::use_awaitable, error));
                m_wire.disarm();
                m_lastMessage = std::chrono::steady_clock::now();
            } else if (next.ending == Outbox::Ending::Finish) {
                websocket::close_reason reason(static_cast<websocket::close_code>(next.code));
                reason.reason.assign(next.reason.data(), std::min<std::size_t>(next.reason.size(), 100));
                co_await socket->async_close(reason, asio::redirect_error(asio::use_awaitable, error));
                break;
            } else if (next.ending == Outbox::Ending::Cut) {
                m_wire.close();
                break;
            } else if (next.ending == Outbox::Ending::Abandoned) {
                break;
            } else if (co_await m_wire.awaitWakeUp(m_lastMessage + limits.idleTimeout) &&
                       std::chrono::steady_clock::now() >= m_lastMessage + limits.idleTimeout) {
                outbox->finish(websocket::close_code::going_away, "Nothing was said for a while.");
            }
        }
    }

    ConnectionWire<Stream>& m_wire;
    std::chrono::steady_clock::time_point m_lastMessage;
    bool m_writing = false;
};

}  // namespace countersign::http
