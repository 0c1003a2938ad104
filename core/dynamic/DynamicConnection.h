#pragma once

#include "core/base/SecretBytes.h"
#include "core/net/HttpExchange.h"
#include "core/net/RetryAfterGate.h"

#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace countersign {

/// Dynamic's REST API as one environment with one API token reaches it (protocol reference §3): addresses,
/// headers, credentials, limits and pauses. What the calls mean is for those who make them (HttpDynamicApi,
/// HttpRevocationApi). After a 429 with Retry-After nothing more is sent until that time has passed (at most
/// RetryAfterGate::longest); calls until then fail with Busy and say for how long.
class DynamicConnection
{
public:
    /// One more header for a request, for proofs that are computed over it (x-dyn-server-signing-proof,
    /// §3.1); nothing: none is needed. Runs before each request, on the caller's thread.
    using ExtraHeader = std::function<std::optional<std::pair<QByteArray, SecretBytes>>(
        const QByteArray& method, const QUrl& url, const QByteArray& body)>;

    struct Options
    {
        std::chrono::milliseconds answerTime = std::chrono::seconds(30);  ///< for a whole plain answer
        ExtraHeader extraHeader = {};
        /// Shared by all that ask the same service; null: of this object's own.
        std::shared_ptr<RetryAfterGate> pause = {};
    };

    /// baseUrl: without /api/v0, by the rule of core/base/ServiceUrl.h. environmentId: 1–128 printable ASCII
    /// characters. apiToken: "dyn_…", printable ASCII without spaces, at most 4096. InvalidInput otherwise.
    static Result<DynamicConnection> make(const QString& baseUrl, const std::string& environmentId,
                                          SecretBytes apiToken, Options options);

    const std::string& environmentId() const { return m_environmentId; }
    const SecretBytes& apiToken() const { return m_apiToken; }
    const std::shared_ptr<RetryAfterGate>& pause() const { return m_pause; }
    HttpClient& client() { return *m_client; }

    /// …/api/v0/environments/{environment}/step/step…
    QUrl environmentAddress(const std::vector<std::string>& steps) const;
    /// …/api/v0/server/{environment}/step/step…, where calls of servers alone live (refresh §1).
    QUrl serverAddress(const std::vector<std::string>& steps) const;
    /// …/api/v0/sdk/{environment}/step/step…: what an environment tells anybody (§0).
    QUrl sdkAddress(const std::vector<std::string>& steps) const;
    /// …/api/v0/step/step…, of no environment.
    QUrl commonAddress(const std::vector<std::string>& steps) const;
    /// With every header but the extra one.
    HttpRequest request(QByteArray method, const QUrl& url, QByteArray body) const;
    void addExtraHeader(HttpRequest& request) const;

    /// An answer of Dynamic itself, whatever its status. Errors: Busy (a pause is asked for; nothing was
    /// sent), Network (also an answer that somebody in between gave), Timeout.
    [[nodiscard]] PendingCallPtr send(HttpRequest request,
                                      std::function<void(Result<HttpResponse>)> answered);
    /// The same, where another status than 2xx is the error of errorOfStatus().
    [[nodiscard]] PendingCallPtr ask(HttpRequest request, std::function<void(Result<HttpResponse>)> answered);

    /// What is refused without asking anybody is still answered later, as every call is.
    [[nodiscard]] static PendingCallPtr refuse(std::function<void()> answer);
    /// A step of a path: 1–128 printable ASCII characters; "." and ".." would lead elsewhere.
    static bool isId(std::string_view text);
    /// A credential for a header: printable ASCII without spaces, at most 4096 characters.
    static bool isCredential(std::string_view text);

private:
    DynamicConnection(QUrl base, std::string environmentId, SecretBytes apiToken, Options options);
    QUrl address(QLatin1StringView root, const std::vector<std::string>& steps) const;
    QUrl environmentAddress(QLatin1StringView root, std::vector<std::string> steps) const;

    QUrl m_base;
    std::string m_environmentId;
    SecretBytes m_apiToken;
    Options m_options;
    std::shared_ptr<RetryAfterGate>
        m_pause;  ///< shared with the calls, which may outlive this, and by Options
    std::unique_ptr<HttpClient> m_client;
};

}  // namespace countersign
