#pragma once

#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <utility>

namespace countersign::http {

/// A stream layer that refers to another stream without owning it. Beast's WebSocket stream wants to own the
/// layer below it, and the connection must keep its socket, because a stop closes it from outside. Internal
/// to services/http.
template <typename Stream>
class BorrowedStream
{
public:
    using next_layer_type = Stream;
    using executor_type = typename Stream::executor_type;

    explicit BorrowedStream(Stream& stream) : m_stream(&stream) {}

    executor_type get_executor() noexcept { return m_stream->get_executor(); }
    Stream& next_layer() noexcept { return *m_stream; }
    const Stream& next_layer() const noexcept { return *m_stream; }

    template <typename Buffers, typename Handler>
    auto async_read_some(const Buffers& buffers, Handler&& handler)
    {
        return m_stream->async_read_some(buffers, std::forward<Handler>(handler));
    }
    template <typename Buffers, typename Handler>
    auto async_write_some(const Buffers& buffers, Handler&& handler)
    {
        return m_stream->async_write_some(buffers, std::forward<Handler>(handler));
    }

    /// Beast would wait here for the peer to close, as long as that takes; the connection does so itself, and
    /// not forever.
    template <typename Handler>
    friend void async_teardown(boost::beast::role_type /*role*/, BorrowedStream& stream, Handler&& handler)
    {
        boost::asio::post(
            stream.get_executor(),
            boost::beast::bind_front_handler(std::forward<Handler>(handler), boost::beast::error_code{}));
    }

private:
    Stream* m_stream;
};

}  // namespace countersign::http
