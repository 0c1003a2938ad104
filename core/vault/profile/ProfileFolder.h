#pragma once

#include "core/base/Result.h"
#include "core/vault/Vault.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// Atomic creation of a profile's folder. A profile is there whole or not at all, also when making it fails
/// or is killed anywhere. It is built in a folder of its own inside the profile's folder and published by one
/// link, and what was made is taken back unless keep() is called. The draft's name says whose key may lie in
/// the keychain already, so that whoever comes after a kill can take that back too. One program at a time
/// makes a profile in a folder.
class ProfileFolder
{
public:
    /// What a maker that was killed has left.
    struct Leftover
    {
        std::filesystem::path draft;
        std::string profileId;
        bool usesKeychain = false;
    };

    /// Makes the folder, parents included, or takes over an existing one; mode 0700 whatever the umask says.
    /// AlreadyExists when there is a profile, Busy while another program makes one there; Storage.
    static Result<ProfileFolder> prepare(const ProfilePaths& paths);

    ~ProfileFolder();
    ProfileFolder(ProfileFolder&& other) noexcept;
    ProfileFolder& operator=(ProfileFolder&&) = delete;
    ProfileFolder(const ProfileFolder&) = delete;
    ProfileFolder& operator=(const ProfileFolder&) = delete;

    /// Why a profile's id is the hash of a random mark that only its draft holds: a folder that somebody
    /// names after another profile must not have that profile's key taken out of the keychain.
    static constexpr std::size_t markBytes = 32;
    static std::string profileIdOf(BytesView mark);

    /// Those without their mark have nothing in the keychain.
    std::vector<Leftover> leftovers() const;
    /// To be called when nothing of it is in the keychain any more.
    static void discard(const Leftover& leftover);

    /// Makes the folder that the profile is built in, for the profileIdOf the mark; on the disk when this
    /// returns.
    Status begin(BytesView mark, bool usesKeychain);
    /// Where the profile's files are until publish().
    ProfilePaths draft() const { return ProfilePaths(m_draft); }
    /// Gives the closed files of the draft their names. AlreadyExists when another program was faster.
    Status publish();
    void keep() { m_kept = true; }
    /// Leaves the draft's folder with nothing but its mark as a sign that a key may be in the keychain.
    void leaveSign() { m_signLeft = true; }

private:
    explicit ProfileFolder(const ProfilePaths& paths) : m_paths(paths) {}
    Status lock();
    void takeBack() const;

    ProfilePaths m_paths;
    std::filesystem::path m_draft;      ///< empty before begin()
    std::filesystem::path m_firstMade;  ///< outermost folder that did not exist before; empty: all existed
    std::optional<std::filesystem::perms> m_formerPermissions;
    int m_lock = -1;
    bool m_headMoved = false;
    bool m_published = false;
    bool m_signLeft = false;
    bool m_kept = false;
};

/// A sentence when somebody else than the profile's owner may read or change its folder or files (or when the
/// folder belongs to another user), with the command that repairs it; nothing when all is well. For doctor.
std::optional<QString> permissionsProblem(const ProfilePaths& paths);

}  // namespace countersign
