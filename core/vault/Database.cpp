#include "core/vault/Database.h"

#include "core/vault/Schema.h"

#include <QCoreApplication>

#include <sqlite3.h>

namespace countersign {

namespace {

constexpr int busyTimeoutMs = 10'000;

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
    const bool exists = std::filesystem::exists(file);
    if (mode == Mode::Create && exists) {
        return failure(ErrorCode::AlreadyExists,
                       QCoreApplication::translate("Database", "A profile exists in this folder already."),
                       QString::fromStdString(file.string()));
    }
    if (mode != Mode::Create && !exists) {
        return failure(
            ErrorCode::NotFound,
            QCoreApplication::translate(
                "Database", "There is no profile in this folder. Make one with \"countersign-cli init\"."),
            QString::fromStdString(file.string()));
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

}  // namespace countersign
