#include "services/http/server/HttpServer.h"

#include "services/http/connection/HttpConnection.h"
#include "services/http/message/Problem.h"
#include "services/http/server/HttpServerCore.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>

namespace countersign::http {

namespace {

struct HttpServerText
{
    Q_DECLARE_TR_FUNCTIONS(HttpServerText)
};

namespace asio = boost::asio;
using asio::ip::tcp;

Q_LOGGING_CATEGORY(logServer, "countersign.http.server")

/// How many clients at once are told 503 before further ones are closed without a word.
constexpr unsigned maxTurningAway = 64;
constexpr auto turnAwayTimeout = std::chrono::seconds(2);
/// Of one connection, in the system: enough for a client far away, little enough for a thousand that do not
/// read.
constexpr int sendBufferBytes = 256 * 1024;
constexpr int unsentBytes = 64 * 1024;
/// When the process is out of descriptors, accepting again at once would only burn the processor.
constexpr auto acceptPause = std::chrono::milliseconds(100);

std::string overCapacityAnswer()
{
    const HttpResponse problem = problemResponse(503, "Too many connections.");
    return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: 5\r\n"
           "Connection: close\r\nContent-Length: " +
           std::to_string(problem.body.size()) + "\r\n\r\n" + problem.body;
}

}  // namespace

HttpServer::Core::Core(asio::io_context& context, Options options, HttpHandler handler)
    : m_context(context),
      m_options(std::move(options)),
      m_handler(std::move(handler)),
      m_answers(std::make_shared<AnswerBudget>(m_options.limits.answers)),
      m_strand(asio::make_strand(context)),
      m_acceptor(m_strand),
      m_stopTimer(m_strand),
      m_connections({m_options.limits.maxConnections, m_options.limits.maxConnectionsPerAddress})
{}

Status HttpServer::Core::listen()
{
    RETURN_IF_ERROR(reloadTls());
    boost::system::error_code error;
    const auto address = asio::ip::make_address(m_options.address.host, error);
    const tcp::endpoint endpoint(address, m_options.address.port);
    if (!error) {
        m_acceptor.open(endpoint.protocol(), error);
    }
    if (!error) {
        m_acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    }
    if (!error) {
        // Accepted sockets inherit it. Else the system keeps megabytes for each client that does not read.
        m_acceptor.set_option(asio::socket_base::send_buffer_size(sendBufferBytes), error);
    }
    if (!error) {
        m_acceptor.bind(endpoint, error);
    }
    if (!error) {
        m_acceptor.listen(asio::socket_base::max_listen_connections, error);
    }
    if (error) {
        return failure(ErrorCode::Network, HttpServerText::tr("Cannot listen on %1: %2.")
                                               .arg(QString::fromStdString(m_options.address.toString()),
                                                    QString::fromStdString(error.message())));
    }
    m_options.address.port = m_acceptor.local_endpoint().port();
    asio::co_spawn(
        m_strand, [core = shared_from_this()] { return core->acceptLoop(); }, asio::detached);
    return {};
}

Status HttpServer::Core::reloadTls()
{
    if (!m_options.tls) {
        return {};
    }
    ASSIGN_OR_RETURN(auto tls, makeServerTlsContext(*m_options.tls));
    const std::lock_guard lock(m_mutex);
    m_tls.swap(tls);
    return {};
}

asio::awaitable<void> HttpServer::Core::acceptLoop()
{
    const auto self = shared_from_this();
    while (m_acceptor.is_open()) {
        tcp::socket socket(asio::make_strand(m_context));
        boost::system::error_code error;
        co_await m_acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            m_accepted.fetch_add(1, std::memory_order_relaxed);
            try {
                welcome(std::move(socket));
            } catch (const std::exception& exception) {
                // One connection that finds no memory must not end the accepting of all later ones.
                qCWarning(logServer, "A connection could not be served: %s", exception.what());
            }
        } else if (m_acceptor.is_open() && error != asio::error::operation_aborted) {
            asio::steady_timer pause(m_strand, acceptPause);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        }
    }
}

void HttpServer::Core::welcome(tcp::socket socket)
{
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
#ifdef TCP_NOTSENT_LOWAT
    // A reader that is slow and steady is seen to read: what lies unsent is topped up in small pieces.
    (void)::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsentBytes,
                       sizeof unsentBytes);
#endif
    std::string address = countedAddress(socket);
    ConnectionLedger::Room room;
    std::shared_ptr<HttpConnection> connection;
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) {
            return;
        }
        room = m_connections.makeRoom(address);
        if (room.isThere) {
            connection = HttpConnection::create(shared_from_this(), std::move(socket), m_tls);
            m_connections.add(connection, std::move(address));
        }
    }
    if (room.givesWay) {
        m_gaveWay.fetch_add(1, std::memory_order_relaxed);
        room.givesWay->giveWay();
    }
    if (connection) {
        connection->start();
        return;
    }
    m_overCapacity.fetch_add(1, std::memory_order_relaxed);
    if (!m_options.tls && m_turningAway.load() < maxTurningAway) {
        // Where there is a connection the socket was moved into it, and this is not reached.
        auto executor = socket.get_executor();  // NOLINT(bugprone-use-after-move)
        asio::co_spawn(executor, turnAway(std::move(socket)), asio::detached);
    }
}

/// A proxy's connections are those of all its clients: they are counted by request, see beginRequest.
std::string HttpServer::Core::countedAddress(const tcp::socket& socket) const
{
    boost::system::error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error || m_options.proxies.trusts(plainAddress(peer.address()))) {
        return {};
    }
    return addressKey(peer.address().to_string());
}

bool HttpServer::Core::beginRequest(const std::string& client)
{
    const std::lock_guard lock(m_mutex);
    std::size_t& running = m_requests[client];
    if (running >= m_options.limits.maxConnectionsPerAddress) {
        m_overCapacity.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    ++running;
    return true;
}

void HttpServer::Core::endRequest(const std::string& client)
{
    const std::lock_guard lock(m_mutex);
    const auto running = m_requests.find(client);
    if (running != m_requests.end() && --running->second == 0) {
        m_requests.erase(running);
    }
}

asio::awaitable<void> HttpServer::Core::turnAway(tcp::socket socket)
{
    const auto self = shared_from_this();
    m_turningAway.fetch_add(1);
    boost::system::error_code error;
    bool expired = false;
    asio::steady_timer deadline(socket.get_executor(), turnAwayTimeout);
    deadline.async_wait([&socket, &expired](const boost::system::error_code& cancelled) {
        if (!cancelled) {
            boost::system::error_code ignored;
            expired = true;
            socket.cancel(ignored);
        }
    });
    // The request is read (not parsed) first: closing with unread bytes would reset the connection and take
    // the answer back.
    std::array<char, 4096> scratch{};
    co_await socket.async_read_some(asio::buffer(scratch), asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
        const std::string answer = overCapacityAnswer();
        co_await asio::async_write(socket, asio::buffer(answer),
                                   asio::redirect_error(asio::use_awaitable, error));
        socket.shutdown(tcp::socket::shutdown_send, error);
    }
    // Where bytes keep coming, the cancellation may find nothing to cancel: what was read is on its way here.
    while (!error && !expired) {
        co_await socket.async_read_some(asio::buffer(scratch),
                                        asio::redirect_error(asio::use_awaitable, error));
    }
    // The timer's handler refers to this frame: it must have run before it goes.
    deadline.cancel();
    co_await asio::post(socket.get_executor(), asio::use_awaitable);
    m_turningAway.fetch_sub(1);
}

void HttpServer::Core::stop(std::function<void()> onStopped)
{
    std::vector<std::shared_ptr<HttpConnection>> open;
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        m_onStopped = std::move(onStopped);
        open = m_connections.connections();
    }
    for (const auto& connection : open) {
        connection->stopWhenIdle();
    }
    asio::post(m_strand, [self = shared_from_this()] {
        boost::system::error_code ignored;
        self->m_acceptor.close(ignored);
        self->m_stopTimer.expires_after(self->m_options.limits.stopTimeout);
        self->m_stopTimer.async_wait([self](const boost::system::error_code& cancelled) {
            if (!cancelled) {
                self->abortAll();
            }
        });
        self->finishIfEmpty();
    });
}

void HttpServer::Core::abortAll()
{
    std::vector<std::shared_ptr<HttpConnection>> open;
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
        open = m_connections.connections();
    }
    for (const auto& connection : open) {
        connection->abort();
    }
    asio::post(m_strand, [self = shared_from_this()] {
        boost::system::error_code ignored;
        self->m_acceptor.close(ignored);
    });
}

void HttpServer::Core::leave(const HttpConnection* connection)
{
    {
        const std::lock_guard lock(m_mutex);
        m_connections.remove(connection);
    }
    finishIfEmpty();
}

void HttpServer::Core::finishIfEmpty()
{
    std::function<void()> onStopped;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_stopping || !m_connections.isEmpty() || !m_onStopped) {
            return;
        }
        onStopped = std::move(m_onStopped);
        m_onStopped = nullptr;
    }
    asio::post(m_strand, [self = shared_from_this(), onStopped = std::move(onStopped)] {
        boost::system::error_code ignored;
        self->m_acceptor.close(ignored);
        self->m_stopTimer.cancel();
        onStopped();
    });
}

std::size_t HttpServer::Core::bodyLimitFor(const HttpRequest& head) const
{
    const HttpLimits& limits = m_options.limits;
    return limits.maxBodyBytesFor ? limits.maxBodyBytesFor(head) : limits.maxBodyBytes;
}

std::string HttpServer::Core::url() const
{
    return (m_options.tls ? "https://" : "http://") + m_options.address.toString();
}

HttpServerCounters HttpServer::Core::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    return {m_accepted, m_connections.size(), m_overCapacity, m_gaveWay, answersRefused, malformed, tooLarge,
            timedOut};
}

HttpServer::HttpServer(asio::io_context& context, Options options, HttpHandler handler)
    : m_core(std::make_shared<Core>(context, std::move(options), std::move(handler)))
{}

HttpServer::~HttpServer()
{
    m_core->abortAll();
}

Status HttpServer::start()
{
    return m_core->listen();
}

std::uint16_t HttpServer::port() const
{
    return m_core->port();
}

std::string HttpServer::url() const
{
    return m_core->url();
}

Status HttpServer::reloadTls()
{
    return m_core->reloadTls();
}

const std::shared_ptr<AnswerBudget>& HttpServer::answers() const
{
    return m_core->answers();
}

void HttpServer::stop(std::function<void()> onStopped)
{
    m_core->stop(std::move(onStopped));
}

HttpServerCounters HttpServer::counters() const
{
    return m_core->snapshot();
}

}  // namespace countersign::http
