#pragma once

#include "core/vault/profile/ProfileRecord.h"

// Key wrapping: the vault key sealed under root key, passphrase or both. This is the only place where root
// key, passphrase and vault key meet. Both sources enter one hash, so with two of them either alone is
// useless, and a passphrase can be changed by wrapping the vault key anew.

namespace countersign {

inline constexpr std::size_t rootKeyBytes = 32;
inline constexpr std::size_t vaultKeyBytes = 32;

/// Seals the vault key into record.wrappedKey. rootKey is empty without a keychain, passphrase where the
/// record says that there is none. Takes the record's Argon2id cost: not for the GUI thread.
Status wrapVaultKey(ProfileRecord& record, const SecretBytes& vaultKey, const SecretBytes& rootKey,
                    const SecretBytes& passphrase);

/// WrongPassphrase when root key and passphrase do not open the key, Corrupt when the root key has not 32
/// bytes. Takes the record's Argon2id cost.
Result<SecretBytes> unwrapVaultKey(const ProfileRecord& record, const SecretBytes& rootKey,
                                   const SecretBytes& passphrase);

}  // namespace countersign
