#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/SecretBytes.h"

#include <optional>
#include <string>
#include <string_view>

// The data types of the simulated service, shared by its stores, its rules and its HTTP API, so that none of
// these has to include another.

namespace countersign::sandbox {

/// Most delegations that one control call makes.
inline constexpr std::size_t maxBulkDelegations = 10'000;

/// The two chains whose wallets the sandbox makes; spelled "EVM" and "SVM" on the wire (protocol reference
/// §1.6).
enum class Chain { Evm, Svm };

std::string_view chainName(Chain chain);
/// Exactly "EVM" or "SVM".
std::optional<Chain> chainFromName(std::string_view name);

enum class ShareSetStatus {
    Active,
    Revoked,     ///< the user (or developer) ended the delegation
    Superseded,  ///< a later delegation of the same wallet replaced it
};

std::string_view shareSetStatusName(ShareSetStatus status);
std::optional<ShareSetStatus> shareSetStatusFromName(std::string_view name);

struct Wallet
{
    std::string walletId;
    std::string userId;
    Chain chain = Chain::Evm;
    std::string address;  ///< EVM: EIP-55; SVM: base58 of the Ed25519 key
    Bytes publicKey;      ///< EVM: 64 bytes x‖y, big-endian; SVM: 32 bytes
    UnixMillis createdAt = 0;
};

/// The half of a delegation that stays with the simulated service. A share set that ended holds no secrets.
struct ShareSet
{
    std::string shareSetId;
    std::string walletId;
    ShareSetStatus status = ShareSetStatus::Active;
    SecretBytes serverShare;   ///< 32 bytes; empty once the set has ended
    SecretBytes walletApiKey;  ///< empty once the set has ended
    Bytes shareDigest;  ///< of the console's share as it was given out; empty in sets of an older sandbox
    std::string encryptionKid;
    UnixMillis createdAt = 0;
    UnixMillis endedAt = 0;  ///< 0 while active
};

/// A wallet as GET /sandbox/wallets lists it: with the state of its newest share set, without secrets.
struct WalletSummary
{
    Wallet wallet;
    std::string shareSetId;
    ShareSetStatus status = ShareSetStatus::Active;
    UnixMillis delegatedAt = 0;
    UnixMillis endedAt = 0;
};

/// A registered RSA public key of the developer (protocol reference §2.6).
struct EncryptionKey
{
    std::string kid;
    std::string publicKeyPem;
    UnixMillis createdAt = 0;
    UnixMillis updatedAt = 0;
};

enum class MessageStatus {
    Pending,
    Delivered,
    Failed,  ///< the last retry failed; kept, can be redelivered by hand
};

std::string_view messageStatusName(MessageStatus status);
std::optional<MessageStatus> messageStatusFromName(std::string_view name);

/// One webhook message: one event for the one webhook registration (protocol reference §1.2, §1.9).
struct Message
{
    std::string messageId;
    std::string eventId;
    std::string eventName;
    std::string body;  ///< compact JSON, UTF-8: the bytes that are signed and sent
    UnixMillis createdAt = 0;
    MessageStatus status = MessageStatus::Pending;
    int attempts = 0;           ///< of the current round; a redelivery by hand starts a new round
    UnixMillis roundStart = 0;  ///< time of the round's first attempt, 0 before it
    UnixMillis nextAttemptAt = 0;
    UnixMillis lastAttemptAt = 0;  ///< 0 before the first
    int lastHttpStatus = 0;        ///< 0: no HTTP answer
    std::string lastError;         ///< English, empty after a success
    bool redelivery = false;
};

}  // namespace countersign::sandbox
