#pragma once

#include "services/sandbox/webhooks/WebhookUrl.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace countersign::sandbox {

struct WebhookAnswer
{
    int httpStatus = 0;  ///< 0: no HTTP answer, see error
    std::string error;   ///< English
    bool delivered() const { return httpStatus >= 200 && httpStatus < 300; }
};

/// What is posted: the exact body bytes and the signature over them. The rest are faults that were asked for,
/// and the webhook's being switched off.
struct WebhookRequest
{
    std::string body;
    std::string signature;                 ///< value of x-dynamic-signature-256
    std::optional<WebhookAnswer> instead;  ///< nothing is sent, and this counts as the answer
    bool losesAnswer = false;              ///< sent, and counted as not answered
    bool isTwice = false;
    std::chrono::milliseconds delay{0};  ///< before it is sent
};

/// One HTTP client connection to the webhook's receiver, kept open between messages as a real sender does.
/// TLS is verified against the system's roots (SSL_CERT_FILE and SSL_CERT_DIR apply); redirects are not
/// followed: only 2xx is a success. Used by one coroutine at a time.
class WebhookConnection
{
public:
    WebhookConnection(boost::asio::any_io_executor executor, WebhookUrl url,
                      std::shared_ptr<boost::asio::ssl::context> tls, std::chrono::milliseconds timeout);

    /// One attempt, over within the timeout. A kept connection that the receiver had closed meanwhile is
    /// replaced silently. Never throws.
    boost::asio::awaitable<WebhookAnswer> post(const WebhookRequest& request);

private:
    using TcpStream = boost::beast::tcp_stream;
    using TlsStream = boost::beast::ssl_stream<TcpStream>;

    boost::asio::awaitable<WebhookAnswer> attempt(const WebhookRequest& request);
    boost::asio::awaitable<void> connect();
    template <typename Stream>
    boost::asio::awaitable<WebhookAnswer> exchange(Stream& stream, const WebhookRequest& request);
    TcpStream& lowest();

    boost::asio::any_io_executor m_executor;
    WebhookUrl m_url;
    std::shared_ptr<boost::asio::ssl::context> m_tls;
    std::chrono::milliseconds m_timeout;
    std::unique_ptr<TcpStream> m_plain;
    std::unique_ptr<TlsStream> m_secure;
    bool m_open = false;
    bool m_answerBegan = false;
};

}  // namespace countersign::sandbox
