#include "core/vault/profile/ProfileFolder.h"

#include "core/base/Random.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/vault/database/FileSync.h"
#include "core/vault/database/StorageErrors.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <array>
#include <system_error>
#include <utility>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace countersign {

namespace fs = std::filesystem;

namespace {

struct ProfileFolderText
{
    Q_DECLARE_TR_FUNCTIONS(ProfileFolderText)
};

constexpr fs::perms others = fs::perms::group_all | fs::perms::others_all;

constexpr std::string_view keychainDraft = "profile.draft-os-";
constexpr std::string_view plainDraft = "profile.draft-none-";
constexpr std::size_t uuidLength = 36;
constexpr std::string_view markName = "mark";

tl::unexpected<Error> folderFailure(const fs::path& folder, const std::error_code& reason)
{
    return failure(storageErrorOr(
        reason, folder,
        ProfileFolderText::tr(
            "The profile's folder cannot be made. Choose another one, or check the permissions.")));
}

tl::unexpected<Error> profileIsThere(const ProfilePaths& paths)
{
    return failure(ErrorCode::AlreadyExists,
                   ProfileFolderText::tr("A profile exists in this folder already."),
                   QString::fromStdString(paths.database().string()));
}

/// What makers of an older version left when they were killed: drafts were files.
void removeOldDrafts(const fs::path& root)
{
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(root, ignored)) {
        if (entry.path().filename().string().starts_with("profile.sqlite.draft-") &&
            fs::is_regular_file(entry.symlink_status(ignored))) {
            fs::remove(entry.path(), ignored);
        }
    }
}

/// A kill between the link and the draft's removal leaves the profile under both names.
void removePublishedDrafts(const ProfilePaths& paths)
{
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(paths.root, ignored)) {
        const std::string name = entry.path().filename().string();
        const bool isDraft = name.starts_with(keychainDraft) || name.starts_with(plainDraft);
        if (isDraft && fs::is_directory(entry.symlink_status(ignored)) &&
            fs::equivalent(ProfilePaths(entry.path()).database(), paths.database(), ignored)) {
            fs::remove_all(entry.path(), ignored);
        }
    }
}

/// Whether a maker of ours, who alone knew it, left the mark of this profile there.
bool holdsMark(const fs::path& draft, std::string_view profileId)
{
    const auto mark = readSmallFile(draft / markName, ProfileFolder::markBytes);
    return mark && mark->size() == ProfileFolder::markBytes && ProfileFolder::profileIdOf(*mark) == profileId;
}

// The outermost folder on the way to leaf that does not exist yet.
fs::path firstMissing(const fs::path& leaf)
{
    fs::path missing;
    std::error_code ignored;
    for (fs::path folder = leaf; !folder.empty() && !fs::exists(folder, ignored);
         folder = folder.parent_path()) {
        missing = folder;
        if (folder == folder.parent_path()) {
            break;
        }
    }
    return missing;
}

}  // namespace

ProfileFolder::ProfileFolder(ProfileFolder&& other) noexcept
    : m_paths(std::move(other.m_paths)),
      m_draft(std::move(other.m_draft)),
      m_firstMade(std::move(other.m_firstMade)),
      m_formerPermissions(other.m_formerPermissions),
      m_lock(std::exchange(other.m_lock, -1)),
      m_headMoved(other.m_headMoved),
      m_published(other.m_published),
      m_signLeft(other.m_signLeft),
      m_kept(std::exchange(other.m_kept, true))
{}

Result<ProfileFolder> ProfileFolder::prepare(const ProfilePaths& paths)
{
    ProfileFolder folder(paths);
    std::error_code reason;
    // An absolute path without a trailing slash: only then do parents and names mean what they say.
    fs::path root = fs::absolute(paths.root, reason).lexically_normal();
    if (!root.has_filename()) {
        root = root.parent_path();
    }
    folder.m_paths.root = root;
    folder.m_firstMade = firstMissing(root);
    if (fs::exists(folder.m_paths.database(), reason)) {
        removePublishedDrafts(folder.m_paths);
        return profileIsThere(folder.m_paths);
    }
    if (folder.m_firstMade.empty()) {
        folder.m_formerPermissions = fs::status(root, reason).permissions();
    }
    fs::create_directories(root, reason);
    if (!reason) {
        fs::permissions(root, fs::perms::owner_all, reason);
    }
    if (reason) {
        return folderFailure(root, reason);
    }
    RETURN_IF_ERROR(folder.lock());
    if (fs::exists(folder.m_paths.database(), reason)) {
        return profileIsThere(folder.m_paths);
    }
    removeOldDrafts(root);
    return folder;
}

Status ProfileFolder::lock()
{
#ifdef Q_OS_UNIX
    m_lock = ::open(m_paths.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m_lock < 0 || ::flock(m_lock, LOCK_EX | LOCK_NB) != 0) {
        if (m_lock >= 0 && errno == EWOULDBLOCK) {
            // Whatever lies there is somebody else's.
            m_kept = true;
            return failure(
                ErrorCode::Busy,
                ProfileFolderText::tr("Another program is making a profile in this folder right now."),
                QString::fromStdString(m_paths.root.string()));
        }
        // NFS wants a file that is open for writing, and says EBADF.
        return failure(storageError(m_lock >= 0 && errno == EBADF ? ENOLCK : errno, m_paths.root));
    }
#endif
    return {};
}

std::vector<ProfileFolder::Leftover> ProfileFolder::leftovers() const
{
    std::vector<Leftover> found;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_paths.root, ignored)) {
        if (entry.path() == m_draft || !fs::is_directory(entry.symlink_status(ignored))) {
            continue;
        }
        const std::string name = entry.path().filename().string();
        for (const bool os : {true, false}) {
            const std::string_view prefix = os ? keychainDraft : plainDraft;
            if (name.starts_with(prefix) && name.size() == prefix.size() + uuidLength) {
                std::string profileId = name.substr(prefix.size());
                const bool usesKeychain = os && holdsMark(entry.path(), profileId);
                found.push_back({entry.path(), std::move(profileId), usesKeychain});
            }
        }
    }
    return found;
}

void ProfileFolder::discard(const Leftover& leftover)
{
    std::error_code ignored;
    fs::remove_all(leftover.draft, ignored);
}

std::string ProfileFolder::profileIdOf(BytesView mark)
{
    return uuidOf(sha256(mark));
}

Status ProfileFolder::begin(BytesView mark, bool usesKeychain)
{
    m_draft = m_paths.root / (std::string(usesKeychain ? keychainDraft : plainDraft) + profileIdOf(mark));
    std::error_code reason;
    if (fs::create_directory(m_draft, reason); !reason) {
        fs::permissions(m_draft, fs::perms::owner_all, reason);
    }
    if (reason) {
        return folderFailure(m_draft, reason);
    }
    const Status marked = usesKeychain ? replaceFile(m_draft / markName, mark) : Status();
    return marked ? syncFolder(m_paths.root) : marked;
}

Status ProfileFolder::publish()
{
    std::error_code reason;
    const ProfilePaths made = draft();
    // First what the profile needs: without the database nobody looks at it. One of a profile that is gone
    // must not stay.
    if (fs::exists(made.auditHead(), reason)) {
        m_headMoved = true;
        fs::rename(made.auditHead(), m_paths.auditHead(), reason);
    } else {
        fs::remove(m_paths.auditHead(), reason);
    }
    if (reason) {
        return folderFailure(m_paths.auditHead(), reason);
    }
    RETURN_IF_ERROR(syncFolder(m_paths.root));
    // A hard link, unlike a rename, never replaces a profile that somebody else made meanwhile.
    fs::create_hard_link(made.database(), m_paths.database(), reason);
    if (reason == std::errc::file_exists) {
        return profileIsThere(m_paths);
    }
    if (reason) {
        return folderFailure(m_paths.database(), reason);
    }
    m_published = true;
    fs::remove_all(m_draft, reason);
    return syncFolder(m_paths.root);
}

ProfileFolder::~ProfileFolder()
{
    takeBack();
#ifdef Q_OS_UNIX
    if (m_lock >= 0) {
        ::close(m_lock);
    }
#endif
}

void ProfileFolder::takeBack() const
{
    if (m_kept) {
        return;
    }
    std::error_code ignored;
    if (m_published) {
        for (const char* suffix : {"", "-wal", "-shm"}) {
            fs::remove(fs::path(m_paths.database()) += suffix, ignored);
        }
    }
    if (m_draft.empty()) {
        // Nothing was built.
    } else if (m_signLeft) {
        for (const fs::directory_entry& entry : fs::directory_iterator(m_draft, ignored)) {
            if (entry.path().filename() != markName) {
                fs::remove(entry.path(), ignored);
            }
        }
    } else {
        fs::remove_all(m_draft, ignored);
    }
    if (m_headMoved && !fs::exists(m_paths.database(), ignored)) {
        fs::remove(m_paths.auditHead(), ignored);
    }
    // fs::remove leaves a folder alone that somebody put something into meanwhile.
    if (!m_firstMade.empty()) {
        for (fs::path folder = m_paths.root; fs::remove(folder, ignored) && folder != m_firstMade;) {
            folder = folder.parent_path();
        }
    } else if (m_formerPermissions.has_value()) {
        fs::permissions(m_paths.root, *m_formerPermissions, ignored);
    }
}

std::optional<QString> permissionsProblem(const ProfilePaths& paths)
{
    std::error_code reason;
    const fs::file_status folder = fs::status(paths.root, reason);
    if (reason || folder.type() != fs::file_type::directory) {
        return ProfileFolderText::tr("The profile's folder cannot be examined.");
    }
    const QString root = QString::fromStdString(paths.root.string());
#ifdef Q_OS_UNIX
    if (QFileInfo(root).ownerId() != ::geteuid()) {
        return ProfileFolderText::tr(
            "The profile's folder belongs to another user. Run Countersign as its owner, or make the "
            "folder yours with \"chown\".");
    }
    if ((folder.permissions() & others) != fs::perms::none) {
        return ProfileFolderText::tr(
                   "Other users may look into the profile's folder or change it. Run: chmod 700 \"%1\"")
            .arg(root);
    }
    const std::string database = paths.database().string();
    for (const fs::path& file :
         std::array<fs::path, 4>{paths.database(), database + "-wal", database + "-shm", paths.auditHead()}) {
        const fs::file_status status = fs::status(file, reason);
        if (fs::exists(status) && (status.permissions() & others) != fs::perms::none) {
            return ProfileFolderText::tr(
                       "Other users may read or change a file of the profile. Run: chmod 600 \"%1\"")
                .arg(QString::fromStdString(file.string()));
        }
    }
#endif
    return std::nullopt;
}

}  // namespace countersign
