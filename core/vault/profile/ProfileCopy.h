#pragma once

#include "core/base/Result.h"
#include "core/vault/Vault.h"

#include <memory>

namespace countersign {

/// A private copy of a profile, in a folder of its own inside the profile's folder (0700, the same disk), to
/// carry out what must not happen to the profile itself. Database and record are those of one moment; what is
/// sealed in them stays sealed, and opens with the profile's own key. The folder goes with the object; what a
/// kill left behind goes before the next copy is made. One copy of a profile at a time.
class ProfileCopy
{
public:
    /// Reads the profile and changes nothing of it. NotFound where there is none, Busy while there is another
    /// copy or the profile is of an older version, Storage.
    static Result<std::unique_ptr<ProfileCopy>> make(const ProfilePaths& original);
    /// Removes what a kill left behind, with nobody waiting for the next copy: the shares in it would outlive
    /// the revocation that says that they were destroyed. Nothing happens where there is none, and while
    /// somebody works with it.
    static Status sweep(const ProfilePaths& original);
    ~ProfileCopy();
    ProfileCopy(const ProfileCopy&) = delete;
    ProfileCopy& operator=(const ProfileCopy&) = delete;

    const ProfilePaths& paths() const { return m_paths; }

    /// Its files are written over before their names go. To be called when they are closed; the destructor
    /// does it where nobody has. Storage when something of it stays.
    Status remove();

private:
    explicit ProfileCopy(const ProfilePaths& original);
    Status lock();
    Status fill(const ProfilePaths& original, Database& source) const;

    ProfilePaths m_paths;
    int m_lock = -1;  ///< of the profile's folder
};

}  // namespace countersign
