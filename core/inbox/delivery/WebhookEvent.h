#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "core/delegation/WalletAddress.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// Longest webhook body that is parsed, in bytes: the relay's own limit (design.md §6).
inline constexpr std::size_t webhookMaxBodyBytes = 256 * 1024;
/// Longest id and event name, in characters of printable ASCII.
inline constexpr std::size_t webhookMaxIdCharacters = 128;

inline constexpr std::string_view delegationCreatedName = "wallet.delegation.created";
inline constexpr std::string_view delegationRevokedName = "wallet.delegation.revoked";
inline constexpr std::string_view pingName = "ping";

enum class WebhookKind { DelegationCreated, DelegationRevoked, Ping, Other };

/// What a webhook says (protocol reference §1.2, §1.6, §1.7). null and absent are the same, unknown members
/// are ignored.
struct WebhookEvent
{
    WebhookKind kind = WebhookKind::Other;
    std::string eventId;  ///< empty only for a ping or an unknown event that has none
    std::string eventName;
    UnixMillis timestamp = 0;      ///< the sender's clock; 0 where there is none (never of a "created")
    bool isTimeOfReceipt = false;  ///< timestamp is the relay's, because the event names none
    std::optional<std::string> messageId;
    std::optional<std::string> environmentId;
    std::optional<std::string> walletId;
    std::optional<std::string> userId;  ///< the wallet's owner where named, else who triggered the event
    std::optional<std::string> shareSetId;
    WalletAddress address;      ///< created: always; revoked: where sent and readable
    Json shareEnvelope;         ///< created only; an object, not yet judged
    Json walletApiKeyEnvelope;  ///< created only; an object, not yet judged
};

/// What could be read, also when it was not enough: the quarantine page names the event it shows.
struct WebhookReading
{
    WebhookEvent event;
    std::optional<Error> error;  ///< InvalidInput; detail names the member
};

/// body: raw bytes whose signature was verified. Depth and size are bounded (JsonLimits). Required are of
/// every event its name; of created also eventId, timestamp, walletId, chain, publicKey and both envelopes;
/// of revoked walletId alone, for a revocation must not be lost: where it has no readable eventId, its id is
/// made of the body's hash. Everything else that cannot be read (an id: up to 128 printable ASCII characters)
/// counts as absent. The other pages' names are accepted (§1.6). Ids need not be UUIDs.
WebhookReading readWebhook(BytesView body);

/// The same body with the ciphertexts of every envelope in it blanked (iv, ct, tag, ek become ""), for
/// deliveries whose material was destroyed. Nothing when the body is no JSON or holds no ciphertext.
std::optional<Bytes> withoutCiphertexts(BytesView body);

}  // namespace countersign
