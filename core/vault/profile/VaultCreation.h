#pragma once

#include "core/vault/Vault.h"
#include "core/vault/profile/ProfileFolder.h"
#include "core/vault/profile/ProfileRecord.h"

#include <memory>

namespace countersign {

/// Creates a profile with its vault, asynchronously. That is a chain of steps (take the folder, clean up what
/// a killed maker left, derive, store the root key, build, fill and publish the database), and each may fail;
/// this holds what the steps share and takes everything back.
class VaultCreation : public std::enable_shared_from_this<VaultCreation>
{
public:
    VaultCreation(ProfilePaths paths, VaultProtection protection, std::shared_ptr<RootKeyStore> rootKeys,
                  Vault::Fill fill, Vault::OpenedCallback done);

    void start(bool demonstration, UnixMillis now);

private:
    void takeFolder();
    void cleanUp();
    void makeKeys();
    void prepareKeys();
    void storeRootKey();
    void buildProfile();
    void finish();
    void fail(Error error);
    Status build();

    ProfilePaths m_paths;
    VaultProtection m_protection;
    std::shared_ptr<RootKeyStore> m_rootKeys;
    Vault::Fill m_fill;
    Vault::OpenedCallback m_done;
    Bytes m_mark;  ///< that the profile's id is the hash of
    ProfileRecord m_record;
    std::optional<ProfileFolder> m_folder;
    std::vector<ProfileFolder::Leftover> m_leftovers;  ///< still to be cleaned up
    std::shared_ptr<Vault> m_vault;                    ///< what comes out
    SecretBytes m_rootKey;
    SecretBytes m_vaultKey;
    Status m_status;  ///< of the step on the worker thread
    bool m_rootKeyStored = false;
};

}  // namespace countersign
