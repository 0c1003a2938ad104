#include "core/vault/Database.h"

#include "core/vault/Schema.h"

#include <QCoreApplication>
#include <QScopeGuard>

#include <sqlite3.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace countersign {

namespace {

constexpr int busyTimeoutMs = 10'000;
/// Scrubbing can be done again; whoever does it must not stand still for a reader.
constexpr int scrubTimeoutMs = 500;

int openFlags(Database::Mode mode)
{
    switch (mode) {
        case Database::Mode::ReadOnly:
            return SQLite::OPEN_READONLY;
        case Database::Mode::ReadWrite:
            return SQLite::OPEN_READWRITE;
        case Database::Mode::Create:
            break;
    }
    return SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
}

void configure(SQLite::Database& database, Database::Mode mode)
{
    database.setBusyTimeout(busyTimeoutMs);
    if (mode != Database::Mode::ReadOnly) {
        database.exec("PRAGMA journal_mode=WAL");
    }
    database.exec("PRAGMA synchronous=FULL");
    database.exec("PRAGMA secure_delete=ON");
    database.exec("PRAGMA foreign_keys=ON");
    database.exec("PRAGMA trusted_schema=OFF");
    database.exec("PRAGMA cache_size=-16000");
}

tl::unexpected<Error> profileExists(const std::filesystem::path& file)
{
    return failure(ErrorCode::AlreadyExists,
                   QCoreApplication::translate("Database", "A profile exists in this folder already."),
                   QString::fromStdString(file.string()));
}

// SQLite gives -wal and -shm the database's own permissions, so the empty file is made first: exclusively,
// so that two makers cannot both win, and for its owner alone whatever the umask says.
Status reservePrivateFile(const std::filesystem::path& file)
{
    std::FILE* made = std::fopen(file.c_str(), "wbx");
    if (made == nullptr) {
        const std::error_code reason(errno, std::generic_category());
        if (reason == std::errc::file_exists) {
            return profileExists(file);
        }
        return failure(
            ErrorCode::Storage,
            QCoreApplication::translate(
                "Database", "The profile's database cannot be made. Check the folder and its permissions."),
            QString::fromStdString(file.string() + ": " + reason.message()));
    }
    (void)std::fclose(made);
    std::error_code ignored;
    using std::filesystem::perms;
    std::filesystem::permissions(file, perms::owner_read | perms::owner_write, ignored);
    return {};
}

}  // namespace

Error databaseError(const SQLite::Exception& exception)
{
    const QString detail = QStringLiteral("SQLite %1: %2")
                               .arg(exception.getExtendedErrorCode())
                               .arg(QString::fromUtf8(exception.what()));
    const auto tr = [](const char* text) { return QCoreApplication::translate("Database", text); };
    switch (exception.getErrorCode()) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::Busy,
                    tr("Another program is using this profile right now. Try again in a moment."), detail};
        case SQLITE_FULL:
            return {ErrorCode::Storage,
                    tr("The disk is full. Free some space, then try again; nothing was lost."), detail};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorCode::Corrupt, tr("The profile's database is damaged. Restore it from a backup."),
                    detail};
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_READONLY:
        case SQLITE_AUTH:
            return {ErrorCode::Storage,
                    tr("The profile's database cannot be opened. Check the folder and its permissions."),
                    detail};
        default:
            return {ErrorCode::Storage, tr("The profile's database could not be read or written."), detail};
    }
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, Mode mode)
{
    std::error_code unreadable;
    const bool exists = std::filesystem::exists(file, unreadable);
    if (mode == Mode::Create && exists) {
        return profileExists(file);
    }
    if (mode != Mode::Create && !exists) {
        return failure(
            ErrorCode::NotFound,
            QCoreApplication::translate(
                "Database", "There is no profile in this folder. Make one with \"countersign-cli init\"."),
            QString::fromStdString(file.string()));
    }
    if (mode == Mode::Create) {
        if (auto reserved = reservePrivateFile(file); !reserved) {
            return failure(reserved.error());
        }
    }
    return attempt([&]() -> Result<std::unique_ptr<Database>> {
        auto connection = std::make_unique<SQLite::Database>(file.string(), openFlags(mode));
        configure(*connection, mode);
        std::unique_ptr<Database> database(new Database(std::move(connection)));
        if (auto migrated = migrate(*database, mode != Mode::ReadOnly); !migrated) {
            return failure(migrated.error());
        }
        return database;
    });
}

bool Database::isAutocommitting() const
{
    return sqlite3_get_autocommit(m_database->getHandle()) != 0;
}

Status scrub(Database& database)
{
    return attempt([&]() -> Status {
        database.handle().setBusyTimeout(scrubTimeoutMs);
        const auto restore =
            qScopeGuard([&] { (void)sqlite3_busy_timeout(database.handle().getHandle(), busyTimeoutMs); });
        SQLite::Statement checkpoint(database.handle(), "PRAGMA wal_checkpoint(TRUNCATE)");
        if (!checkpoint.executeStep() || checkpoint.getColumn(0).getInt() != 0) {
            return failure(ErrorCode::Busy,
                           QCoreApplication::translate(
                               "Database",
                               "Destroyed material may still lie in the database's journal, because another "
                               "program is reading this profile. It goes with the next clean-up."));
        }
        return {};
    });
}

}  // namespace countersign
