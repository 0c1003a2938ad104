#include "services/sandbox/webhooks/WebhookConnection.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/version.hpp>

#include <exception>

namespace countersign::sandbox {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using asio::use_awaitable;

namespace {

constexpr std::uint32_t maxAnswerHeader = 16 * 1024;
constexpr std::uint64_t maxAnswerBody = 64ULL * 1024;

beast_http::request<beast_http::string_body> makeRequest(const WebhookUrl& url, const WebhookRequest& webhook)
{
    beast_http::request<beast_http::string_body> request(beast_http::verb::post, url.target, 11);
    request.set(beast_http::field::host, url.hostHeader());
    request.set(beast_http::field::user_agent, "countersign-sandbox/" COUNTERSIGN_VERSION);
    request.set(beast_http::field::content_type, "application/json");
    request.set("x-dynamic-signature-256", webhook.signature);
    request.body() = webhook.body;
    request.prepare_payload();
    return request;
}

/// RFC 6066 §3: names only, no IP literals.
template <typename Stream>
void setServerName(Stream& stream, const std::string& host)
{
    boost::system::error_code notAnAddress;
    asio::ip::make_address(host, notAnAddress);
    if (notAnAddress) {
        // The macro SSL_set_tlsext_host_name, without the C cast that it hides; OpenSSL copies the name.
        std::string name = host;
        SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 name.data());
    }
}

}  // namespace

WebhookConnection::WebhookConnection(asio::any_io_executor executor, WebhookUrl url,
                                     std::shared_ptr<asio::ssl::context> tls,
                                     std::chrono::milliseconds timeout)
    : m_executor(std::move(executor)), m_url(std::move(url)), m_tls(std::move(tls)), m_timeout(timeout)
{}

WebhookConnection::TcpStream& WebhookConnection::lowest()
{
    return m_secure ? m_secure->next_layer() : *m_plain;
}

asio::awaitable<WebhookAnswer> WebhookConnection::post(const WebhookRequest& request)
{
    const bool kept = m_open;
    WebhookAnswer answer = co_await attempt(request);
    if (kept && answer.httpStatus == 0 && !m_answerBegan) {
        answer = co_await attempt(request);
    }
    co_return answer;
}

asio::awaitable<WebhookAnswer> WebhookConnection::attempt(const WebhookRequest& request)
{
    WebhookAnswer answer;
    m_answerBegan = false;
    try {
        if (!m_open) {
            co_await connect();
        }
        lowest().expires_after(m_timeout);
        if (m_secure) {
            answer = co_await exchange(*m_secure, request);
        } else {
            answer = co_await exchange(*m_plain, request);
        }
        lowest().expires_never();
    } catch (const boost::system::system_error& error) {
        answer.error = error.code() == beast::error::timeout ? "no answer in time" : error.code().message();
    } catch (const std::exception& error) {
        answer.error = error.what();
    }
    if (answer.httpStatus == 0) {
        m_open = false;
    }
    if (!m_open) {
        m_plain.reset();
        m_secure.reset();
    }
    co_return answer;
}

asio::awaitable<void> WebhookConnection::connect()
{
    asio::ip::tcp::resolver resolver(m_executor);
    const auto endpoints = co_await resolver.async_resolve(m_url.host, m_url.port, use_awaitable);
    if (m_url.tls) {
        m_secure = std::make_unique<TlsStream>(TcpStream(m_executor), *m_tls);
        setServerName(*m_secure, m_url.host);
        m_secure->set_verify_callback(asio::ssl::host_name_verification(m_url.host));
    } else {
        m_plain = std::make_unique<TcpStream>(m_executor);
    }
    lowest().expires_after(m_timeout);
    co_await lowest().async_connect(endpoints, use_awaitable);
    if (!m_url.tls && !lowest().socket().remote_endpoint().address().is_loopback()) {
        throw std::runtime_error("plain http is allowed to loopback only");
    }
    if (m_secure) {
        co_await m_secure->async_handshake(asio::ssl::stream_base::client, use_awaitable);
    }
    m_open = true;
}

template <typename Stream>
asio::awaitable<WebhookAnswer> WebhookConnection::exchange(Stream& stream, const WebhookRequest& webhook)
{
    const auto request = makeRequest(m_url, webhook);
    co_await beast_http::async_write(stream, request, use_awaitable);

    beast::flat_buffer buffer(maxAnswerHeader + maxAnswerBody);
    beast_http::response_parser<beast_http::string_body> parser;
    parser.header_limit(maxAnswerHeader);
    parser.body_limit(maxAnswerBody);
    co_await beast_http::async_read_header(stream, buffer, parser, use_awaitable);
    m_answerBegan = true;

    WebhookAnswer answer;
    answer.httpStatus = static_cast<int>(parser.get().result_int());
    boost::system::error_code bodyError;
    co_await beast_http::async_read(stream, buffer, parser, asio::redirect_error(use_awaitable, bodyError));
    // The status decides; a body that is broken or too long only costs the connection.
    m_open = !bodyError && parser.get().keep_alive();
    if (!answer.delivered()) {
        answer.error = "the receiver answered " + std::to_string(answer.httpStatus);
    }
    co_return answer;
}

}  // namespace countersign::sandbox
