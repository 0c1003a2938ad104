#include "core/vault/Vault.h"

#include "core/crypto/envelopes/Sealing.h"
#include "core/crypto/keys/KeyDerivation.h"
#include "core/vault/AssociatedData.h"
#include "core/vault/KeyWrapping.h"
#include "core/vault/PassphraseText.h"
#include "core/vault/VaultKeys.h"
#include "core/vault/database/BackgroundWork.h"
#include "core/vault/profile/VaultCreation.h"

#include <QCoreApplication>
#include <QStandardPaths>

#include <mutex>
#include <utility>

namespace countersign {

namespace {

constexpr std::string_view cellPurpose = "cells-v1";

struct VaultText
{
    Q_DECLARE_TR_FUNCTIONS(VaultText)
};

tl::unexpected<Error> lockedFailure()
{
    return failure(ErrorCode::Locked, VaultText::tr("The vault is locked. Unlock it first."));
}

tl::unexpected<Error> cancelledFailure()
{
    return failure(ErrorCode::Cancelled, VaultText::tr("Unlocking was cancelled."));
}

// The vault's words for what the store said: there only the keychain is known, not what the key is for.
Error rootKeyError(const Error& error)
{
    if (error.code != ErrorCode::NotFound) {
        return error;
    }
    return {
        ErrorCode::NotFound,
        VaultText::tr(
            "The keychain holds no key for this profile. Restore the keychain that it was made with, or make "
            "a new profile."),
        error.detail};
}

}  // namespace

/// What an unlock carries from thread to thread.
struct Vault::Unlocking
{
    std::weak_ptr<Keys> keys;
    std::uint64_t generation = 0;
    Purpose purpose = Purpose::Unlock;
    std::shared_ptr<const ProfileRecord> record;
    SecretBytes passphrase;
    SecretBytes rootKey;
    Result<SecretBytes> vaultKey;
    std::shared_ptr<const ProfileRecord> upgraded;
    DoneCallback done;

    bool isCancelled() const
    {
        const auto alive = keys.lock();
        if (!alive) {
            return true;
        }
        const std::shared_lock lock(alive->mutex);
        return alive->generation != generation;
    }
    void cancel() const { done(cancelledFailure()); }
    void unwrap();
    void finish();
};

ProfilePaths ProfilePaths::standard()
{
    // Names of folders are bytes: decoding them would make one of two that are no UTF-8.
    const QByteArray chosen = qgetenv("COUNTERSIGN_PROFILE");
    if (!chosen.isEmpty()) {
        return ProfilePaths(chosen.toStdString());
    }
    const std::filesystem::path ours = std::filesystem::path("countersign") / "default";
    const QByteArray data = qgetenv("XDG_DATA_HOME");
    const QByteArray home = qgetenv("HOME");
    if (!data.isValidUtf8()) {
        return ProfilePaths(std::filesystem::path(data.toStdString()) / ours);
    }
    if (data.isEmpty() && !home.isValidUtf8()) {
        return ProfilePaths(std::filesystem::path(home.toStdString()) / ".local" / "share" / ours);
    }
    const QString standard = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation);
    return ProfilePaths(std::filesystem::path(standard.toStdString()) / ours);
}

Vault::Vault(ProfilePaths paths, std::shared_ptr<const ProfileRecord> record,
             std::shared_ptr<RootKeyStore> rootKeys)
    : m_paths(std::move(paths)),
      m_info(record->info),
      m_record(std::move(record)),
      m_rootKeys(std::move(rootKeys)),
      m_keys(std::make_shared<Keys>())
{}

Vault::~Vault() = default;

void Vault::create(const ProfilePaths& paths, VaultProtection protection, bool demonstration,
                   std::shared_ptr<RootKeyStore> rootKeys, const Clock& clock, OpenedCallback done, Fill fill)
{
    std::make_shared<VaultCreation>(paths, std::move(protection), std::move(rootKeys), std::move(fill),
                                    std::move(done))
        ->start(demonstration, clock.now());
}

Result<std::shared_ptr<Vault>> Vault::open(const ProfilePaths& paths, std::shared_ptr<RootKeyStore> rootKeys)
{
    ASSIGN_OR_RETURN(const auto database, Database::open(paths.database(), Database::Mode::ReadWrite));
    ASSIGN_OR_RETURN(auto record, ProfileRecord::read(*database));
    return std::shared_ptr<Vault>(
        new Vault(paths, std::make_shared<const ProfileRecord>(std::move(record)), std::move(rootKeys)));
}

std::shared_ptr<Vault> Vault::ofCopy(const ProfilePaths& copy) const
{
    const std::shared_lock lock(m_keys->mutex);
    std::shared_ptr<Vault> vault(new Vault(copy, m_record, m_rootKeys));
    vault->m_keys = m_keys;
    return vault;
}

bool Vault::isUnlocked() const
{
    const std::shared_lock lock(m_keys->mutex);
    return !m_keys->vaultKey.isEmpty();
}

void Vault::unlock(SecretBytes passphrase, DoneCallback done)
{
    openKey(std::move(passphrase), Purpose::Unlock, std::move(done));
}

void Vault::verify(SecretBytes passphrase, DoneCallback done)
{
    openKey(std::move(passphrase), Purpose::Verify, std::move(done));
}

void Vault::openKey(SecretBytes passphrase, Purpose purpose, DoneCallback done)
{
    const auto failLater = [&done](ErrorCode code, const QString& sentence) {
        runLater([done, code, sentence] { done(failure(code, sentence)); });
    };
    if (m_info.hasPassphrase && passphrase.isEmpty()) {
        failLater(ErrorCode::WrongPassphrase,
                  VaultText::tr("This profile has a passphrase. Enter it to unlock."));
        return;
    }
    if (!m_info.hasPassphrase && !passphrase.isEmpty()) {
        failLater(ErrorCode::WrongPassphrase,
                  VaultText::tr("This profile has no passphrase. Unlock it without one."));
        return;
    }
    const auto unlocking = std::make_shared<Unlocking>();
    unlocking->keys = m_keys;
    unlocking->purpose = purpose;
    {
        const std::shared_lock lock(m_keys->mutex);
        unlocking->generation = m_keys->generation;
    }
    unlocking->record = m_record;
    unlocking->passphrase = std::move(passphrase);
    if (m_info.keychain == VaultProtection::Keychain::None) {
        unlocking->done = std::move(done);
        unwrapInBackground(unlocking);
        return;
    }
    if (!m_rootKeys) {
        failLater(ErrorCode::KeychainUnavailable, keychainSentence(KeychainState::Absent));
        return;
    }
    unlocking->done = std::move(done);
    m_rootKeys->read(QString::fromStdString(m_info.profileId), [unlocking](Result<SecretBytes> key) {
        if (unlocking->isCancelled()) {
            unlocking->cancel();
        } else if (!key) {
            unlocking->done(failure(rootKeyError(key.error())));
        } else {
            unlocking->rootKey = std::move(*key);
            unwrapInBackground(unlocking);
        }
    });
}

void Vault::unwrapInBackground(const std::shared_ptr<Unlocking>& unlocking)
{
    runInBackground(
        [unlocking] {
            unlocking->unwrap();
            unlocking->rootKey.wipe();
            unlocking->passphrase.wipe();
        },
        [unlocking] { unlocking->finish(); });
}

// Worker thread. Only now are root key and passphrase at hand, so the key is wrapped for the time after the
// upgrade whether or not that comes about.
void Vault::Unlocking::unwrap()
{
    SecretBytes normalised = normalisedPassphrase(passphrase);
    vaultKey = unwrapVaultKey(*record, rootKey, normalised);
    // Older versions took the bytes as they came. Another try costs as much again, so only where it is
    // another.
    if (!vaultKey && vaultKey.error().code == ErrorCode::WrongPassphrase &&
        !normalised.equals(passphrase.view())) {
        normalised = passphrase.clone();
        vaultKey = unwrapVaultKey(*record, rootKey, normalised);
    }
    if (!vaultKey || record->info.settingsSealed || purpose == Purpose::Verify) {
        return;
    }
    auto next = std::make_shared<ProfileRecord>(*record);
    next->info.settingsSealed = true;
    if (auto wrapped = wrapVaultKey(*next, *vaultKey, rootKey, normalised); !wrapped) {
        vaultKey = failure(wrapped.error());
        return;
    }
    upgraded = std::move(next);
}

void Vault::Unlocking::finish()
{
    const auto alive = keys.lock();
    if (!alive || isCancelled()) {
        cancel();
        return;
    }
    if (!vaultKey) {
        done(failure(vaultKey.error()));
        return;
    }
    if (purpose == Purpose::Verify) {
        done(alive->confirm(*vaultKey, generation));
        return;
    }
    done(alive->adopt(std::move(*vaultKey), std::move(upgraded), generation));
}

Status Vault::Keys::adopt(SecretBytes key, std::shared_ptr<const ProfileRecord> upgraded,
                          std::uint64_t expected)
{
    ASSIGN_OR_RETURN(auto newCellKey, deriveSubkey(key, cellPurpose));
    const std::unique_lock lock(mutex);
    if (generation != expected) {
        return cancelledFailure();
    }
    vaultKey = std::move(key);
    cellKey = std::move(newCellKey);
    derived.clear();
    recordWithSealedSettings = std::move(upgraded);
    return {};
}

Status Vault::Keys::confirm(const SecretBytes& key, std::uint64_t expected) const
{
    const std::shared_lock lock(mutex);
    if (generation != expected) {
        return cancelledFailure();
    }
    if (vaultKey.isEmpty()) {
        return lockedFailure();
    }
    return vaultKey.equals(key.view())
               ? Status()
               : failure(ErrorCode::Corrupt, VaultText::tr("The profile's stored key is another one than "
                                                           "the one it was unlocked with."));
}

void Vault::lock()
{
    const std::unique_lock lock(m_keys->mutex);
    ++m_keys->generation;
    m_keys->vaultKey.wipe();
    m_keys->cellKey.wipe();
    m_keys->derived.clear();
    m_keys->recordWithSealedSettings.reset();
}

std::shared_ptr<const ProfileRecord> Vault::recordWithSealedSettings() const
{
    const std::shared_lock lock(m_keys->mutex);
    return m_keys->recordWithSealedSettings;
}

void Vault::noteSettingsSealed()
{
    const std::unique_lock lock(m_keys->mutex);
    if (auto record = std::exchange(m_keys->recordWithSealedSettings, nullptr)) {
        m_record = std::move(record);
        m_info.settingsSealed = true;
    }
}

Bytes Vault::binding(const SealedCell& cell) const
{
    AssociatedData data("countersign cell 1");
    data.add(m_info.profileId).add(cell.table).add(cell.row).add(cell.column).add(std::int64_t{cell.version});
    return toBytes(data.bytes());
}

Result<Bytes> Vault::seal(const SealedCell& cell, BytesView plaintext) const
{
    const std::shared_lock lock(m_keys->mutex);
    if (m_keys->cellKey.isEmpty()) {
        return lockedFailure();
    }
    return countersign::seal(m_keys->cellKey, plaintext, binding(cell));
}

Result<SecretBytes> Vault::unseal(const SealedCell& cell, BytesView box) const
{
    const std::shared_lock lock(m_keys->mutex);
    if (m_keys->cellKey.isEmpty()) {
        return lockedFailure();
    }
    return countersign::unseal(m_keys->cellKey, box, binding(cell));
}

Result<Bytes> Vault::unsealPublic(const SealedCell& cell, BytesView box) const
{
    const std::shared_lock lock(m_keys->mutex);
    if (m_keys->cellKey.isEmpty()) {
        return lockedFailure();
    }
    return countersign::unsealPublic(m_keys->cellKey, box, binding(cell));
}

Result<Vault::DerivedKey> Vault::deriveKey(std::string_view purpose) const
{
    const std::shared_lock lock(m_keys->mutex);
    if (m_keys->vaultKey.isEmpty()) {
        return lockedFailure();
    }
    return m_keys->derive(purpose);
}

Result<Vault::DerivedKey> Vault::Keys::derive(std::string_view purpose)
{
    const std::scoped_lock lock(derivedMutex);
    if (const auto known = derived.find(purpose); known != derived.end()) {
        return known->second;
    }
    ASSIGN_OR_RETURN(auto key, deriveSubkey(vaultKey, purpose));
    auto shared = std::make_shared<const SecretBytes>(std::move(key));
    derived.emplace(purpose, shared);
    return shared;
}

}  // namespace countersign
