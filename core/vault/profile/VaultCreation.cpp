#include "core/vault/profile/VaultCreation.h"

#include "core/base/Random.h"
#include "core/vault/KeyWrapping.h"
#include "core/vault/PassphraseText.h"
#include "core/vault/TrustManifest.h"
#include "core/vault/VaultKeys.h"
#include "core/vault/database/BackgroundWork.h"
#include "core/vault/database/FileSync.h"

#include <QCoreApplication>

#include <utility>

namespace countersign {

namespace {

struct VaultCreationText
{
    Q_DECLARE_TR_FUNCTIONS(VaultCreationText)
};

/// The seal of a record without entries (core/audit/AuditHead.h, whose test compares): also there from the
/// first moment on.
Status beginRecord(const Vault& vault)
{
    constexpr std::size_t emptyHeadBytes = 48;
    ASSIGN_OR_RETURN(const auto box, vault.seal({"audit", "head", "head"}, Bytes(emptyHeadBytes)));
    return replaceFile(vault.paths().auditHead(), box);
}

}  // namespace

VaultCreation::VaultCreation(ProfilePaths paths, VaultProtection protection,
                             std::shared_ptr<RootKeyStore> rootKeys, Vault::Fill fill,
                             Vault::OpenedCallback done)
    : m_paths(std::move(paths)),
      m_protection(std::move(protection)),
      m_rootKeys(std::move(rootKeys)),
      m_fill(std::move(fill)),
      m_done(std::move(done))
{}

void VaultCreation::start(bool demonstration, UnixMillis now)
{
    const bool os = m_protection.keychain == VaultProtection::Keychain::Os;
    const auto self = shared_from_this();
    const auto failLater = [self](Error error) {
        runLater([self, error = std::move(error)] { self->fail(error); });
    };
    if (!os && m_protection.passphrase.isEmpty()) {
        failLater({ErrorCode::InvalidInput,
                   VaultCreationText::tr("Without a keychain a passphrase has to protect the profile. "
                                         "Give one, or use the keychain."),
                   {}});
        return;
    }
    if (os && !m_rootKeys) {
        failLater({ErrorCode::KeychainUnavailable, keychainSentence(KeychainState::Absent), {}});
        return;
    }
    m_mark = randomBytes(ProfileFolder::markBytes);
    m_record.info.profileId = ProfileFolder::profileIdOf(m_mark);
    m_record.info.createdAt = now;
    m_record.info.keychain = m_protection.keychain;
    m_record.info.hasPassphrase = !m_protection.passphrase.isEmpty();
    m_record.info.demonstration = demonstration;
    m_record.info.settingsSealed = true;
    runInBackground([self] { self->takeFolder(); }, [self] { self->cleanUp(); });
}

// Worker thread.
void VaultCreation::takeFolder()
{
    auto folder = ProfileFolder::prepare(m_paths);
    if (!folder) {
        m_status = failure(folder.error());
        return;
    }
    m_folder.emplace(*std::move(folder));
    m_leftovers = m_folder->leftovers();
}

/// One leftover after the other: first its key in the keychain, then the folder that tells of it.
void VaultCreation::cleanUp()
{
    if (!m_status) {
        fail(m_status.error());
        return;
    }
    if (m_leftovers.empty()) {
        makeKeys();
        return;
    }
    const ProfileFolder::Leftover leftover = std::move(m_leftovers.back());
    m_leftovers.pop_back();
    if (!leftover.usesKeychain) {
        ProfileFolder::discard(leftover);
        cleanUp();
        return;
    }
    if (!m_rootKeys) {
        cleanUp();
        return;
    }
    m_rootKeys->remove(QString::fromStdString(leftover.profileId),
                       [self = shared_from_this(), leftover](const Status& removed) {
                           if (removed) {
                               ProfileFolder::discard(leftover);
                           } else if (self->m_record.info.keychain == VaultProtection::Keychain::Os) {
                               self->m_status = removed;
                           }
                           self->cleanUp();
                       });
}

void VaultCreation::makeKeys()
{
    const auto self = shared_from_this();
    runInBackground([self] { self->prepareKeys(); }, [self] { self->storeRootKey(); });
}

// Worker thread.
void VaultCreation::prepareKeys()
{
    // On the disk before the key is in the keychain: a kill behind it leaves the sign that one may be there.
    m_status = m_folder->begin(m_mark, m_record.info.keychain == VaultProtection::Keychain::Os);
    if (!m_status) {
        return;
    }
    if (m_record.info.keychain == VaultProtection::Keychain::Os) {
        m_rootKey = SecretBytes::random(rootKeyBytes);
    }
    if (m_record.info.hasPassphrase) {
        m_record.passphraseCost = PasswordKdfParameters::fresh();
    }
    m_vaultKey = SecretBytes::random(vaultKeyBytes);
    m_status = wrapVaultKey(m_record, m_vaultKey, m_rootKey, normalisedPassphrase(m_protection.passphrase));
    m_protection.passphrase.wipe();
}

void VaultCreation::storeRootKey()
{
    if (!m_status) {
        fail(m_status.error());
        return;
    }
    if (m_record.info.keychain == VaultProtection::Keychain::None) {
        buildProfile();
        return;
    }
    m_rootKeys->write(QString::fromStdString(m_record.info.profileId), m_rootKey,
                      [self = shared_from_this()](const Status& stored) {
                          if (!stored) {
                              self->fail(stored.error());
                              return;
                          }
                          self->m_rootKeyStored = true;
                          self->buildProfile();
                      });
}

void VaultCreation::buildProfile()
{
    const auto self = shared_from_this();
    runInBackground([self] { self->m_status = self->build(); }, [self] { self->finish(); });
}

// Worker thread.
Status VaultCreation::build()
{
    const ProfilePaths draft = m_folder->draft();
    ASSIGN_OR_RETURN(auto database, Database::open(draft.database(), Database::Mode::Create));
    RETURN_IF_ERROR(m_record.write(*database));
    m_vault.reset(new Vault(draft, std::make_shared<const ProfileRecord>(m_record), m_rootKeys));
    RETURN_IF_ERROR(m_vault->m_keys->adopt(std::move(m_vaultKey), nullptr, 0));
    // There from the first moment on, so that a missing one was taken away.
    RETURN_IF_ERROR(TrustManifest::ofNewProfile().write(*database, *m_vault));
    RETURN_IF_ERROR(beginRecord(*m_vault));
    if (m_fill) {
        RETURN_IF_ERROR(m_fill(*m_vault, *database));
    }
    database.reset();  // the last connection brings everything from the -wal file into the database
    RETURN_IF_ERROR(m_folder->publish());
    m_vault->m_paths = m_paths;
    m_folder->keep();
    return {};
}

void VaultCreation::finish()
{
    if (!m_status) {
        fail(m_status.error());
        return;
    }
    m_folder.reset();
    m_done(std::move(m_vault));
}

void VaultCreation::fail(Error error)
{
    m_vault.reset();
    if (!std::exchange(m_rootKeyStored, false)) {
        m_folder.reset();
        m_done(failure(std::move(error)));
        return;
    }
    // The first failure is the one to tell; the next maker takes back what cannot be removed now.
    m_rootKeys->remove(QString::fromStdString(m_record.info.profileId),
                       [self = shared_from_this(), error = std::move(error)](const Status& removed) {
                           if (!removed) {
                               self->m_folder->leaveSign();
                           }
                           self->m_folder.reset();
                           self->m_done(failure(error));
                       });
}

}  // namespace countersign
