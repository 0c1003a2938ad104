#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>

namespace countersign {

/// Why this class exists: a long poll whose client went away would keep its connection's place until its time
/// is over, and a console that restarts often would fill all places. Notices a closed socket without taking
/// anything from it. Used on the socket's executor only.
class ClientWatch
{
public:
    /// The socket is the owner's (see start) and outlives the watch.
    explicit ClientWatch(boost::asio::ip::tcp::socket& socket) : m_socket(socket) {}

    /// Calls gone, at most once, when the peer has closed its side or the connection broke. Ends without a
    /// call at stop(), and when the peer sends something instead: that may be its next request. owner is kept
    /// alive as long as something is pending.
    void start(std::shared_ptr<void> owner, std::function<void()> gone);
    /// Cancels what is pending on the socket, so nothing else may be.
    void stop();

private:
    bool hasClosed();

    boost::asio::ip::tcp::socket& m_socket;
    std::function<void()> m_gone;
};

}  // namespace countersign
