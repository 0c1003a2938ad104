#include "core/vault/database/Database.h"

#include "core/vault/database/Schema.h"
#include "core/vault/database/SchemaCheck.h"
#include "core/vault/database/StorageErrors.h"

#include <QCoreApplication>
#include <QScopeGuard>

#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace countersign {

namespace {

struct DatabaseText
{
    Q_DECLARE_TR_FUNCTIONS(DatabaseText)
};

constexpr QLatin1StringView sqliteDetail("SQLite ");
constexpr int busyTimeoutMs = 10'000;
/// Less is not worth writing everything anew; more than that does not belong into memory.
constexpr std::int64_t worthCompacting = 32LL * 1024 * 1024;
constexpr std::int64_t mostCompacted = 512LL * 1024 * 1024;
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

struct Switch
{
    int option;
    int value;
};

/// What a file may bring along and we never use is off, before SQLite reads anything of it.
constexpr std::array switches = {
    Switch{SQLITE_DBCONFIG_DEFENSIVE, 1},      Switch{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, Switch{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    Switch{SQLITE_DBCONFIG_DQS_DDL, 0},        Switch{SQLITE_DBCONFIG_DQS_DML, 0},
};

void harden(SQLite::Database& database)
{
    for (const Switch& one : switches) {
        const int done = sqlite3_db_config(database.getHandle(), one.option, one.value, nullptr);
        if (done != SQLITE_OK) {
            throw SQLite::Exception(database.getHandle(), done);
        }
    }
    database.exec("PRAGMA cell_size_check=ON");
}

void configure(SQLite::Database& database)
{
    database.setBusyTimeout(busyTimeoutMs);
    harden(database);
    database.exec("PRAGMA synchronous=FULL");
    database.exec("PRAGMA secure_delete=ON");
    database.exec("PRAGMA foreign_keys=ON");
    database.exec("PRAGMA trusted_schema=OFF");
    database.exec("PRAGMA cache_size=-16000");
}

tl::unexpected<Error> profileExists(const std::filesystem::path& file)
{
    return failure(ErrorCode::AlreadyExists, DatabaseText::tr("A profile exists in this folder already."),
                   QString::fromStdString(file.string()));
}

/// With WAL there is none. SQLite would play it back into the database, and remove a file that it names.
Status refuseForeignJournal(const std::filesystem::path& file)
{
    const std::filesystem::path journal = file.string() + "-journal";
    std::error_code unreadable;
    if (!std::filesystem::exists(std::filesystem::symlink_status(journal, unreadable))) {
        return {};
    }
    return failure(
        ErrorCode::BadSignature,
        DatabaseText::tr(
            "Beside the profile's database lies a journal that Countersign did not write, so nothing "
            "is done with it. Restore the profile from a backup, or move the journal away once you "
            "know where it came from."),
        QString::fromStdString(journal.string()));
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
        return failure(storageErrorOr(
            reason, file,
            DatabaseText::tr(
                "The profile's database cannot be made. Check the folder and its permissions.")));
    }
    (void)std::fclose(made);
    std::error_code ignored;
    using std::filesystem::perms;
    std::filesystem::permissions(file, perms::owner_read | perms::owner_write, ignored);
    return {};
}

tl::unexpected<Error> replacedWhileOpen()
{
    return failure(ErrorCode::Busy,
                   DatabaseText::tr("The profile's database was replaced or removed while it was open, so "
                                    "nothing more is written. Close every program that uses this profile, "
                                    "then open it again."));
}

}  // namespace

Error databaseError(const SQLite::Exception& exception)
{
    const QString detail = QStringLiteral("%1%2: %3")
                               .arg(sqliteDetail)
                               .arg(exception.getExtendedErrorCode())
                               .arg(QString::fromUtf8(exception.what()));
    switch (exception.getErrorCode()) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {
                ErrorCode::Busy,
                DatabaseText::tr("Another program is using this profile right now. Try again in a moment."),
                detail};
        case SQLITE_FULL:
            return {ErrorCode::Storage,
                    DatabaseText::tr("The disk is full. Free some space, then try again; nothing was lost."),
                    detail};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return {ErrorCode::Corrupt,
                    DatabaseText::tr("The profile's database is damaged. Restore it from a backup."), detail};
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_READONLY:
        case SQLITE_AUTH:
            return {ErrorCode::Storage,
                    DatabaseText::tr(
                        "The profile's database cannot be opened. Check the folder and its permissions."),
                    detail};
        default:
            return {ErrorCode::Storage,
                    DatabaseText::tr("The profile's database could not be read or written."), detail};
    }
}

namespace {

/// The first number in the detail of an error that databaseError() made; 0 for others.
int sqliteCodeOf(const Error& error)
{
    if (!error.detail.startsWith(sqliteDetail)) {
        return 0;
    }
    constexpr int primaryMask = 0xff;
    return error.detail.mid(sqliteDetail.size()).section(u':', 0, 0).toInt() & primaryMask;
}

/// What the system said last of a file that SQLite has open; 0 where it does not tell.
int systemErrorOf(sqlite3_file* file)
{
    int error = 0;
    const bool tells = file != nullptr && file->pMethods != nullptr &&
                       file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &error) == SQLITE_OK;
    return tells ? error : 0;
}

/// The reason of the last failure: of the connection, of its log (or journal), of the database itself. A
/// failed write stands with the file alone.
int lastSystemErrorOf(sqlite3* handle)
{
    sqlite3_file* log = nullptr;
    sqlite3_file* main = nullptr;
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&log));
    sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&main));
    for (const int error : {sqlite3_system_errno(handle), systemErrorOf(log), systemErrorOf(main)}) {
        if (storageSentence(error)) {
            return error;
        }
    }
    return 0;
}

/// SQLite says "busy" also where there are no locks, and "I/O error" for many things; the system says what it
/// is. What it said last, or what the folder says when it is tried.
void explainWithFolder(Error& error, int lastSystemError, const std::filesystem::path& folder)
{
    const int code = sqliteCodeOf(error);
    if (code == 0 || (error.code != ErrorCode::Storage && error.code != ErrorCode::Busy)) {
        return;
    }
    const bool isSystems = code == SQLITE_IOERR || code == SQLITE_CANTOPEN;
    auto sentence = isSystems ? storageSentence(lastSystemError) : std::nullopt;
    if (!sentence) {
        if (const auto problem = storageProblem(folder)) {
            sentence = problem->sentence;
            error.detail += QStringLiteral("; ") + problem->detail;
        }
    }
    if (sentence) {
        error.code = ErrorCode::Storage;
        error.sentence = *sentence;
    }
}

}  // namespace

void explainStorage(Database& database, Error& error)
{
    sqlite3* handle = database.handle().getHandle();
    const char* file = sqlite3_db_filename(handle, "main");
    if (file != nullptr && *file != '\0') {
        explainWithFolder(error, lastSystemErrorOf(handle), std::filesystem::path(file).parent_path());
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
            DatabaseText::tr("There is no profile in this folder. Make one with \"countersign-cli init\"."),
            QString::fromStdString(file.string()));
    }
    if (mode == Mode::Create) {
        RETURN_IF_ERROR(reservePrivateFile(file));
    } else if (auto alone = refuseForeignJournal(file); !alone) {
        return failure(alone.error());
    }
    int lastSystemError = 0;
    auto opened = attempt([&]() -> Result<std::unique_ptr<Database>> {
        auto connection = std::make_unique<SQLite::Database>(file.string(), openFlags(mode));
        std::unique_ptr<Database> database(new Database(std::move(connection)));
        // Before the connection goes, also where an exception takes it along.
        const auto keepReason = qScopeGuard([&lastSystemError, handle = database->handle().getHandle()] {
            lastSystemError = lastSystemErrorOf(handle);
        });
        configure(database->handle());
        RETURN_IF_ERROR(database->prepare(mode));
        return database;
    });
    if (!opened) {
        explainWithFolder(opened.error(), lastSystemError, file.parent_path());
    }
    return opened;
}

// Nothing of a file that is there is changed before it was examined.
Status Database::prepare(Mode mode)
{
    if (mode == Mode::Create) {
        m_database->exec("PRAGMA journal_mode=WAL");
    }
    ASSIGN_OR_RETURN(const auto cookie, migrate(*this, mode != Mode::ReadOnly));
    m_schemaCookie = cookie;
    if (mode == Mode::ReadWrite) {
        m_database->exec("PRAGMA journal_mode=WAL");
    }
    return {};
}

int Database::schemaCookie()
{
    return m_database->execAndGet("PRAGMA main.schema_version").getInt();
}

bool Database::hasMoved()
{
    int moved = 0;
    // A file system that cannot tell says nothing.
    return sqlite3_file_control(m_database->getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) ==
               SQLITE_OK &&
           moved != 0;
}

Status Database::noteBegun()
{
    ++m_transaction;
    if (hasMoved()) {
        return replacedWhileOpen();
    }
    const int cookie = schemaCookie();
    if (cookie == m_schemaCookie) {
        return {};
    }
    ASSIGN_OR_RETURN(const auto version, examineSchema(*m_database));
    if (version != currentSchemaVersion()) {
        return replacedWhileOpen();
    }
    m_schemaCookie = cookie;
    return {};
}

bool Database::isWriting() const
{
    return sqlite3_txn_state(m_database->getHandle(), "main") == SQLITE_TXN_WRITE;
}

bool Database::isAutocommitting() const
{
    return sqlite3_get_autocommit(m_database->getHandle()) != 0;
}

Result<std::vector<std::string>> examineStructure(Database& database)
{
    return attempt([&]() -> Result<std::vector<std::string>> {
        std::vector<std::string> findings;
        SQLite::Statement structure(database.handle(), "PRAGMA main.integrity_check(10)");
        while (structure.executeStep()) {
            if (std::string finding = structure.getColumn(0).getString(); finding != "ok") {
                findings.push_back(std::move(finding));
            }
        }
        SQLite::Statement references(database.handle(), "PRAGMA main.foreign_key_check");
        if (references.executeStep()) {
            findings.push_back("a row of " + references.getColumn(0).getString() + " refers to nothing in " +
                               references.getColumn(2).getString());
        }
        return findings;
    });
}

Status compact(Database& database)
{
    return attempt([&]() -> Status {
        const auto number = [&](const char* pragma) {
            return database.handle().execAndGet(std::string("PRAGMA ") + pragma).getInt64();
        };
        const std::int64_t page = number("page_size");
        const std::int64_t free = number("freelist_count") * page;
        const std::int64_t used = number("page_count") * page - free;
        if (free < worthCompacting || used > mostCompacted) {
            return {};
        }
        database.handle().exec("PRAGMA temp_store=MEMORY");
        database.handle().exec("VACUUM");
        database.handle().exec("PRAGMA temp_store=DEFAULT");
        return scrub(database);
    });
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
                           DatabaseText::tr(
                               "Destroyed material may still lie in the database's journal, because another "
                               "program is reading this profile. It goes with the next clean-up."));
        }
        return {};
    });
}

}  // namespace countersign
