#pragma once

#include "core/base/encoding/Json.h"
#include "services/http/message/HttpHeaders.h"
#include "services/http/message/HttpTarget.h"

#include <functional>
#include <memory>
#include <string>

// HTTP requests and responses as a handler sees them, without the library that reads them. Nothing here knows
// about coroutines, so that routing and validation stay testable and fuzzable on their own.

namespace countersign::http {

class AnswerShare;
class Outbox;
class WebSocketSession;

struct HttpRequest
{
    std::string
        method;  ///< "GET", "POST", …; HEAD arrives as GET and its answer loses the body on the way out
    HttpTarget target;
    HttpHeaders headers;
    std::string body;         ///< raw bytes as sent (chunks joined); empty while only the head was read
    std::string peerAddress;  ///< of the TCP connection, "127.0.0.1" or "2001:db8::1", without port
    bool peerIsLoopback = false;
    std::string clientAddress;  ///< the peer's, or what a trusted proxy says that its client's is
    /// The client asks, correctly, to go on as a WebSocket (RFC 6455 §4.2.1); a handler may ignore it.
    bool asksForWebSocket = false;

    /// For a handler that waits: takes what is to be called, at most once and on the connection's executor,
    /// when the client closes its side before it has its answer. Empty where no connection stands behind the
    /// request.
    std::function<void(std::function<void()> gone)> whenClientLeaves;

    /// The credentials of "Authorization: Bearer …" (RFC 6750 §2.1); empty unless there is exactly one such
    /// header. A secret: compare in constant time, never log.
    std::string_view bearerToken() const;
};

struct HttpResponse
{
    unsigned status = 200;
    HttpHeaders headers;  ///< Content-Length, Date and Connection are the server's
    std::string body;
    bool closeConnection = false;
    /// What a large answer holds of the server's budget; kept until it is written. Without it the server
    /// takes one by itself, and answers 503 where there is none.
    std::shared_ptr<AnswerShare> share;

    /// A streaming answer: body is ignored, every item put in is written at once (chunked, RFC 9112 §7.1),
    /// until it is finished, its time is over or the client leaves.
    std::shared_ptr<Outbox> stream;
    /// Answers 101 and hands the connection to this session; everything else here is ignored. A request that
    /// did not ask for a WebSocket is answered 426 instead.
    std::shared_ptr<WebSocketSession> webSocket;
};

HttpResponse jsonResponse(unsigned status, const Json& json);
HttpResponse textResponse(unsigned status, std::string text);

}  // namespace countersign::http
