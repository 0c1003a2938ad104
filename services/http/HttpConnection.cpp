#include "services/http/HttpConnection.h"

#include "services/http/BorrowedStream.h"
#include "services/http/ClientWatch.h"
#include "services/http/HttpDate.h"
#include "services/http/Problem.h"
#include "services/http/RequestHead.h"
#include "services/http/WebSocketSession.h"

#include <QLoggingCategory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <array>
#include <limits>

namespace countersign {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using ErrorValue = boost::system::error_code;

Q_LOGGING_CATEGORY(logHttp, "countersign.http")

/// Read-ahead beyond one head: what is pipelined, and how long a chunk's extension may be.
constexpr std::size_t readAheadBytes = 16 * 1024;
/// After a refusal the client may still be sending. Reading on for a moment keeps the answer from being lost
/// in a reset, without following an endless body.
constexpr std::size_t lingerBytes = 1024 * 1024;
constexpr auto lingerTimeout = std::chrono::seconds(2);
constexpr auto deadlineRepeat = std::chrono::milliseconds(50);

template <typename Stream>
class ConnectionOf final : public HttpConnection, public std::enable_shared_from_this<ConnectionOf<Stream>>
{
public:
    template <typename... Arguments>
    ConnectionOf(std::shared_ptr<HttpServer::Core> core, std::shared_ptr<asio::ssl::context> tls,
                 Arguments&&... arguments)
        : m_core(std::move(core)),
          m_tls(std::move(tls)),
          m_stream(std::forward<Arguments>(arguments)...),
          m_clientWatch(socket()),
          m_buffer(m_core->limits().maxHeaderBytes + readAheadBytes),
          m_deadline(m_stream.get_executor()),
          m_wakeUp(m_stream.get_executor())
    {}

    ~ConnectionOf() override { m_core->leave(this); }

    void start() override
    {
        asio::co_spawn(
            m_stream.get_executor(), [self = this->shared_from_this()] { return self->run(); },
            asio::detached);
    }

    void stopWhenIdle() override
    {
        asio::post(m_stream.get_executor(), [self = this->shared_from_this()] {
            self->m_stopping = true;
            self->m_wakeUp.cancel();
            if (self->m_idle) {
                self->closeSocket();
            }
        });
    }

    void abort() override
    {
        asio::post(m_stream.get_executor(), [self = this->shared_from_this()] {
            self->m_stopping = true;
            self->m_wakeUp.cancel();
            self->closeSocket();
        });
    }

private:
    using Parser = http::request_parser<http::string_body>;
    using Request = typename Parser::value_type;
    using WebSocket = websocket::stream<BorrowedStream<Stream>, false>;
    enum class Next { Continue, Close };

    asio::awaitable<void> run()
    {
        const auto self = this->shared_from_this();
        try {
            rememberPeer();
            const bool ready = co_await handshake();
            Next next = ready ? Next::Continue : Next::Close;
            while (next == Next::Continue && !m_stopping) {
                next = co_await serveOne();
            }
        } catch (const std::exception& exception) {
            qCWarning(logHttp, "A connection failed: %s", exception.what());
        }
        // An armed deadline would keep the connection, and its place among the others, for good.
        disarm();
        closeSocket();
    }

    asio::awaitable<bool> handshake()
    {
        if constexpr (std::is_same_v<Stream, tcp::socket>) {
            co_return true;
        } else {
            ErrorValue error;
            arm(m_core->limits().headerTimeout);
            co_await m_stream.async_handshake(asio::ssl::stream_base::server,
                                              asio::redirect_error(asio::use_awaitable, error));
            disarm();
            co_return !error;
        }
    }

    /// One request and its answer.
    asio::awaitable<Next> serveOne()
    {
        if (!co_await awaitFirstByte()) {
            co_return Next::Close;
        }
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(m_core->limits().maxHeaderBytes));
        // The real limit depends on the head. "No limit" must not be said with boost::none: Beast 1.74
        // compares that as smaller than any Content-Length.
        parser.body_limit(std::numeric_limits<std::uint64_t>::max());
        ErrorValue error;
        arm(m_core->limits().headerTimeout);
        co_await http::async_read_header(m_stream, m_buffer, parser,
                                         asio::redirect_error(asio::use_awaitable, error));
        disarm();
        if (error) {
            co_await refuse(explainBrokenRead(error, 431));
            co_return Next::Close;
        }
        auto head = checkRequestHead(parser.get());
        if (!head) {
            co_await refuse(malformed(head.error()));
            co_return Next::Close;
        }
        head->request.peerAddress = m_peerAddress;
        head->request.peerIsLoopback = m_peerIsLoopback;
        head->request.asksForWebSocket = websocket::is_upgrade(parser.get());
        const Next afterBody = co_await readBody(parser, *head);
        if (afterBody == Next::Close) {
            co_return Next::Close;
        }
        co_return co_await serveRequest(std::move(*head), parser.get());
    }

    asio::awaitable<bool> awaitFirstByte()
    {
        if (m_buffer.size() > 0) {
            co_return true;
        }
        ErrorValue error;
        m_idle = true;
        arm(m_served == 0 ? m_core->limits().headerTimeout : m_core->limits().idleTimeout);
        const std::size_t read = co_await m_stream.async_read_some(
            m_buffer.prepare(std::min<std::size_t>(m_buffer.max_size(), 4096)),
            asio::redirect_error(asio::use_awaitable, error));
        disarm();
        m_idle = false;
        m_buffer.commit(read);
        co_return !error && read > 0;
    }

    asio::awaitable<Next> readBody(Parser& parser, RequestHead& head)
    {
        const std::size_t limit = m_core->bodyLimitFor(head.request);
        if (parser.content_length().value_or(0) > limit) {
            co_await refuse(tooLarge(limit));
            co_return Next::Close;
        }
        parser.body_limit(limit);
        ErrorValue error;
        if (!parser.is_done()) {
            if (head.expectsContinue && m_buffer.size() == 0) {
                arm(m_core->limits().writeTimeout);
                static constexpr std::string_view proceed = "HTTP/1.1 100 Continue\r\n\r\n";
                co_await asio::async_write(m_stream, asio::buffer(proceed),
                                           asio::redirect_error(asio::use_awaitable, error));
            }
            if (!error) {
                arm(m_core->limits().bodyTimeout);
                co_await http::async_read(m_stream, m_buffer, parser,
                                          asio::redirect_error(asio::use_awaitable, error));
            }
            disarm();
        }
        if (error == http::error::body_limit) {
            co_await refuse(tooLarge(limit));
            co_return Next::Close;
        }
        if (error) {
            co_await refuse(explainBrokenRead(error, 400));
            co_return Next::Close;
        }
        head.request.body = std::move(parser.get().body());
        co_return Next::Continue;
    }

    /// The request is complete and nothing of the answer is written yet: here an answer becomes bytes, a
    /// stream or a WebSocket.
    asio::awaitable<Next> serveRequest(RequestHead head, const Request& request)
    {
        ++m_served;
        head.request.whenClientLeaves = [self = this->weak_from_this()](std::function<void()> gone) {
            if (const auto connection = self.lock()) {
                connection->m_clientWatch.start(connection, std::move(gone));
            }
        };
        const bool asksForWebSocket = head.request.asksForWebSocket;
        HttpResponse response;
        try {
            response = co_await m_core->handler()(std::move(head.request));
        } catch (const std::exception& exception) {
            qCWarning(logHttp, "A handler failed: %s", exception.what());
            response = problemResponse(500, "The service failed on this request.");
        }
        m_clientWatch.stop();
        if (response.webSocket && asksForWebSocket && m_buffer.size() == 0) {
            co_await serveWebSocket(request, std::move(response.webSocket));
            co_return Next::Close;
        }
        if (response.webSocket) {
            response = upgradeRequired();
        }
        const bool keepAlive = request.keep_alive() && !m_stopping && !response.closeConnection;
        bool written = false;
        if (response.stream) {
            written = co_await writeStream(std::move(response), request.version(), keepAlive, head.isHead);
        } else {
            written = co_await write(std::move(response), request.version(), keepAlive, head.isHead);
        }
        if (!written) {
            co_return Next::Close;
        }
        if (!keepAlive) {
            co_await linger();
            co_return Next::Close;
        }
        co_return Next::Continue;
    }

    static HttpResponse upgradeRequired()
    {
        HttpResponse response = problemResponse(426, "Only a WebSocket is spoken here.");
        response.headers.set("upgrade", "websocket");
        return response;
    }

    /// Any thread may wake the coroutine that waits in awaitWakeUp.
    std::function<void()> waker()
    {
        return [weak = this->weak_from_this(), executor = m_stream.get_executor()] {
            asio::post(executor, [weak] {
                if (const auto self = weak.lock()) {
                    self->m_wakeUp.cancel();
                }
            });
        };
    }

    /// True when the time came, false when woken.
    asio::awaitable<bool> awaitWakeUp(std::chrono::steady_clock::time_point until)
    {
        ErrorValue cancelled;
        m_wakeUp.expires_at(until);
        co_await m_wakeUp.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        co_return !cancelled;
    }

    /// The head, then every item as it comes. False when the connection cannot be used any more.
    asio::awaitable<bool> writeStream(HttpResponse response, unsigned version, bool keepAlive, bool headOnly)
    {
        const std::shared_ptr<Outbox> stream = std::move(response.stream);
        http::response<http::empty_body> message(http::int_to_status(response.status), version);
        writeFields(message, response.headers);
        const bool chunked = version == 11;
        message.keep_alive(keepAlive && chunked);
        message.chunked(chunked);
        ErrorValue error;
        http::response_serializer<http::empty_body> serializer(message);
        arm(m_core->limits().writeTimeout);
        co_await http::async_write_header(m_stream, serializer,
                                          asio::redirect_error(asio::use_awaitable, error));
        disarm();
        bool proper = !error;
        if (proper && !headOnly) {
            proper = co_await writeItems(*stream, chunked);
        }
        stream->setWaker(nullptr);
        stream->abandon();
        co_return proper && (headOnly || chunked);
    }

    asio::awaitable<bool> writeItems(Outbox& stream, bool chunked)
    {
        const auto until = std::chrono::steady_clock::now() + stream.options().maxDuration;
        m_clientGone = false;
        m_clientWatch.start(this->shared_from_this(), [this] {
            m_clientGone = true;
            m_wakeUp.cancel();
        });
        stream.setWaker(waker());
        bool proper = true;
        bool more = true;
        while (more && proper) {
            Outbox::Next next = stream.take();
            if (m_clientGone || m_stopping || next.ending == Outbox::Ending::Cut) {
                proper = false;
            } else if (next.item) {
                proper = co_await writeItem(*next.item, chunked);
            } else if (next.ending != Outbox::Ending::None) {
                more = false;
            } else if (co_await awaitWakeUp(until)) {
                more = false;
                proper = co_await writeItem(stream.options().lastWords, chunked);
            }
        }
        m_clientWatch.stop();
        if (proper && chunked) {
            ErrorValue error;
            arm(m_core->limits().writeTimeout);
            co_await asio::async_write(m_stream, http::make_chunk_last(),
                                       asio::redirect_error(asio::use_awaitable, error));
            disarm();
            proper = !error;
        }
        co_return proper;
    }

    /// An empty item writes nothing: an empty chunk would be the last one.
    asio::awaitable<bool> writeItem(const std::string& item, bool chunked)
    {
        ErrorValue error;
        if (!item.empty()) {
            arm(m_core->limits().writeTimeout);
            if (chunked) {
                co_await asio::async_write(m_stream, http::make_chunk(asio::buffer(item)),
                                           asio::redirect_error(asio::use_awaitable, error));
            } else {
                co_await asio::async_write(m_stream, asio::buffer(item),
                                           asio::redirect_error(asio::use_awaitable, error));
            }
            disarm();
        }
        co_return !error;
    }

    asio::awaitable<void> serveWebSocket(const Request& request, std::shared_ptr<WebSocketSession> session)
    {
        const WebSocketSession::Limits limits = session->limits();
        const auto socket = std::make_shared<WebSocket>(BorrowedStream<Stream>(m_stream));
        websocket::stream_base::timeout times{limits.writeTimeout, websocket::stream_base::none(), false};
        socket->set_option(times);
        socket->read_message_max(limits.maxMessageBytes);
        ErrorValue error;
        co_await socket->async_accept(request, asio::redirect_error(asio::use_awaitable, error));
        if (error) {
            co_return;
        }
        const auto outbox = std::make_shared<Outbox>();
        outbox->setWaker(waker());
        m_lastMessage = std::chrono::steady_clock::now();
        session->opened(outbox);
        m_writing = true;
        asio::co_spawn(
            m_stream.get_executor(),
            [self = this->shared_from_this(), socket, outbox, limits] {
                return self->writeMessages(socket, outbox, limits);
            },
            [self = this->shared_from_this(), outbox](const std::exception_ptr& failed) {
                outbox->abandon();
                self->m_writing = false;
                if (failed) {
                    self->closeSocket();
                }
            });
        co_await readMessages(*socket, *session, *outbox);
        session->closed();
        outbox->setWaker(nullptr);
        outbox->abandon();
        while (m_writing) {
            m_wakeUp.cancel();
            asio::steady_timer pause(m_stream.get_executor(), deadlineRepeat);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
        co_await linger();
    }

    asio::awaitable<void> readMessages(WebSocket& socket, WebSocketSession& session, Outbox& outbox)
    {
        ErrorValue error;
        while (!error) {
            beast::flat_buffer message;
            co_await socket.async_read(message, asio::redirect_error(asio::use_awaitable, error));
            if (error) {
                break;
            }
            m_lastMessage = std::chrono::steady_clock::now();
            if (socket.got_binary()) {
                outbox.finish(websocket::close_code::unknown_data, "Only text is understood.");
            } else if (outbox.isOpen()) {
                session.received(beast::buffers_to_string(message.data()));
            }
        }
    }

    asio::awaitable<void> writeMessages(std::shared_ptr<WebSocket> socket, std::shared_ptr<Outbox> outbox,
                                        WebSocketSession::Limits limits)
    {
        ErrorValue error;
        while (!error) {
            if (m_stopping) {
                outbox->finish(websocket::close_code::going_away, "The service stops.");
            }
            const Outbox::Next next = outbox->take();
            if (next.item) {
                arm(limits.writeTimeout);
                socket->text(true);
                co_await socket->async_write(asio::buffer(*next.item),
                                             asio::redirect_error(asio::use_awaitable, error));
                disarm();
                m_lastMessage = std::chrono::steady_clock::now();
            } else if (next.ending == Outbox::Ending::Finish) {
                websocket::close_reason reason(static_cast<websocket::close_code>(next.code));
                reason.reason.assign(next.reason.data(), std::min<std::size_t>(next.reason.size(), 100));
                co_await socket->async_close(reason, asio::redirect_error(asio::use_awaitable, error));
                break;
            } else if (next.ending == Outbox::Ending::Cut) {
                closeSocket();
                break;
            } else if (next.ending == Outbox::Ending::Abandoned) {
                break;
            } else if (co_await awaitWakeUp(m_lastMessage + limits.idleTimeout) &&
                       std::chrono::steady_clock::now() >= m_lastMessage + limits.idleTimeout) {
                outbox->finish(websocket::close_code::going_away, "Nothing was said for a while.");
            }
        }
    }

    HttpResponse tooLarge(std::size_t limit)
    {
        m_core->tooLarge.fetch_add(1, std::memory_order_relaxed);
        return problemResponse(413, "The body may have at most " + std::to_string(limit) + " bytes.");
    }

    HttpResponse malformed(const HttpRefusal& refusal)
    {
        m_core->malformed.fetch_add(1, std::memory_order_relaxed);
        return problemResponse(refusal.status, refusal.detail);
    }

    /// What to say about a read that failed; nothing when the client is gone. statusWhenFull: what a full
    /// buffer means at this point.
    std::optional<HttpResponse> explainBrokenRead(ErrorValue error, unsigned statusWhenFull)
    {
        if (m_timedOut) {
            m_core->timedOut.fetch_add(1, std::memory_order_relaxed);
            return problemResponse(408, "The request took too long.");
        }
        const bool full = error == http::error::buffer_overflow || error == http::error::header_limit;
        if (full && statusWhenFull == 431) {
            m_core->tooLarge.fetch_add(1, std::memory_order_relaxed);
            return problemResponse(431, "The head of the request is too large.");
        }
        const bool gone = error == http::error::end_of_stream || error == http::error::partial_message;
        if (!gone && error.category() == http::make_error_code(http::error::bad_method).category()) {
            return malformed({400, "This is not HTTP/1.1 as RFC 9112 has it."});
        }
        return std::nullopt;
    }

    asio::awaitable<void> refuse(std::optional<HttpResponse> response)
    {
        if (!response) {
            co_return;
        }
        const bool written = co_await write(std::move(*response), 11, false, false);
        if (written) {
            co_await linger();
        }
    }

    template <typename Message>
    static void writeFields(Message& message, const HttpHeaders& headers)
    {
        message.set(http::field::date, toHttpDate(SystemClock().now()));
        for (const auto& [name, value] : headers) {
            if (HttpHeaders::isValidName(name) && HttpHeaders::isValidValue(value)) {
                message.insert(name, value);
            }
        }
    }

    asio::awaitable<bool> write(HttpResponse response, unsigned version, bool keepAlive, bool withoutBody)
    {
        http::response<http::string_body> message(http::int_to_status(response.status), version);
        writeFields(message, response.headers);
        message.keep_alive(keepAlive);
        message.content_length(response.body.size());
        if (!withoutBody) {
            message.body() = std::move(response.body);
        }
        ErrorValue error;
        arm(m_core->limits().writeTimeout);
        http::response_serializer<http::string_body> serializer(message);
        co_await http::async_write(m_stream, serializer, asio::redirect_error(asio::use_awaitable, error));
        disarm();
        if (m_timedOut) {
            m_core->timedOut.fetch_add(1, std::memory_order_relaxed);
        }
        co_return !error;
    }

    /// Says goodbye, then reads what is still on its way: see lingerBytes.
    asio::awaitable<void> linger()
    {
        ErrorValue error;
        arm(lingerTimeout);
        if constexpr (!std::is_same_v<Stream, tcp::socket>) {
            co_await m_stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
        }
        socket().shutdown(tcp::socket::shutdown_send, error);
        std::array<char, 8192> scratch;
        std::size_t total = 0;
        while (!error && !m_timedOut && total < lingerBytes) {
            total += co_await socket().async_read_some(asio::buffer(scratch),
                                                       asio::redirect_error(asio::use_awaitable, error));
        }
        disarm();
    }

    /// From now on everything together may take this long; then pending operations are cancelled and
    /// m_timedOut is set. The socket stays open, so that a 408 can still be written.
    void arm(std::chrono::milliseconds limit)
    {
        m_timedOut = false;
        m_deadline.expires_after(limit);
        awaitDeadline(++m_generation);
    }

    void awaitDeadline(std::uint64_t generation)
    {
        m_deadline.async_wait([self = this->shared_from_this(), generation](ErrorValue cancelled) {
            if (cancelled || generation != self->m_generation) {
                return;
            }
            self->m_timedOut = true;
            ErrorValue ignored;
            self->socket().cancel(ignored);
            // A composed operation may be between two reads just now and start the next one: insist.
            self->m_deadline.expires_after(deadlineRepeat);
            self->awaitDeadline(generation);
        });
    }

    void disarm()
    {
        ++m_generation;
        m_deadline.cancel();
    }

    tcp::socket& socket()
    {
        if constexpr (std::is_same_v<Stream, tcp::socket>) {
            return m_stream;
        } else {
            return m_stream.next_layer();
        }
    }

    void closeSocket()
    {
        ErrorValue ignored;
        socket().close(ignored);
    }

    void rememberPeer()
    {
        ErrorValue error;
        const auto endpoint = socket().remote_endpoint(error);
        if (!error) {
            const auto address = endpoint.address();
            const bool mapped = address.is_v6() && address.to_v6().is_v4_mapped();
            const asio::ip::address plain =
                mapped ? asio::ip::address(asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()))
                       : address;
            m_peerAddress = plain.to_string();
            m_peerIsLoopback = plain.is_loopback();
        }
    }

    std::shared_ptr<HttpServer::Core> m_core;
    std::shared_ptr<asio::ssl::context> m_tls;
    Stream m_stream;
    ClientWatch m_clientWatch;
    beast::flat_buffer m_buffer;
    asio::steady_timer m_deadline;
    asio::steady_timer m_wakeUp;  ///< of whoever waits for an outbox
    std::chrono::steady_clock::time_point m_lastMessage;
    std::uint64_t m_generation = 0;
    std::uint64_t m_served = 0;
    bool m_timedOut = false;
    bool m_idle = false;
    bool m_clientGone = false;
    bool m_writing = false;  ///< messages of a WebSocket
    bool m_stopping = false;
    bool m_peerIsLoopback = false;
    std::string m_peerAddress;
};

}  // namespace

std::shared_ptr<HttpConnection> HttpConnection::create(std::shared_ptr<HttpServer::Core> core,
                                                       tcp::socket socket,
                                                       std::shared_ptr<asio::ssl::context> tls)
{
    if (tls) {
        auto& context = *tls;
        return std::make_shared<ConnectionOf<asio::ssl::stream<tcp::socket>>>(std::move(core), std::move(tls),
                                                                              std::move(socket), context);
    }
    return std::make_shared<ConnectionOf<tcp::socket>>(std::move(core), nullptr, std::move(socket));
}

}  // namespace countersign
