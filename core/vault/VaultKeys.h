#pragma once

#include "core/vault/Vault.h"
#include "core/vault/profile/ProfileRecord.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

namespace countersign {

/// The unlocked vault's keys in memory. They outlive neither lock() nor the vault, while an unlock that is
/// still under way on another thread has to find out that it came too late.
struct Vault::Keys
{
    mutable std::shared_mutex mutex;
    std::uint64_t generation = 0;  ///< counts lock(); an unlock of an older generation is cancelled
    SecretBytes vaultKey;          ///< empty while locked; derives keys, seals nothing itself
    SecretBytes cellKey;           ///< seals cells
    /// By purpose, see Vault::deriveKey; under a lock of its own, so that who reads mutex can add one.
    std::mutex derivedMutex;
    std::map<std::string, DerivedKey, std::less<>> derived;
    /// See Vault::recordWithSealedSettings.
    std::shared_ptr<const ProfileRecord> recordWithSealedSettings;

    /// The key for one purpose, derived when it is asked for first. With mutex held, and unlocked.
    Result<DerivedKey> derive(std::string_view purpose);
    /// Cancelled, and nothing is kept, when lock() came after `expected` was read.
    Status adopt(SecretBytes key, std::shared_ptr<const ProfileRecord> upgraded, std::uint64_t expected);
    /// Whether key is the one in use. Cancelled when lock() came after `expected` was read, Locked before.
    Status confirm(const SecretBytes& key, std::uint64_t expected) const;
};

}  // namespace countersign
