#pragma once

#include "core/dynamic/DynamicApi.h"
#include "core/net/HttpExchange.h"
#include "core/net/RetryAfterGate.h"

#include <QUrl>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace countersign {

/// DynamicApi over HTTP: Dynamic's REST as it is spoken (protocol reference §3), over exchanges that trust
/// the server with nothing. A room is asked for at most once (see HttpClient). After a 429 with Retry-After
/// nothing more is sent until that time has passed (at most RetryAfterGate::longest); calls until then fail
/// with Busy and say for how long.
class HttpDynamicApi final : public DynamicApi
{
public:
    /// One more header for a request, for proofs that are computed over it (x-dyn-server-signing-proof,
    /// §3.1); nothing: none is needed. Runs before each request, on the caller's thread.
    using ExtraHeader = std::function<std::optional<std::pair<QByteArray, SecretBytes>>(
        const QByteArray& method, const QUrl& url, const QByteArray& body)>;

    struct Options
    {
        std::chrono::milliseconds answerTime = std::chrono::seconds(30);  ///< for a whole plain answer
        std::chrono::milliseconds roomTime = std::chrono::seconds(30);    ///< until a room is open (§3.3)
        ExtraHeader extraHeader = {};
        /// Shared by all that ask the same service; null: of this object's own.
        std::shared_ptr<RetryAfterGate> pause = {};
    };

    /// baseUrl: without /api/v0, by the rule of core/base/ServiceUrl.h. environmentId: 1–128 printable ASCII
    /// characters. apiToken: "dyn_…", printable ASCII without spaces, at most 4096. InvalidInput otherwise.
    static Result<std::unique_ptr<HttpDynamicApi>> make(const QString& baseUrl,
                                                        const std::string& environmentId,
                                                        SecretBytes apiToken, Options options);

    /// Also Network when the answer is about another wallet.
    PendingCallPtr lookUpWallet(const std::string& walletId, Callback<WaasWallet> answered) override;
    /// False: Dynamic answered, and the token is not verified for this environment. A token that is not let
    /// in at all is Denied.
    PendingCallPtr verifyApiToken(Callback<bool> answered) override;
    /// InvalidInput, before anything is sent: a message that is not hex of at most 16384 characters (32 bytes
    /// when isFormatted), a context that is no object, a body above 1 MiB, identifiers or a key that cannot
    /// be.
    PendingCallPtr openSigningRoom(SigningRoomRequest request, SigningRoomEvents events) override;

private:
    HttpDynamicApi(QUrl base, std::string environmentId, SecretBytes apiToken, Options options);
    QUrl address(const std::vector<std::string>& steps) const;
    HttpRequest request(QByteArray method, const QUrl& url, QByteArray body) const;
    void addExtraHeader(HttpRequest& request) const;
    PendingCallPtr ask(HttpRequest request, std::function<void(Result<HttpResponse>)> answered);

    QUrl m_base;
    std::string m_environmentId;
    SecretBytes m_apiToken;
    Options m_options;
    std::shared_ptr<RetryAfterGate>
        m_pause;  ///< shared with the calls, which may outlive this, and by Options
    HttpClient m_client;
};

}  // namespace countersign
