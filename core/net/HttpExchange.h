#pragma once

#include "core/base/Bytes.h"
#include "core/base/PendingCall.h"
#include "core/base/SecretBytes.h"

#include <QByteArray>
#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

class QNetworkAccessManager;

namespace countersign {

/// One request. Zero for silence or total: no such limit.
struct HttpRequest
{
    QByteArray method = "GET";  ///< GET (without body), POST, PUT or DELETE (without body)
    /// https, or http to loopback (the rule of core/base/ServiceUrl.h); may have a query.
    QUrl url;
    std::vector<std::pair<QByteArray, QByteArray>> headers;  ///< printable ASCII
    /// As above, complete ("Bearer …"), and wiped when the exchange is over.
    std::vector<std::pair<QByteArray, SecretBytes>> secretHeaders;
    QByteArray body;
    qint64 maxAnswerBytes = 1024 * 1024;                          ///< of the body
    std::chrono::milliseconds silence{std::chrono::seconds(15)};  ///< longest time without a byte
    std::chrono::milliseconds total{std::chrono::seconds(60)};    ///< for the whole exchange
};

struct HttpHead
{
    int status = 0;
    QByteArray contentType;  ///< the media type, lower case, without parameters; empty: not told
    std::optional<std::chrono::milliseconds> retryAfter;  ///< see core/net/RetryAfter.h
};

struct HttpAnswer : HttpHead
{
    Bytes body;
};

/// head comes once and first, data any number of times, ended once and last (without a head if there was
/// none). Each may destroy the call.
struct HttpStreamEvents
{
    std::function<void(const HttpHead& head)> head;
    std::function<void(BytesView bytes)> data;
    std::function<void(const Status& status)> ended;
};

/// Why this class exists: several floors ask services over HTTP that they trust with nothing. What is careful
/// about it is written once: TLS verified, no redirects, cookies, caches, compression and credentials from
/// the environment, HTTP/1.1, answers bounded in bytes and time, secrets wiped, errors told apart.
///
/// Any status is an answer and not an error, except a redirect, which is refused here with Network. Errors:
/// InvalidInput (the request cannot be sent as it is; nothing was), Timeout, Network (refused connection,
/// unknown host, TLS, proxy, early end, too many bytes: the sentence tells which and names the host alone).
/// Where a connection is closed before the first byte of an answer, Qt asks again by itself, also for POST:
/// what must not happen twice needs a key against repetition. A proxy of the system is used, never for
/// loopback.
///
/// One client per owner; it and its calls live on the thread that made it. Calls may outlive it.
class HttpClient
{
public:
    HttpClient();
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// The whole answer at once.
    [[nodiscard]] PendingCallPtr send(HttpRequest request, Answered<HttpAnswer> answered);
    /// The answer as it comes in, for event streams.
    [[nodiscard]] PendingCallPtr stream(HttpRequest request, HttpStreamEvents events);

private:
    std::shared_ptr<QNetworkAccessManager> m_network;  ///< shared with the calls
};

}  // namespace countersign
