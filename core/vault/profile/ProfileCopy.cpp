#include "core/vault/profile/ProfileCopy.h"

#include "core/vault/database/Database.h"
#include "core/vault/database/FileSync.h"
#include "core/vault/database/StorageErrors.h"

#include <QCoreApplication>

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include <array>
#include <fstream>
#include <system_error>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#endif

namespace countersign {

namespace {

struct ProfileCopyText
{
    Q_DECLARE_TR_FUNCTIONS(ProfileCopyText)
};

constexpr std::string_view copyName = "profile.copy";
/// Longer than any head of a record.
constexpr std::size_t copiedHeadBytes = 4096;

tl::unexpected<Error> copyFailure(const std::filesystem::path& file, const std::error_code& reason)
{
    return failure(storageErrorOr(
        reason, file,
        ProfileCopyText::tr(
            "The copy of the profile cannot be made. Check the profile's folder and its permissions.")));
}

/// A writer may be in the middle of it: what is read twice alike is whole.
Result<Bytes> readHead(const std::filesystem::path& file)
{
    constexpr int readings = 8;
    auto head = readSmallFile(file, copiedHeadBytes);
    for (int i = 0; head && i < readings; ++i) {
        auto again = readSmallFile(file, copiedHeadBytes);
        if (again && *again == *head) {
            break;
        }
        head = std::move(again);
    }
    return head;
}

Status copyDatabase(Database& source, const std::filesystem::path& to)
{
    // For its owner alone from the first byte on; SQLite gives its further files the same permissions.
    std::error_code reason;
    std::ofstream(to, std::ios::binary).close();
    using std::filesystem::perms;
    std::filesystem::permissions(to, perms::owner_read | perms::owner_write, reason);
    if (reason) {
        return copyFailure(to, reason);
    }
    return attempt([&]() -> Status {
        SQLite::Database target(to.string(), SQLite::OPEN_READWRITE);
        SQLite::Backup backup(target, source.handle());
        // At once: all pages are of one moment.
        return backup.executeStep(-1) == SQLITE_DONE ? Status() : copyFailure(to, {});
    });
}

}  // namespace

ProfileCopy::ProfileCopy(const ProfilePaths& original) : m_paths(original.root / copyName) {}

Result<std::unique_ptr<ProfileCopy>> ProfileCopy::make(const ProfilePaths& original)
{
    ASSIGN_OR_RETURN(const auto source, Database::open(original.database(), Database::Mode::ReadOnly));
    std::unique_ptr<ProfileCopy> copy(new ProfileCopy(original));
    RETURN_IF_ERROR(copy->lock());
    RETURN_IF_ERROR(copy->remove());
    const auto& root = copy->m_paths.root;
    std::error_code reason;
    if (std::filesystem::create_directory(root, reason); !reason) {
        std::filesystem::permissions(root, std::filesystem::perms::owner_all, reason);
    }
    if (reason) {
        return copyFailure(root, reason);
    }
    RETURN_IF_ERROR(copy->fill(original, *source));
    return copy;
}

Status ProfileCopy::sweep(const ProfilePaths& original)
{
#ifdef Q_OS_UNIX
    std::error_code reason;
    const auto left = std::filesystem::symlink_status(original.root / copyName, reason);
    if (left.type() == std::filesystem::file_type::not_found) {
        return {};
    }
    ProfileCopy copy(original);
    if (const Status locked = copy.lock(); !locked) {
        return locked.error().code == ErrorCode::Busy ? Status() : locked;
    }
    return copy.remove();
#else
    // Without a lock it cannot be told from one that somebody works with.
    Q_UNUSED(original);
    return {};
#endif
}

Status ProfileCopy::lock()
{
#ifdef Q_OS_UNIX
    const auto folder = m_paths.root.parent_path();
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) {
        return failure(storageError(errno, folder));
    }
    if (::flock(opened, LOCK_EX | LOCK_NB) != 0) {
        const int why = errno;
        ::close(opened);
        if (why == EWOULDBLOCK) {
            return failure(
                ErrorCode::Busy,
                ProfileCopyText::tr("Another program works with a copy of this profile right now."));
        }
        // NFS wants a file that is open for writing, and says EBADF.
        return failure(storageError(why == EBADF ? ENOLCK : why, folder));
    }
    m_lock = opened;
#endif
    return {};
}

// The head first: it may lag behind the record, never be before it.
Status ProfileCopy::fill(const ProfilePaths& original, Database& source) const
{
    const auto head = readHead(original.auditHead());
    if (head) {
        RETURN_IF_ERROR(replaceFile(m_paths.auditHead(), *head));
    } else if (head.error().code != ErrorCode::NotFound) {
        return failure(head.error());
    }
    return copyDatabase(source, m_paths.database());
}

Status ProfileCopy::remove()
{
    std::error_code reason;
    const bool isFolder =
        std::filesystem::is_directory(std::filesystem::symlink_status(m_paths.root, reason));
    const std::string database = m_paths.database().string();
    for (const std::filesystem::path& file :
         std::array<std::filesystem::path, 2>{database, database + "-wal"}) {
        if (isFolder && std::filesystem::exists(file, reason)) {
            // What cannot be written over is removed all the same.
            (void)wipeFile(file);
        }
    }
    std::filesystem::remove_all(m_paths.root, reason);
    if (!reason) {
        return {};
    }
    return failure(storageErrorOr(
        reason, m_paths.root,
        ProfileCopyText::tr("The copy of the profile cannot be removed. Remove the folder \"%1\" by hand.")
            .arg(QString::fromStdString(m_paths.root.string()))));
}

ProfileCopy::~ProfileCopy()
{
    // Without the lock it is somebody else's.
#ifdef Q_OS_UNIX
    if (m_lock < 0) {
        return;
    }
#endif
    (void)remove();
#ifdef Q_OS_UNIX
    ::close(m_lock);
#endif
}

}  // namespace countersign
