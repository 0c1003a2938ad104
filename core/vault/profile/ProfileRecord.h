#pragma once

#include "core/crypto/primitives/PasswordKdf.h"
#include "core/vault/Vault.h"

#include <cstdint>
#include <optional>
#include <string>

namespace countersign {

/// The one row of the table profile as it lies in the file, before anything in it is believed.
struct ProfileRow
{
    std::string profileId;
    std::int64_t createdAt = 0;
    std::string keychain;
    std::int64_t hasPassphrase = 0;
    Bytes kdfSalt;
    std::int64_t kdfOperations = 0;
    std::int64_t kdfMemory = 0;
    Bytes wrappedKey;
    std::int64_t demonstration = 0;
    std::int64_t settingsSealed = 0;
};

/// The profile's key-protection record: the wrapped vault key and the parameters that protect it. It stands
/// in the profile's file, which an attacker may have written. The record is bounded before use (a hostile
/// cost must not take 10 GB or an hour) and every field of it is bound to the wrapped key, so that a changed
/// one makes the key unusable.
class ProfileRecord
{
public:
    ProfileInfo info;
    std::optional<PasswordKdfParameters> passphraseCost;  ///< of Argon2id; nothing without a passphrase
    Bytes wrappedKey;  ///< the sealed 32-byte vault key (core/crypto/envelopes/Sealing.h)

    /// Corrupt when a field is out of its bounds or the record protects nothing (no keychain, no passphrase).
    static Result<ProfileRecord> fromRow(const ProfileRow& row);
    /// Reads the table profile. Corrupt when there is not exactly one acceptable row.
    static Result<ProfileRecord> read(Database& database);
    Status write(Database& database) const;
    /// Puts this record in the place of the one that it was made of when the settings were sealed
    /// (Vault::recordWithSealedSettings), inside the caller's transaction. Corrupt when that one is not there
    /// any more.
    Status replaceUnsealed(Database& database) const;

    /// The associated data of wrappedKey: everything of the record but wrappedKey itself.
    Bytes binding() const;
};

}  // namespace countersign
