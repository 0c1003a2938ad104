#pragma once

#include "core/dynamic/DynamicApi.h"
#include "core/dynamic/DynamicConnection.h"

#include <chrono>
#include <memory>
#include <utility>

namespace countersign {

/// DynamicApi over HTTP: Dynamic's REST as it is spoken (protocol reference §3). A room is asked for at most
/// once (see HttpClient).
class HttpDynamicApi final : public DynamicApi
{
public:
    static constexpr std::chrono::milliseconds usualRoomTime = std::chrono::seconds(30);

    struct Options
    {
        DynamicConnection::Options connection;
        std::chrono::milliseconds roomTime = usualRoomTime;  ///< until a room is open (§3.3)
    };

    explicit HttpDynamicApi(DynamicConnection connection, std::chrono::milliseconds roomTime = usualRoomTime)
        : m_connection(std::move(connection)), m_roomTime(roomTime)
    {}
    /// See DynamicConnection::make.
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
    DynamicConnection m_connection;
    std::chrono::milliseconds m_roomTime;
};

}  // namespace countersign
