#pragma once

#include "services/http/connection/AnswerBudget.h"
#include "services/http/message/HttpMessage.h"

#include <chrono>
#include <cstddef>
#include <functional>

namespace countersign::http {

/// What a client may use up. Every time limit is for the whole step, not for the gap between two bytes, so
/// that sending slowly gains nothing.
struct HttpLimits
{
    std::size_t maxHeaderBytes = 16 * 1024;  ///< request line and fields together; beyond it 431
    std::size_t maxBodyBytes = 256 * 1024;   ///< beyond it 413, before the body is read if declared
    /// From its first byte to its end: 408. Of the first request from the connect, a TLS handshake included.
    std::chrono::milliseconds headerTimeout{10'000};
    std::chrono::milliseconds bodyTimeout{30'000};   ///< 408
    std::chrono::milliseconds idleTimeout{75'000};   ///< between two requests: closed silently
    std::chrono::milliseconds writeTimeout{30'000};  ///< for one answer
    std::chrono::milliseconds stallTimeout{5'000};   ///< of it, while the client takes nothing
    /// Beyond it the one goes that has waited longest without a request, else 503.
    std::size_t maxConnections = 1024;
    /// From one address (IPv6: one /64), in the same way; behind a trusted proxy requests at once: 429.
    std::size_t maxConnectionsPerAddress = 128;
    AnswerBudget::Limits answers;                   ///< beyond it 503
    std::chrono::milliseconds stopTimeout{10'000};  ///< how long a stop waits for running requests

    /// Overrides maxBodyBytes per request; sees the head only (body empty). Called on an I/O thread; must not
    /// block.
    std::function<std::size_t(const HttpRequest& head)> maxBodyBytesFor;
};

}  // namespace countersign::http
