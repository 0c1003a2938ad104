#include "services/relay/store/sqlite/SqliteFiles.h"

#include <QCoreApplication>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace countersign::relay {

namespace {

struct SqliteFilesText
{
    Q_DECLARE_TR_FUNCTIONS(SqliteFilesText)
};

tl::unexpected<Error> cannotOpen(const std::filesystem::path& file, int problem, OpenMode mode)
{
    const QString name = QString::fromStdString(file.string());
    if (problem == ENOENT && mode == OpenMode::Existing) {
        return failure(
            ErrorCode::NotFound,
            SqliteFilesText::tr(
                "There is no relay's database %1; \"inbox create\" or \"serve --create\" makes it.")
                .arg(name));
    }
    return failure(problem == ENOENT ? ErrorCode::NotFound : ErrorCode::Storage,
                   SqliteFilesText::tr("The relay's database %1 cannot be opened: %2.")
                       .arg(name, QString::fromStdString(std::generic_category().message(problem))));
}

/// Where the way there leads now, without following the last link.
std::filesystem::path absolutePath(const std::filesystem::path& file)
{
    std::error_code error;
    const auto path = std::filesystem::absolute(file, error);
    return error ? file : path;
}

std::filesystem::path resolved(const std::filesystem::path& file)
{
    std::error_code error;
    const auto path = std::filesystem::canonical(file, error);
    return error ? absolutePath(file) : path;
}

std::filesystem::path withSuffix(std::filesystem::path file, const char* suffix)
{
    file += suffix;
    return file;
}

}  // namespace

SqliteFiles::SqliteFiles(const std::filesystem::path& file)
    // SQLite resolves links before it names the files beside.
    : m_paths{absolutePath(file), resolved(file), withSuffix(resolved(file), "-wal"),
              withSuffix(resolved(file), "-shm")}
{
    for (std::size_t i = 0; i < m_paths.size(); ++i) {
        m_identities.at(i) = identityOf(m_paths.at(i));
    }
}

std::optional<SqliteFiles::Identity> SqliteFiles::identityOf(const std::filesystem::path& file)
{
    struct stat found = {};
    if (::stat(file.c_str(), &found) != 0 || found.st_nlink == 0) {
        return std::nullopt;
    }
    return Identity(found.st_dev, found.st_ino);
}

Status SqliteFiles::check() const
{
    for (std::size_t i = 0; i < m_paths.size(); ++i) {
        const auto now = identityOf(m_paths.at(i));
        if (!now || now != m_identities.at(i)) {
            return failure(
                ErrorCode::Storage,
                SqliteFilesText::tr("The relay's database was deleted or replaced while it is open. Put "
                                    "it back, or stop the relay."),
                QStringLiteral("%1 is not the file that was opened")
                    .arg(QString::fromStdString(m_paths.at(i).string())));
        }
    }
    return {};
}

Status SqliteFiles::ensure(const std::filesystem::path& file, OpenMode mode)
{
    struct stat existing = {};
    if (::stat(file.c_str(), &existing) == 0) {
        return {};
    }
    int problem = errno;
    if (problem == ENOENT && mode == OpenMode::CreateIfMissing) {
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (descriptor >= 0) {
            ::close(descriptor);
            return {};
        }
        problem = errno;
    }
    if (problem == EEXIST) {
        return {};
    }
    return cannotOpen(file, problem, mode);
}

Result<std::unique_ptr<ServingRight>> SqliteServingRight::claim(const std::filesystem::path& file)
{
    // The database's own file: a lock file could be deleted alone, and two names would have two of them.
    // SQLite's locks are POSIX ones, which flock() does not meet.
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return cannotOpen(file, errno, OpenMode::Existing);
    }
    std::unique_ptr<ServingRight> right(new SqliteServingRight(descriptor));
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        return failure(
            ErrorCode::Busy,
            SqliteFilesText::tr("Another relay serves the database %1. Stop it first; several relays share a "
                                "PostgreSQL database.")
                .arg(QString::fromStdString(file.string())));
    }
    struct stat held = {};
    struct stat there = {};
    if (::fstat(descriptor, &held) != 0 || ::stat(file.c_str(), &there) != 0 || held.st_ino != there.st_ino ||
        held.st_dev != there.st_dev) {
        return failure(ErrorCode::Busy,
                       SqliteFilesText::tr("The relay's database %1 was replaced just now; try again.")
                           .arg(QString::fromStdString(file.string())));
    }
    return right;
}

SqliteServingRight::~SqliteServingRight()
{
    ::close(m_descriptor);
}

}  // namespace countersign::relay
