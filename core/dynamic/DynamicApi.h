#pragma once

#include "core/base/PendingCall.h"
#include "core/base/SecretBytes.h"
#include "core/base/encoding/Json.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// What GET …/waas/{walletId} tells (protocol reference §3.5).
struct WaasWallet
{
    std::string walletId;
    std::string accountAddress;
    std::string chainName;  ///< as Dynamic spells it
    /// Values of the JSON object in a string, in the numeric order of its keys; empty: no path.
    std::vector<std::uint32_t> derivationPath;
    std::string thresholdSignatureScheme;
};

/// Body and credentials of POST …/delegatedAccess/signMessage (§3.2).
struct SigningRoomRequest
{
    std::string walletId;
    SecretBytes walletApiKey;
    std::string message;  ///< always 0x-hex or 64 hex digits, at most 16384 characters
    bool isFormatted = false;
    Json context;  ///< null: not sent
    std::optional<std::string> shareSetId;
};

/// What the event stream says (§3.3). After opened, the stream is read on until the call is dropped: an error
/// can follow while the ceremony runs. failed is the last event; nothing comes after it.
struct SigningRoomEvents
{
    /// roomId is normalised: 32 hex digits, lower case, hyphens removed.
    std::function<void(const std::string& roomId)> opened;
    std::function<void(const Error& error)> failed;
};

/// The calls of Dynamic's REST API that signing needs. An interface, so that what orders them can be tested
/// without a server. Errors: Denied (401, 403; the sentence holds the server's text), NotFound (404),
/// InvalidInput (400, 422), Busy (429; a Retry-After is kept), Timeout, Network for the rest. A refusal's
/// text comes from the server, is bounded, and is shown as its words.
class DynamicApi
{
public:
    DynamicApi() = default;
    virtual ~DynamicApi() = default;
    DynamicApi(const DynamicApi&) = delete;
    DynamicApi& operator=(const DynamicApi&) = delete;

    [[nodiscard]] virtual PendingCallPtr lookUpWallet(const std::string& walletId,
                                                      Callback<WaasWallet> answered) = 0;
    /// POST …/waas/verifyApiKey (§3.6): whether the environment accepts the API token.
    [[nodiscard]] virtual PendingCallPtr verifyApiToken(Callback<bool> answered) = 0;
    [[nodiscard]] virtual PendingCallPtr openSigningRoom(SigningRoomRequest request,
                                                         SigningRoomEvents events) = 0;
};

}  // namespace countersign
