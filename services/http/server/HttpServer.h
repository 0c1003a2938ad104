#pragma once

#include "core/base/Result.h"
#include "services/http/message/ClientAddress.h"
#include "services/http/message/HttpMessage.h"
#include "services/http/server/HttpLimits.h"
#include "services/http/server/ListenAddress.h"
#include "services/http/server/TlsContext.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace countersign::http {

/// Answers one request. Runs on the connection's strand of the server's io_context (this_coro::executor),
/// never twice at once for one connection; must not block. An exception becomes a 500.
using HttpHandler = std::function<boost::asio::awaitable<HttpResponse>(HttpRequest)>;

/// What the server refused by itself, before a handler saw it.
struct HttpServerCounters
{
    std::uint64_t connections = 0;      ///< accepted since the start
    std::uint64_t openConnections = 0;  ///< now
    std::uint64_t overCapacity = 0;     ///< answered 503 or 429, or closed, because there are too many
    std::uint64_t gaveWay = 0;          ///< waited without a request and were closed for another connection
    std::uint64_t answersRefused = 0;   ///< 503 because too many bytes of answers wait for their clients
    std::uint64_t malformed = 0;        ///< 400, 417, 501, 505
    std::uint64_t tooLarge = 0;         ///< 413, 431
    std::uint64_t timedOut = 0;         ///< 408 and clients that stopped reading
};

/// An HTTP/1.1 server (RFC 9112). Both services face bytes of strangers, and one careful server serves both.
/// It keeps connections alive, takes pipelined requests in order, and refuses what two readers could
/// understand differently (Content-Length beside Transfer-Encoding, repeated or missing Host, codings other
/// than a single "chunked", what HeadScan knows). No address takes all places (ConnectionLedger), no client
/// makes it keep answers without end (AnswerBudget). Boost.Beast reads the wire, Asio coroutines give the
/// flow.
///
/// Streaming answers and WebSocket upgrades, over TLS too (wss), begin in HttpConnection::serveRequest, where
/// a handler's response is turned into bytes: the request is complete there and the stream is the
/// connection's alone.
class HttpServer
{
public:
    struct Options
    {
        ListenAddress address;
        HttpLimits limits;
        std::optional<TlsFiles> tls;  ///< absent: plain HTTP
        ProxyTrust proxies;           ///< whose word about their clients' addresses counts
    };

    /// The context must be run by at least one thread and outlive the server. Any number of threads may run
    /// it.
    HttpServer(boost::asio::io_context& context, Options options, HttpHandler handler);
    /// Closes what is still open; call stop() before for a graceful end. The handler may still run until the
    /// context's threads are joined: join them before what it uses goes away.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Binds and begins to accept. InvalidInput (TLS files), Network (address in use, no permission).
    Status start();

    /// Valid after start(): the port in use, and "http(s)://HOST:PORT".
    std::uint16_t port() const;
    std::string url() const;

    /// Thread-safe, after start(): reads the TLS files again, for connections to come. InvalidInput: they
    /// cannot be used, and the old ones stay in use. Nothing happens without TLS.
    Status reloadTls();

    /// For handlers that want to hold a part before they make a large answer (HttpResponse::share).
    const std::shared_ptr<AnswerBudget>& answers() const;

    /// Thread-safe, may be called once: stops accepting, closes idle connections, lets running requests
    /// finish for limits.stopTimeout, then closes the rest. onStopped runs on a thread of the context when
    /// the last connection is gone.
    void stop(std::function<void()> onStopped);

    HttpServerCounters counters() const;

    class Core;  ///< shared with the connections, which outlive a stop

private:
    std::shared_ptr<Core> m_core;
};

}  // namespace countersign::http
