#pragma once

#include "services/http/connection/AnswerBudget.h"
#include "services/http/connection/ConnectionLedger.h"
#include "services/http/server/HttpServer.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <mutex>
#include <unordered_map>

namespace countersign::http {

class HttpConnection;

/// The server's state that its connections share: handler, limits, counters, the list of who is still there.
/// Connections live longer than the HttpServer object in a stop, so what they need is shared. Internal to
/// services/http.
class HttpServer::Core : public std::enable_shared_from_this<HttpServer::Core>
{
public:
    Core(boost::asio::io_context& context, Options options, HttpHandler handler);

    Status listen();
    Status reloadTls();
    void stop(std::function<void()> onStopped);
    void abortAll();

    const HttpLimits& limits() const { return m_options.limits; }
    const HttpHandler& handler() const { return m_handler; }
    const ProxyTrust& proxies() const { return m_options.proxies; }
    const std::shared_ptr<AnswerBudget>& answers() const { return m_answers; }
    std::size_t bodyLimitFor(const HttpRequest& head) const;
    std::string url() const;
    std::uint16_t port() const { return m_options.address.port; }
    HttpServerCounters snapshot() const;

    void leave(const HttpConnection* connection);

    /// Requests at once of one client behind a proxy, whose connections are the proxy's. False: it has too
    /// many.
    bool beginRequest(const std::string& client);
    void endRequest(const std::string& client);

    std::atomic<std::uint64_t> answersRefused{0};
    std::atomic<std::uint64_t> malformed{0};
    std::atomic<std::uint64_t> tooLarge{0};
    std::atomic<std::uint64_t> timedOut{0};

private:
    boost::asio::awaitable<void> acceptLoop();
    void welcome(boost::asio::ip::tcp::socket socket);
    std::string countedAddress(const boost::asio::ip::tcp::socket& socket) const;
    boost::asio::awaitable<void> turnAway(boost::asio::ip::tcp::socket socket);
    void finishIfEmpty();

    boost::asio::io_context& m_context;
    Options m_options;
    HttpHandler m_handler;
    std::shared_ptr<AnswerBudget> m_answers;
    boost::asio::strand<boost::asio::io_context::executor_type> m_strand;  ///< acceptor and stop timer
    boost::asio::ip::tcp::acceptor m_acceptor;
    boost::asio::steady_timer m_stopTimer;
    std::atomic<std::uint64_t> m_accepted{0};
    std::atomic<std::uint64_t> m_overCapacity{0};
    std::atomic<std::uint64_t> m_gaveWay{0};
    std::atomic<unsigned> m_turningAway{0};

    mutable std::mutex m_mutex;                        ///< guards what follows
    std::shared_ptr<boost::asio::ssl::context> m_tls;  ///< for the connections to come
    ConnectionLedger m_connections;
    std::unordered_map<std::string, std::size_t> m_requests;  ///< running, by client behind a proxy
    bool m_stopping = false;
    std::function<void()> m_onStopped;
};

}  // namespace countersign::http
