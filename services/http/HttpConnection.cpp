#include "services/http/HttpConnection.h"

#include "services/http/ClientWatch.h"
#include "services/http/HttpDate.h"
#include "services/http/Problem.h"
#include "services/http/RequestHead.h"

#include <QLoggingCategory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <limits>

namespace countersign {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
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
          m_deadline(m_stream.get_executor())
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
            if (self->m_idle) {
                self->closeSocket();
            }
        });
    }

    void abort() override
    {
        asio::post(m_stream.get_executor(), [self = this->shared_from_this()] {
            self->m_stopping = true;
            self->closeSocket();
        });
    }

private:
    using Parser = http::request_parser<http::string_body>;
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
        const Next afterBody = co_await readBody(parser, *head);
        if (afterBody == Next::Close) {
            co_return Next::Close;
        }
        co_return co_await serveRequest(std::move(*head), parser.get().version(), parser.get().keep_alive());
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

    /// The seam for streaming and upgrades: the request is complete and nothing of the answer is written yet.
    asio::awaitable<Next> serveRequest(RequestHead head, unsigned version, bool keepAlive)
    {
        ++m_served;
        head.request.whenClientLeaves = [self = this->weak_from_this()](std::function<void()> gone) {
            if (const auto connection = self.lock()) {
                connection->m_clientWatch.start(connection, std::move(gone));
            }
        };
        HttpResponse response;
        try {
            response = co_await m_core->handler()(std::move(head.request));
        } catch (const std::exception& exception) {
            qCWarning(logHttp, "A handler failed: %s", exception.what());
            response = problemResponse(500, "The service failed on this request.");
        }
        m_clientWatch.stop();
        keepAlive = keepAlive && !m_stopping && !response.closeConnection;
        if (!co_await write(std::move(response), version, keepAlive, head.isHead)) {
            co_return Next::Close;
        }
        if (!keepAlive) {
            co_await linger();
            co_return Next::Close;
        }
        co_return Next::Continue;
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

    asio::awaitable<bool> write(HttpResponse response, unsigned version, bool keepAlive, bool withoutBody)
    {
        http::response<http::string_body> message(http::int_to_status(response.status), version);
        message.set(http::field::date, toHttpDate(SystemClock().now()));
        for (const auto& [name, value] : response.headers) {
            if (HttpHeaders::isValidName(name) && HttpHeaders::isValidValue(value)) {
                message.insert(name, value);
            }
        }
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
    std::uint64_t m_generation = 0;
    std::uint64_t m_served = 0;
    bool m_timedOut = false;
    bool m_idle = false;
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
