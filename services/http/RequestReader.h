#pragma once

#include "services/http/ConnectionWire.h"
#include "services/http/Problem.h"
#include "services/http/RequestHead.h"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <limits>
#include <optional>
#include <string>

namespace countersign {

namespace http = boost::beast::http;

/// Why this class exists: reading a request is where strangers' bytes meet the limits: how long a head, a
/// body or a silence may be, and what is answered where one is broken. It decides what a refusal says;
/// writing it is the connection's. Internal to services/http.
template <typename Stream>
class RequestReader
{
public:
    using Message = http::request<http::string_body>;

    struct Request
    {
        Message message;  ///< its body has gone into head.request
        RequestHead head;
    };
    /// A request, or a refusal to be written before the end, or neither: the client is gone.
    struct Reading
    {
        std::optional<Request> request;
        std::optional<HttpResponse> refusal;
    };

    explicit RequestReader(ConnectionWire<Stream>& wire)
        : m_wire(wire), m_buffer(wire.limits().maxHeaderBytes + readAheadBytes)
    {}

    /// Once, after the connection was made.
    void rememberPeer()
    {
        ErrorValue error;
        const auto endpoint = m_wire.socket().remote_endpoint(error);
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

    /// Between two requests: closing loses nothing.
    bool isIdle() const { return m_idle; }
    /// The client has sent more than the request that was read last.
    bool hasReadAhead() const { return m_buffer.size() > 0; }

    asio::awaitable<Reading> read()
    {
        Reading reading;
        if (!co_await awaitFirstByte()) {
            co_return reading;
        }
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(m_wire.limits().maxHeaderBytes));
        // The real limit depends on the head. "No limit" must not be said with boost::none: Beast 1.74
        // compares that as smaller than any Content-Length.
        parser.body_limit(std::numeric_limits<std::uint64_t>::max());
        ErrorValue error;
        m_wire.arm(m_wire.limits().headerTimeout);
        co_await http::async_read_header(m_wire.stream(), m_buffer, parser,
                                         asio::redirect_error(asio::use_awaitable, error));
        m_wire.disarm();
        if (error) {
            reading.refusal = explainBrokenRead(error, 431);
            co_return reading;
        }
        auto head = checkRequestHead(parser.get());
        if (!head) {
            reading.refusal = malformed(head.error());
            co_return reading;
        }
        head->request.peerAddress = m_peerAddress;
        head->request.peerIsLoopback = m_peerIsLoopback;
        head->request.asksForWebSocket = boost::beast::websocket::is_upgrade(parser.get());
        if (co_await readBody(parser, *head, reading.refusal)) {
            ++m_read;
            reading.request.emplace(Request{parser.release(), *std::move(head)});
        }
        co_return reading;
    }

private:
    using Parser = http::request_parser<http::string_body>;
    using ErrorValue = boost::system::error_code;

    /// Read-ahead beyond one head: what is pipelined, and how long a chunk's extension may be.
    static constexpr std::size_t readAheadBytes = 16 * 1024;

    asio::awaitable<bool> awaitFirstByte()
    {
        if (m_buffer.size() > 0) {
            co_return true;
        }
        ErrorValue error;
        m_idle = true;
        m_wire.arm(m_read == 0 ? m_wire.limits().headerTimeout : m_wire.limits().idleTimeout);
        const std::size_t read = co_await m_wire.stream().async_read_some(
            m_buffer.prepare(std::min<std::size_t>(m_buffer.max_size(), 4096)),
            asio::redirect_error(asio::use_awaitable, error));
        m_wire.disarm();
        m_idle = false;
        m_buffer.commit(read);
        co_return !error && read > 0;
    }

    /// False when there is no whole body; refusal then says why, unless the client is gone.
    asio::awaitable<bool> readBody(Parser& parser, RequestHead& head, std::optional<HttpResponse>& refusal)
    {
        const std::size_t limit = m_wire.core().bodyLimitFor(head.request);
        if (parser.content_length().value_or(0) > limit) {
            refusal = tooLarge(limit);
            co_return false;
        }
        parser.body_limit(limit);
        ErrorValue error;
        if (!parser.is_done()) {
            if (head.expectsContinue && m_buffer.size() == 0) {
                m_wire.arm(m_wire.limits().writeTimeout);
                static constexpr std::string_view proceed = "HTTP/1.1 100 Continue\r\n\r\n";
                co_await asio::async_write(m_wire.stream(), asio::buffer(proceed),
                                           asio::redirect_error(asio::use_awaitable, error));
            }
            if (!error) {
                m_wire.arm(m_wire.limits().bodyTimeout);
                co_await http::async_read(m_wire.stream(), m_buffer, parser,
                                          asio::redirect_error(asio::use_awaitable, error));
            }
            m_wire.disarm();
        }
        if (error == http::error::body_limit) {
            refusal = tooLarge(limit);
            co_return false;
        }
        if (error) {
            refusal = explainBrokenRead(error, 400);
            co_return false;
        }
        head.request.body = std::move(parser.get().body());
        co_return true;
    }

    HttpResponse tooLarge(std::size_t limit)
    {
        m_wire.core().tooLarge.fetch_add(1, std::memory_order_relaxed);
        return problemResponse(413, "The body may have at most " + std::to_string(limit) + " bytes.");
    }

    HttpResponse malformed(const HttpRefusal& refusal)
    {
        m_wire.core().malformed.fetch_add(1, std::memory_order_relaxed);
        return problemResponse(refusal.status, refusal.detail);
    }

    /// What to say about a read that failed; nothing when the client is gone. statusWhenFull: what a full
    /// buffer means at this point.
    std::optional<HttpResponse> explainBrokenRead(ErrorValue error, unsigned statusWhenFull)
    {
        if (m_wire.timedOut()) {
            m_wire.countTimeout();
            return problemResponse(408, "The request took too long.");
        }
        const bool full = error == http::error::buffer_overflow || error == http::error::header_limit;
        if (full && statusWhenFull == 431) {
            m_wire.core().tooLarge.fetch_add(1, std::memory_order_relaxed);
            return problemResponse(431, "The head of the request is too large.");
        }
        const bool gone = error == http::error::end_of_stream || error == http::error::partial_message;
        if (!gone && error.category() == http::make_error_code(http::error::bad_method).category()) {
            return malformed({400, "This is not HTTP/1.1 as RFC 9112 has it."});
        }
        return std::nullopt;
    }

    ConnectionWire<Stream>& m_wire;
    boost::beast::flat_buffer m_buffer;
    std::uint64_t m_read = 0;
    bool m_idle = false;
    bool m_peerIsLoopback = false;
    std::string m_peerAddress;
};

}  // namespace countersign
