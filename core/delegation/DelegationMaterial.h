#pragma once

#include "core/delegation/Wallet.h"
#include "core/delegation/WalletAddress.h"
#include "core/vault/Vault.h"

#include <optional>
#include <string>

// The key share and wallet API key of one delegation, sealed for storage. They are judged and sealed on
// worker threads, before the transaction that stores them; the two halves meet in this structure.

namespace countersign {

/// Vault boxes of one delegation.
struct SealedMaterial
{
    Bytes share;         ///< the whole decrypted share object, byte for byte
    Bytes walletApiKey;  ///< the key's UTF-8 bytes
};

/// What became of a delegation's material; holds no plaintext.
struct DelegationMaterial
{
    std::optional<SealedMaterial> sealed;  ///< nothing when the envelopes did not open
    std::optional<std::string> kid;        ///< the RSA key that opened the share, or that was wanted
    WalletHealth health = WalletHealth::Undecryptable;
    std::string detail;  ///< English, no secret

    /// A wallet with it can be used for signing.
    bool isUsable() const { return health == WalletHealth::Ok || health == WalletHealth::Unconfirmed; }
};

/// Where the boxes belong: table "delegation", row the event's id, columns "share" and "wallet-api-key".
SealedCell shareCell(std::string_view eventId);
SealedCell walletApiKeyCell(std::string_view eventId);

/// Judges the share (protocol reference §2.3 and §2.5: form, password container, public key against address)
/// and seals both. A share of a strange form is sealed all the same, so that nothing is lost. Locked when the
/// vault is locked. Safe from any thread.
Result<DelegationMaterial> sealMaterial(const Vault& vault, std::string_view eventId,
                                        const WalletAddress& address, const SecretBytes& share,
                                        const SecretBytes& walletApiKey, std::string kid);

}  // namespace countersign
