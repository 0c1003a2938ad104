#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
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

namespace countersign {

class TransferLoop;

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
    /// What may reach the service a second time, as every GET may: see HttpClient.
    bool mayBeRepeated = false;
    qint64 maxAnswerBytes = 1024 * 1024;                          ///< of the body
    std::chrono::milliseconds silence{std::chrono::seconds(15)};  ///< longest time without a byte
    std::chrono::milliseconds total{std::chrono::seconds(60)};    ///< for the whole exchange
};

struct HttpHead
{
    int status = 0;
    QByteArray contentType;  ///< the media type, lower case, without parameters; empty: not told
    std::optional<std::chrono::milliseconds> retryAfter;  ///< see core/net/RetryAfter.h
    std::optional<UnixMillis> date;                       ///< of the server's clock
    bool isOfProxy = false;                               ///< its fields say that a proxy wrote it
};

/// Whether somebody in between answered in a service's place: a proxy that says so, or a page for people (a
/// filter, the sign-in page of a network) where no service of ours has any.
bool isFromBetween(const HttpHead& head);

struct HttpResponse : HttpHead
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

/// An HTTP/1.1 client over libcurl, for services that are trusted with nothing. Several layers ask such
/// services, so what is careful about it is written once: TLS verified, no redirects, cookies, caches,
/// compression, and of the environment nothing but proxies and trusted certificates; answers bounded in bytes
/// and time, secrets wiped, errors told apart. Interim answers (1xx) are passed over, a bounded number of
/// them.
///
/// Any status is an answer and not an error, except a redirect, which is refused here with Network, and 407.
/// Errors: InvalidInput (the request cannot be sent as it is; nothing was), Timeout, Network (refused
/// connection, unknown host, TLS, proxy, early end, too many bytes: the sentence tells which and names the
/// host alone).
///
/// A request reaches the service at most once. Only what may be repeated (GET, mayBeRepeated) uses a
/// connection that is open already, which the service may close at that very moment, and goes out again where
/// it did, before a byte of an answer. All else has a connection of its own; what becomes of it is told and
/// left to the caller.
///
/// Proxies: see core/net/Proxy.h. SSL_CERT_FILE and SSL_CERT_DIR name other trusted authorities.
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
    [[nodiscard]] PendingCallPtr send(HttpRequest request, Callback<HttpResponse> answered);
    /// The answer as it comes in, for event streams.
    [[nodiscard]] PendingCallPtr stream(HttpRequest request, HttpStreamEvents events);

private:
    std::shared_ptr<TransferLoop> m_loop;  ///< shared with the calls
};

}  // namespace countersign
