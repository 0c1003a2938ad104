#pragma once

#include "services/http/connection/Outbox.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace countersign::http {

/// The application's side of a WebSocket (RFC 6455). A handler that answers with a session turns the request
/// into one. The session sees whole text messages in order and never a frame: UTF-8, fragments, masks, pings
/// and the closing handshake are the connection's. Calls come on the connection's strand and must not block.
class WebSocketSession
{
public:
    struct Limits
    {
        std::size_t maxMessageBytes = 256 * 1024;  ///< beyond it close code 1009
        /// Without a message in either direction: close code 1001.
        std::chrono::milliseconds idleTimeout{120'000};
        std::chrono::milliseconds writeTimeout{30'000};  ///< of one message; also of the closing handshake
    };

    virtual ~WebSocketSession() = default;
    virtual Limits limits() const { return {}; }
    /// What is put into the outbox is sent as one text message each; the outbox may be kept and used from any
    /// thread.
    virtual void opened(std::shared_ptr<Outbox> outbox) = 0;
    virtual void received(std::string message) = 0;
    /// Once, after the last message, however it ended.
    virtual void closed() = 0;
};

}  // namespace countersign::http
