#pragma once

#include "services/http/connection/ConnectionWire.h"
#include "services/http/message/ClientAddress.h"
#include "services/http/message/HeadScan.h"
#include "services/http/message/Problem.h"
#include "services/http/message/RequestHead.h"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::http {

namespace beast_http = boost::beast::http;

/// Reads a connection's requests, within the limits. Here strangers' bytes meet them: how long a head, a body
/// or a silence may be, and what is answered where one is broken. It decides what a refusal says; writing it
/// is the connection's. Internal to services/http.
template <typename Stream>
class RequestReader
{
public:
    using Message = beast_http::request<beast_http::string_body>;

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
            m_peer = plainAddress(endpoint.address());
            m_peerAddress = m_peer.to_string();
            m_peerIsProxy = m_wire.core().proxies().trusts(m_peer);
        }
    }

    /// Before the first request, in the handshake too, or between two: closing loses nothing.
    bool isIdle() const { return m_idle; }
    /// The client has sent more than the request that was read last.
    bool hasReadAhead() const { return m_buffer.size() > 0; }
    boost::beast::flat_buffer& readAhead() { return m_buffer; }
    /// Its connections are many clients'.
    bool peerIsProxy() const { return m_peerIsProxy; }

    asio::awaitable<Reading> read()
    {
        Reading reading;
        HeadScan scan;
        if (!co_await readHead(scan, reading.refusal)) {
            co_return reading;
        }
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(m_wire.limits().maxHeaderBytes));
        // The real limit depends on the head. "No limit" must not be said with boost::none: Beast 1.74
        // compares that as smaller than any Content-Length.
        parser.body_limit(std::numeric_limits<std::uint64_t>::max());
        ErrorValue error;
        parser.put(asio::const_buffer(m_buffer.data().data(), scan.size()), error);
        m_buffer.consume(scan.size());
        if (error || !parser.is_header_done()) {
            reading.refusal =
                error == beast_http::error::header_limit ? headTooLarge() : malformed(notHttp());
            co_return reading;
        }
        auto head = checkRequestHead(parser.get());
        if (!head) {
            reading.refusal = malformed(head.error());
            co_return reading;
        }
        nameClient(head->request);
        head->request.asksForWebSocket = boost::beast::websocket::is_upgrade(parser.get());
        if (co_await readBody(parser, *head, reading.refusal)) {
            ++m_read;
            reading.request.emplace(Request{parser.release(), *std::move(head)});
        }
        co_return reading;
    }

private:
    using Parser = beast_http::request_parser<beast_http::string_body>;
    using ErrorValue = boost::system::error_code;

    /// Read-ahead beyond one head: what is pipelined, and how long a chunk's extension may be.
    static constexpr std::size_t readAheadBytes = 16 * 1024;

    /// From the silence before a request to the end of its head, which is then the first scan.size() bytes
    /// that were read. False when there is none; refusal then says why, unless the client is gone or was
    /// silent.
    asio::awaitable<bool> readHead(HeadScan& scan, std::optional<HttpResponse>& refusal)
    {
        ErrorValue error;
        m_emptyLineBytes = 0;
        bool begun = hasBegun();
        auto state = begun ? scan.feed(bytesRead()) : HeadScan::State::NeedsMore;
        if (state == HeadScan::State::NeedsMore) {
            armHead(begun);
        }
        while (!error && state == HeadScan::State::NeedsMore && !isHeadTooLarge() &&
               !hasTooManyEmptyLines()) {
            m_idle = !begun;
            const std::size_t room = std::min<std::size_t>(m_buffer.max_size() - m_buffer.size(), 4096);
            const std::size_t read = co_await m_wire.stream().async_read_some(
                m_buffer.prepare(room), asio::redirect_error(asio::use_awaitable, error));
            m_buffer.commit(read);
            const bool wasSilent = !begun;
            begun = hasBegun();
            if (begun) {
                state = scan.feed(bytesRead());
            }
            if (begun && wasSilent && state == HeadScan::State::NeedsMore) {
                armHead(true);
            }
        }
        m_wire.disarm();
        m_idle = false;
        if (hasTooManyEmptyLines()) {
            refusal = malformed({400, "There are too many empty lines before the request."});
        } else if (state == HeadScan::State::Complete) {
            co_return true;
        } else if (state == HeadScan::State::Refused) {
            refusal = malformed({400, scan.reason()});
        } else if (isHeadTooLarge()) {
            refusal = headTooLarge();
        } else if (begun) {
            refusal = explainBrokenRead(error);
        }
        co_return false;
    }

    /// Takes empty lines before a request away.
    bool hasBegun()
    {
        const std::size_t empty = HeadScan::emptyLineBytes(bytesRead());
        m_buffer.consume(empty);
        m_emptyLineBytes += empty;
        return m_buffer.size() > 1 || (m_buffer.size() == 1 && bytesRead().front() != '\r');
    }

    std::string_view bytesRead() const
    {
        const auto bytes = m_buffer.data();
        return {static_cast<const char*>(bytes.data()), bytes.size()};
    }

    bool isHeadTooLarge() const { return m_buffer.size() > m_wire.limits().maxHeaderBytes; }
    bool hasTooManyEmptyLines() const { return m_emptyLineBytes > 2 * HeadScan::maxEmptyLines; }

    void armHead(bool begun)
    {
        if (m_read == 0) {
            m_wire.armUntil(m_wire.firstHeadUntil());
        } else {
            m_wire.arm(begun ? m_wire.limits().headerTimeout : m_wire.limits().idleTimeout);
        }
    }

    void nameClient(HttpRequest& request) const
    {
        request.peerAddress = m_peerAddress;
        request.peerIsLoopback = m_peer.is_loopback();
        request.clientAddress = m_peerAddress;
        if (m_peerIsProxy) {
            request.clientAddress = m_wire.core().proxies().clientOf(m_peer, request.headers).to_string();
        }
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
                co_await beast_http::async_read(m_wire.stream(), m_buffer, parser,
                                                asio::redirect_error(asio::use_awaitable, error));
            }
            m_wire.disarm();
        }
        if (error == beast_http::error::body_limit) {
            refusal = tooLarge(limit);
            co_return false;
        }
        if (error) {
            refusal = explainBrokenRead(error);
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

    HttpResponse headTooLarge()
    {
        m_wire.core().tooLarge.fetch_add(1, std::memory_order_relaxed);
        return problemResponse(431, "The head of the request is too large.");
    }

    static HttpRefusal notHttp() { return {400, "This is not HTTP/1.1 as RFC 9112 has it."}; }

    HttpResponse malformed(const HttpRefusal& refusal)
    {
        m_wire.core().malformed.fetch_add(1, std::memory_order_relaxed);
        return problemResponse(refusal.status, refusal.detail);
    }

    /// What to say about a read that failed; nothing when the client is gone.
    std::optional<HttpResponse> explainBrokenRead(ErrorValue error)
    {
        if (m_wire.timedOut()) {
            m_wire.countTimeout();
            return problemResponse(408, "The request took too long.");
        }
        const bool gone =
            error == beast_http::error::end_of_stream || error == beast_http::error::partial_message;
        if (!gone &&
            error.category() == beast_http::make_error_code(beast_http::error::bad_method).category()) {
            return malformed(notHttp());
        }
        return std::nullopt;
    }

    ConnectionWire<Stream>& m_wire;
    boost::beast::flat_buffer m_buffer;
    std::uint64_t m_read = 0;
    std::size_t m_emptyLineBytes = 0;  ///< before this request
    bool m_idle = true;
    bool m_peerIsProxy = false;
    asio::ip::address m_peer;
    std::string m_peerAddress;
};

}  // namespace countersign::http
