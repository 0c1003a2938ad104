#pragma once

#include "core/base/Clock.h"
#include "services/http/connection/ClientWatch.h"
#include "services/http/connection/ConnectionWire.h"
#include "services/http/connection/Outbox.h"
#include "services/http/message/HttpDate.h"

#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

namespace countersign::http {

namespace beast_http = boost::beast::http;

/// Writes a connection's responses. An answer goes out whole, or item by item as somebody on another thread
/// produces it, and either way a client that stops reading, or leaves, must not hold the connection. Internal
/// to services/http.
template <typename Stream>
class ResponseWriter
{
public:
    /// What of the request decides about the form of its answer.
    struct Form
    {
        unsigned version = 11;
        bool keepAlive = false;
        bool withoutBody = false;  ///< to HEAD
        bool isRefusal = false;    ///< of something that was no request: short, and not waited for long
    };

    /// Both are the connection's, as is this.
    ResponseWriter(ConnectionWire<Stream>& wire, ClientWatch<Stream>& clientWatch)
        : m_wire(wire), m_clientWatch(clientWatch)
    {}

    /// False when the connection cannot be used any more.
    asio::awaitable<bool> write(HttpResponse response, Form form)
    {
        beast_http::response<beast_http::string_body> message(beast_http::int_to_status(response.status),
                                                              form.version);
        writeFields(message, response.headers);
        message.keep_alive(form.keepAlive);
        message.content_length(response.body.size());
        if (!form.withoutBody) {
            message.body() = std::move(response.body);
        }
        std::chrono::milliseconds timeLimit = m_wire.limits().writeTimeout;
        if (form.isRefusal) {
            timeLimit = std::min<std::chrono::milliseconds>(timeLimit, m_wire.lingerTimeout);
        }
        const bool written = co_await writeAll(message, timeLimit);
        co_return written;
    }

    /// The head, then every item of response.stream as it comes. False when the connection cannot be used any
    /// more.
    asio::awaitable<bool> writeStream(HttpResponse response, Form form)
    {
        const std::shared_ptr<Outbox> stream = std::move(response.stream);
        beast_http::response<beast_http::empty_body> message(beast_http::int_to_status(response.status),
                                                             form.version);
        writeFields(message, response.headers);
        const bool chunked = form.version == 11;
        message.keep_alive(form.keepAlive && chunked);
        message.chunked(chunked);
        ErrorValue error;
        beast_http::response_serializer<beast_http::empty_body> serializer(message);
        m_wire.arm(m_wire.limits().writeTimeout);
        co_await beast_http::async_write_header(m_wire.stream(), serializer,
                                                asio::redirect_error(asio::use_awaitable, error));
        m_wire.disarm();
        bool proper = !error;
        if (proper && !form.withoutBody) {
            proper = co_await writeItems(*stream, chunked);
        }
        stream->setWaker(nullptr);
        stream->abandon();
        co_return proper && (form.withoutBody || chunked);
    }

private:
    using ErrorValue = boost::system::error_code;
    using SteadyClock = std::chrono::steady_clock;

    /// Within timeLimit, and never without the client having taken some of it for stallTimeout: what is not
    /// read stays in memory.
    asio::awaitable<bool> writeAll(beast_http::response<beast_http::string_body>& message,
                                   std::chrono::milliseconds timeLimit)
    {
        ErrorValue error;
        const SteadyClock::time_point until = SteadyClock::now() + timeLimit;
        beast_http::response_serializer<beast_http::string_body> serializer(message);
        while (!error && !serializer.is_done()) {
            m_wire.armUntil(std::min(until, SteadyClock::now() + m_wire.limits().stallTimeout));
            co_await beast_http::async_write_some(m_wire.stream(), serializer,
                                                  asio::redirect_error(asio::use_awaitable, error));
        }
        m_wire.disarm();
        if (m_wire.timedOut()) {
            m_wire.countTimeout();
            m_wire.dropUnsent();
        }
        co_return !error;
    }

    template <typename Message>
    static void writeFields(Message& message, const HttpHeaders& headers)
    {
        message.set(beast_http::field::date, toHttpDate(SystemClock().now()));
        for (const auto& [name, value] : headers) {
            if (HttpHeaders::isValidName(name) && HttpHeaders::isValidValue(value)) {
                message.insert(name, value);
            }
        }
    }

    asio::awaitable<bool> writeItems(Outbox& stream, bool chunked)
    {
        const auto until = SteadyClock::now() + stream.options().maxDuration;
        m_clientGone = false;
        m_clientWatch.start(m_wire.owner(), [this] {
            m_clientGone = true;
            m_wire.wakeUp();
        });
        stream.setWaker(m_wire.waker());
        bool proper = true;
        bool more = true;
        while (more && proper) {
            Outbox::Next next = stream.take();
            if (m_clientGone || m_wire.isStopping() || next.ending == Outbox::Ending::Cut) {
                proper = false;
            } else if (next.item) {
                proper = co_await writeItem(*next.item, chunked);
            } else if (next.ending != Outbox::Ending::None) {
                more = false;
            } else if (co_await m_wire.awaitWakeUp(until)) {
                more = false;
                proper = co_await writeItem(stream.options().lastWords, chunked);
            }
        }
        co_await m_clientWatch.stop();
        if (proper && chunked) {
            ErrorValue error;
            m_wire.arm(m_wire.limits().writeTimeout);
            co_await asio::async_write(m_wire.stream(), beast_http::make_chunk_last(),
                                       asio::redirect_error(asio::use_awaitable, error));
            m_wire.disarm();
            proper = !error;
        }
        co_return proper;
    }

    /// An empty item writes nothing: an empty chunk would be the last one.
    asio::awaitable<bool> writeItem(const std::string& item, bool chunked)
    {
        ErrorValue error;
        if (!item.empty()) {
            m_wire.arm(m_wire.limits().writeTimeout);
            if (chunked) {
                co_await asio::async_write(m_wire.stream(), beast_http::make_chunk(asio::buffer(item)),
                                           asio::redirect_error(asio::use_awaitable, error));
            } else {
                co_await asio::async_write(m_wire.stream(), asio::buffer(item),
                                           asio::redirect_error(asio::use_awaitable, error));
            }
            m_wire.disarm();
        }
        co_return !error;
    }

    ConnectionWire<Stream>& m_wire;
    ClientWatch<Stream>& m_clientWatch;
    bool m_clientGone = false;
};

}  // namespace countersign::http
