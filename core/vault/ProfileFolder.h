#pragma once

#include "core/base/Result.h"
#include "core/vault/Vault.h"

#include <filesystem>
#include <optional>

namespace countersign {

/// Why this class exists: making a profile must leave nothing behind when a later step fails, so what was
/// made of a profile's folder is remembered here and taken back unless keep() is called.
class ProfileFolder
{
public:
    /// Makes the folder, parents included, or takes over an existing one; mode 0700 whatever the umask says.
    /// Storage when that fails.
    static Result<ProfileFolder> prepare(const ProfilePaths& paths);

    ~ProfileFolder();
    ProfileFolder(ProfileFolder&& other) noexcept;
    ProfileFolder& operator=(ProfileFolder&&) = delete;
    ProfileFolder(const ProfileFolder&) = delete;
    ProfileFolder& operator=(const ProfileFolder&) = delete;

    /// Where the database is built before publish(): a profile is there whole or not at all.
    std::filesystem::path draft() const;
    /// Gives the closed draft the database's name. AlreadyExists when another program was faster.
    Status publish();
    void keep() { m_kept = true; }

private:
    explicit ProfileFolder(const ProfilePaths& paths);
    void removeDraft() const;

    ProfilePaths m_paths;
    std::string m_draftName;
    std::filesystem::path m_firstMade;  ///< outermost folder that did not exist before; empty: all existed
    std::optional<std::filesystem::perms> m_formerPermissions;
    bool m_published = false;
    bool m_kept = false;
};

/// A sentence when somebody else than the profile's owner may read or change its folder or files (or when the
/// folder belongs to another user), with the command that repairs it; nothing when all is well. For doctor.
std::optional<QString> permissionsProblem(const ProfilePaths& paths);

}  // namespace countersign
