#pragma once

#include "services/http/server/HttpServerCore.h"

namespace countersign::http {

/// One client's connection, plain or TLS, from its first byte to its last. All of it runs on the strand of
/// its socket. Internal to services/http.
class HttpConnection
{
public:
    HttpConnection() = default;
    virtual ~HttpConnection() = default;
    HttpConnection(const HttpConnection&) = delete;
    HttpConnection& operator=(const HttpConnection&) = delete;

    /// Starts to serve; the connection keeps itself alive until it is closed, then leaves the core.
    virtual void start() = 0;
    /// Thread-safe: closes at once when idle, else after the running request.
    virtual void stopWhenIdle() = 0;
    /// Thread-safe: closes now.
    virtual void abort() = 0;
    /// Thread-safe: closes now unless a request is being served, else after it. Its place is another's
    /// already.
    virtual void giveWay() = 0;

    const std::shared_ptr<ConnectionPlace>& place() const { return m_place; }

    /// tls may be null: plain HTTP.
    static std::shared_ptr<HttpConnection> create(std::shared_ptr<HttpServer::Core> core,
                                                  boost::asio::ip::tcp::socket socket,
                                                  std::shared_ptr<boost::asio::ssl::context> tls);

private:
    std::shared_ptr<ConnectionPlace> m_place = std::make_shared<ConnectionPlace>();
};

}  // namespace countersign::http
