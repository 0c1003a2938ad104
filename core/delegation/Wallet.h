#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// What a delegated wallet is now (design.md §7); stored and printed as the lower-case text.
enum class WalletStatus { Active, Revoked, Superseded, Unusable };

/// What is known about the material. Unconfirmed: decrypted, and never yet checked at Dynamic.
enum class WalletHealth {
    Ok,
    Unconfirmed,
    Undecryptable,
    PasswordProtected,
    AddressMismatch,
    CredentialRefused,
    Revoked,      ///< by the user or by Dynamic
    RevokedHere,  ///< by this console
    Superseded,
};

std::string_view toText(WalletStatus status);  ///< "active", "revoked", "superseded", "unusable"
std::string_view toText(WalletHealth health);  ///< "ok", "unconfirmed", "undecryptable",
                                               ///< "password-protected", "address-mismatch", …
std::optional<WalletStatus> walletStatusFrom(std::string_view text);
/// A chain as Dynamic writes it, from what people call it: "sol", "Ethereum", "evm", …
std::string chainFrom(std::string_view name);
std::optional<WalletHealth> walletHealthFrom(std::string_view text);

/// A delegated wallet, as a row of the table wallet; holds no secret.
struct Wallet
{
    std::int64_t id = 0;   ///< row id, the key by which models page
    std::string walletId;  ///< Dynamic's UUID
    std::string chain;     ///< upper case as Dynamic writes it: "EVM", "SVM", …
    std::string address;   ///< EVM: EIP-55, Solana: base58, other chains: as received
    Bytes addressBytes;    ///< 20 (EVM) or 32 (Solana) bytes; other chains: the text's bytes
    std::optional<std::string> userId;
    WalletStatus status = WalletStatus::Active;
    WalletHealth health = WalletHealth::Unconfirmed;
    std::string healthDetail;  ///< e.g. which key is missing; English, no secret
    std::optional<std::string> shareSetId;
    UnixMillis receivedAt = 0;   ///< when the relay took the current delegation
    UnixMillis lastEventAt = 0;  ///< by the sender's clock
    std::string lastEvent;       ///< its name
};

/// One share set that came for a wallet, for the history in the detail pane; holds no secret.
struct DelegationRecord
{
    std::int64_t id = 0;
    std::string walletId;
    std::optional<std::string> shareSetId;
    std::string eventId;
    std::int64_t deliveryId = 0;
    UnixMillis delegatedAt = 0;
    std::string state;  ///< "current", "superseded", "revoked", "undecryptable"
    std::optional<std::string> kid;
    bool hasMaterial = false;
    std::optional<UnixMillis> endedAt;
};

}  // namespace countersign
