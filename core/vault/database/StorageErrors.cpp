#include "core/vault/database/StorageErrors.h"

#include "core/base/Random.h"

#include <QCoreApplication>

#include <array>
#include <cerrno>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <unistd.h>
#endif

namespace countersign {

namespace {

constexpr std::uintmax_t mebibyte = 1024 * 1024;
/// A journal of 1000 pages, the record and some days of deliveries.
constexpr std::uintmax_t roomNeeded = 16 * mebibyte;

struct StorageErrorsText
{
    Q_DECLARE_TR_FUNCTIONS(StorageErrorsText)
};

#ifdef Q_OS_UNIX

constexpr std::size_t probeBytes = 64 * 1024;

/// A file of its own: closing another one of SQLite's files here would drop the locks that SQLite holds on
/// it.
class ProbeFile
{
public:
    explicit ProbeFile(const std::filesystem::path& folder)
    {
        constexpr mode_t ownerOnly = 0600;
#ifdef O_TMPFILE
        // Without a name, so that a kill leaves nothing.
        m_descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, ownerOnly);
        if (m_descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) {
            return;
        }
#endif
        m_name = folder / ("probe-" + randomUuid());
        m_descriptor = ::open(m_name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, ownerOnly);
    }
    ~ProbeFile()
    {
        if (m_descriptor < 0) {
            return;
        }
        ::close(m_descriptor);
        if (!m_name.empty()) {
            ::unlink(m_name.c_str());
        }
    }
    ProbeFile(const ProbeFile&) = delete;
    ProbeFile& operator=(const ProbeFile&) = delete;

    bool isOpen() const
    {
        return m_descriptor >= 0;
    }

    bool write() const
    {
        const std::array<char, probeBytes> zeros{};
        std::size_t written = 0;
        while (written < zeros.size()) {
            const ssize_t count = ::write(m_descriptor, zeros.data() + written, zeros.size() - written);
            if (count < 0 && errno == EINTR) {
                continue;
            }
            if (count <= 0) {
                return false;
            }
            written += static_cast<std::size_t>(count);
        }
        return ::fdatasync(m_descriptor) == 0;
    }

    bool lock() const
    {
        struct flock whole = {};
        whole.l_type = F_WRLCK;
        whole.l_whence = SEEK_SET;
        return ::fcntl(m_descriptor, F_SETLK, &whole) == 0;
    }

private:
    std::filesystem::path m_name;
    int m_descriptor = -1;
};

#endif

}  // namespace

std::optional<QString> storageSentence(int systemError)
{
    switch (systemError) {
        case ENOSPC:
            return StorageErrorsText::tr(
                "The disk is full. Free some space, then try again; nothing was lost.");
#ifdef EDQUOT
        case EDQUOT:
            return StorageErrorsText::tr(
                "Your disk quota is used up. Free some space or ask for a larger quota, then try again; "
                "nothing was lost.");
#endif
        case EROFS:
            return StorageErrorsText::tr(
                "The profile's folder lies on a read-only file system. Mount it for writing, or move the "
                "profile to another disk.");
        case EACCES:
        case EPERM:
            return StorageErrorsText::tr(
                "The profile's folder or a file in it may not be written by this user. Check their owner "
                "and permissions.");
        case EMFILE:
        case ENFILE:
            return StorageErrorsText::tr(
                "Too many files are open. End other programs, or raise the limit (ulimit -n), then try "
                "again.");
        case EFBIG:
            return StorageErrorsText::tr(
                "A limit on the size of files keeps the profile from growing. Raise it (ulimit -f), then "
                "try again; nothing was lost.");
        case EIO:
            return StorageErrorsText::tr(
                "The disk reports an input/output error. Check the disk, and keep a copy of the profile's "
                "folder and of the keychain.");
        case ENOLCK:
            return StorageErrorsText::tr(
                "The file system of the profile's folder gives no file locks, as network file systems "
                "without a lock service do. Start that service, or move the profile to a local disk.");
        default:
            return std::nullopt;
    }
}

Error storageErrorOr(const std::error_code& reason, const std::filesystem::path& file,
                     const QString& fallback)
{
    const bool isSystems =
        reason.category() == std::generic_category() || reason.category() == std::system_category();
    const auto known = isSystems ? storageSentence(reason.value()) : std::nullopt;
    return {ErrorCode::Storage, known.value_or(fallback),
            QString::fromStdString(file.string() + ": " + reason.message())};
}

Error storageError(int systemError, const std::filesystem::path& file)
{
    return storageErrorOr(
        std::error_code(systemError, std::generic_category()), file,
        StorageErrorsText::tr(
            "A file of the profile cannot be read or written. Check the disk's free space and the "
            "folder's permissions."));
}

std::optional<Error> storageProblem(const std::filesystem::path& folder)
{
#ifdef Q_OS_UNIX
    const ProbeFile probe(folder);
    if (!probe.isOpen() || !probe.write()) {
        return storageError(errno, folder);
    }
    // Whatever the reason is: nobody else can hold a lock on this file.
    if (!probe.lock()) {
        return storageError(errno == EIO ? EIO : ENOLCK, folder);
    }
#else
    Q_UNUSED(folder);
#endif
    return std::nullopt;
}

std::optional<Error> storageOutlook(const std::filesystem::path& folder)
{
    if (auto problem = storageProblem(folder)) {
        return problem;
    }
    std::error_code unknown;
    const std::filesystem::space_info space = std::filesystem::space(folder, unknown);
    if (unknown || space.available >= roomNeeded) {
        return std::nullopt;
    }
    return Error{ErrorCode::Storage,
                 StorageErrorsText::tr(
                     "Only %1 MiB are free on the disk of the profile's folder. Free some space: on a "
                     "full disk nothing can be recorded, and so nothing is done.")
                     .arg(space.available / mebibyte),
                 QString::fromStdString(folder.string())};
}

}  // namespace countersign
