#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/vault/database/Database.h"
#include "core/vault/keychain/RootKeyStore.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace countersign {

/// Names the cell that a sealed value belongs to; it is part of the associated data, so a box moved to
/// another cell does not open. row is the business key (a kid, an event id), not the SQLite rowid, so that it
/// is known before the row is inserted.
struct SealedCell
{
    std::string table;
    std::string row;
    std::string column;
    int version = 1;
};

/// Where a profile keeps its files. Nothing of a profile lies outside its folder but the root key.
struct ProfilePaths
{
    explicit ProfilePaths(std::filesystem::path folder) : root(std::move(folder)) {}
    std::filesystem::path root;  ///< mode 0700
    std::filesystem::path database() const { return root / "profile.sqlite"; }
    std::filesystem::path auditHead() const { return root / "audit.head"; }

    /// $COUNTERSIGN_PROFILE, else the platform's data folder + "countersign/default".
    static ProfilePaths standard();
};

/// How a new profile is protected.
struct VaultProtection
{
    enum class Keychain { Os, None };
    Keychain keychain = Keychain::Os;
    /// Empty: no passphrase. With Keychain::None it must not be empty (InvalidInput).
    SecretBytes passphrase;
};

/// Facts readable without unlocking.
struct ProfileInfo
{
    std::string profileId;  ///< UUID
    UnixMillis createdAt = 0;
    VaultProtection::Keychain keychain = VaultProtection::Keychain::Os;
    bool hasPassphrase = false;
    bool demonstration = false;
    /// The settings were never unsealed: there is a TrustManifest or somebody took it away. False only for
    /// profiles of an older version until they are unlocked (core/audit/trust/SettingsUpgrade.h).
    bool settingsSealed = false;
};

class ProfileRecord;

/// The profile's encrypted vault. One place knows how the profile's key is made, kept and dropped. A random
/// vault key seals everything; it is wrapped by a key derived from the root key (OS keychain), the passphrase
/// (Argon2id) or both, so either part alone is useless and a passphrase can change without sealing anything
/// anew.
///
/// Sealing and opening are safe from many threads while unlocked; lock() waits for those under way. Creating
/// and unlocking are asynchronous because of the keychain and the key derivation (about half a second, on a
/// worker thread); callbacks run on the calling thread through its event loop.
class Vault
{
public:
    using DoneCallback = std::function<void(Status)>;
    using OpenedCallback = std::function<void(Result<std::shared_ptr<Vault>>)>;
    /// Writes what a new profile is to hold; on a worker thread, before anybody else can see the profile.
    using Fill = std::function<Status(Vault&, Database&)>;

    /// Makes the folder (0700), the database and the root key; the vault is unlocked afterwards.
    /// AlreadyExists if there is a profile, Busy while another program makes one there. On any failure
    /// nothing is left behind. The profile appears filled, and after its key is in the keychain: a kill
    /// anywhere before that leaves a draft which the next one takes back, keychain item included.
    static void create(const ProfilePaths& paths, VaultProtection protection, bool demonstration,
                       std::shared_ptr<RootKeyStore> rootKeys, const Clock& clock, OpenedCallback done,
                       Fill fill = {});

    /// Reads the profile's facts and nothing else: locked, no keychain, no D-Bus.
    static Result<std::shared_ptr<Vault>> open(const ProfilePaths& paths,
                                               std::shared_ptr<RootKeyStore> rootKeys);

    ~Vault();
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;

    /// The vault of a copy of this profile (ProfileCopy), with the keys that this one has in memory: what is
    /// locked here is locked there.
    std::shared_ptr<Vault> ofCopy(const ProfilePaths& copy) const;

    const ProfileInfo& info() const { return m_info; }
    const ProfilePaths& paths() const { return m_paths; }
    bool isUnlocked() const;

    /// passphrase is empty when the profile has none; the same text counts in any Unicode form
    /// (core/vault/PassphraseText.h). WrongPassphrase (also when one is missing, or given and
    /// not needed), KeychainUnavailable (with the state's sentence), NotFound when the keychain has lost the
    /// root key, Cancelled when lock() came in between or the vault was dropped. An unlocked vault stays
    /// unlocked when this fails, so a page may ask for the passphrase again.
    void unlock(SecretBytes passphrase, DoneCallback done);
    /// Opens the stored key anew with what is given, as unlock() does, and changes nothing: before something
    /// that cannot be undone, whoever sits here shows once more that they may. The keychain is read anew,
    /// too. The errors of unlock(); Locked when locked.
    void verify(SecretBytes passphrase, DoneCallback done);
    /// Wipes every key in memory. Unlocks under way end with Cancelled.
    void lock();

    /// Locked when locked. The box is version ‖ nonce ‖ ciphertext ‖ tag (core/crypto/envelopes/Sealing.h).
    Result<Bytes> seal(const SealedCell& cell, BytesView plaintext) const;
    /// Corrupt when the box was changed, moved to another cell or belongs to another profile.
    Result<SecretBytes> unseal(const SealedCell& cell, BytesView box) const;
    /// The same for what is no secret and was sealed so that nobody else can change it.
    Result<Bytes> unsealPublic(const SealedCell& cell, BytesView box) const;

    /// For a profile whose settings are not sealed yet: its description with settingsSealed and the key
    /// wrapped anew for it, made while it was unlocked; nothing otherwise, and while locked.
    std::shared_ptr<const ProfileRecord> recordWithSealedSettings() const;
    /// That record is in the profile now, written by this program or by another one.
    void noteSettingsSealed();

    /// A 32-byte key for one purpose (8 characters, e.g. "audit-v1"), derived from the vault key once and
    /// kept until lock(); who holds it longer keeps it. Locked when locked.
    using DerivedKey = std::shared_ptr<const SecretBytes>;
    Result<DerivedKey> deriveKey(std::string_view purpose) const;

private:
    friend class VaultCreation;
    struct Keys;
    struct Unlocking;
    Vault(ProfilePaths paths, std::shared_ptr<const ProfileRecord> record,
          std::shared_ptr<RootKeyStore> rootKeys);
    enum class Purpose { Unlock, Verify };
    void openKey(SecretBytes passphrase, Purpose purpose, DoneCallback done);
    static void unwrapInBackground(const std::shared_ptr<Unlocking>& unlocking);
    Bytes binding(const SealedCell& cell) const;

    ProfilePaths m_paths;
    ProfileInfo m_info;
    std::shared_ptr<const ProfileRecord> m_record;
    std::shared_ptr<RootKeyStore> m_rootKeys;
    std::shared_ptr<Keys> m_keys;  ///< shared with unlocks under way, which hold it weakly
};

}  // namespace countersign
