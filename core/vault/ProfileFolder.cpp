#include "core/vault/ProfileFolder.h"

#include "core/base/Random.h"
#include "core/vault/FileSync.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <array>
#include <system_error>
#include <utility>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace countersign {

namespace fs = std::filesystem;

namespace {

constexpr fs::perms others = fs::perms::group_all | fs::perms::others_all;

tl::unexpected<Error> folderFailure(const fs::path& folder, const std::error_code& reason)
{
    return failure(ErrorCode::Storage,
                   QCoreApplication::translate(
                       "ProfileFolder",
                       "The profile's folder cannot be made. Choose another one, or check the permissions."),
                   QString::fromStdString(folder.string() + ": " + reason.message()));
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

ProfileFolder::ProfileFolder(const ProfilePaths& paths)
    : m_paths(paths), m_draftName("profile.sqlite.draft-" + randomUuid())
{}

ProfileFolder::ProfileFolder(ProfileFolder&& other) noexcept
    : m_paths(std::move(other.m_paths)),
      m_draftName(std::move(other.m_draftName)),
      m_firstMade(std::move(other.m_firstMade)),
      m_formerPermissions(other.m_formerPermissions),
      m_published(other.m_published),
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
    return folder;
}

fs::path ProfileFolder::draft() const
{
    return m_paths.root / m_draftName;
}

Status ProfileFolder::publish()
{
    std::error_code reason;
    // A hard link, unlike a rename, never replaces a profile that somebody else made meanwhile.
    fs::create_hard_link(draft(), m_paths.database(), reason);
    if (reason == std::errc::file_exists) {
        return failure(
            ErrorCode::AlreadyExists,
            QCoreApplication::translate("ProfileFolder", "A profile exists in this folder already."),
            QString::fromStdString(m_paths.database().string()));
    }
    if (reason) {
        return folderFailure(m_paths.database(), reason);
    }
    m_published = true;
    removeDraft();
    return syncFolder(m_paths.root);
}

void ProfileFolder::removeDraft() const
{
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        fs::remove(fs::path(draft()) += suffix, ignored);
    }
}

ProfileFolder::~ProfileFolder()
{
    if (m_kept) {
        return;
    }
    removeDraft();
    std::error_code ignored;
    if (m_published) {
        for (const char* suffix : {"", "-wal", "-shm"}) {
            fs::remove(fs::path(m_paths.database()) += suffix, ignored);
        }
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
    const auto tr = [](const char* text) { return QCoreApplication::translate("ProfileFolder", text); };
    std::error_code reason;
    const fs::file_status folder = fs::status(paths.root, reason);
    if (reason || folder.type() != fs::file_type::directory) {
        return tr("The profile's folder cannot be examined.");
    }
    const QString root = QString::fromStdString(paths.root.string());
#ifdef Q_OS_UNIX
    if (QFileInfo(root).ownerId() != ::geteuid()) {
        return tr(
            "The profile's folder belongs to another user. Run Countersign as its owner, or make the "
            "folder yours with \"chown\".");
    }
    if ((folder.permissions() & others) != fs::perms::none) {
        return tr("Other users may look into the profile's folder or change it. Run: chmod 700 \"%1\"")
            .arg(root);
    }
    const std::string database = paths.database().string();
    for (const fs::path& file :
         std::array<fs::path, 4>{paths.database(), database + "-wal", database + "-shm", paths.auditHead()}) {
        const fs::file_status status = fs::status(file, reason);
        if (fs::exists(status) && (status.permissions() & others) != fs::perms::none) {
            return tr("Other users may read or change a file of the profile. Run: chmod 600 \"%1\"")
                .arg(QString::fromStdString(file.string()));
        }
    }
#endif
    return std::nullopt;
}

}  // namespace countersign
