#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/vault/database/StatementCache.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <any>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace countersign {

/// A connection to the profile's one SQLite file. Every connection must have the same settings (WAL,
/// synchronous FULL, secure_delete, foreign keys, a busy time-out; no trigger and no view, for we have none),
/// none may use a file that holds other tables than this program makes (SchemaCheck.h), and SQLiteCpp's
/// exceptions must not leave the layer that uses it. A connection belongs to one thread at a time. Several
/// processes and threads may each hold one: writers take `BEGIN IMMEDIATE` (transact), readers see the last
/// commit.
class Database
{
public:
    enum class Mode {
        ReadOnly,   ///< for models; the file must exist and carry the current schema
        ReadWrite,  ///< the file must exist; older schemas are migrated
        Create,     ///< the file must not exist
    };

    /// A newer schema than this program knows is refused (Unsupported), a file that is no profile is Corrupt,
    /// one whose schema somebody changed is BadSignature.
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, Mode mode);

    SQLite::Database& handle() { return *m_database; }
    /// A statement that is prepared once; sql as StatementCache::use says.
    StatementLease statement(const char* sql) { return m_statements.use(sql); }
    /// No transaction is open.
    bool isAutocommitting() const;
    /// A transaction is open that holds the write lock, as transact() makes it.
    bool isWriting() const;

    /// What was read beside the rows of the snapshot that is open, so that all who read in it are told the
    /// same (AuditTail.h: the file audit.head); nullptr where there is no snapshot.
    std::any* snapshotNote() { return m_snapshotNote ? &*m_snapshotNote : nullptr; }

    /// The transaction of a reader that sees one state of the file from its first query to its end.
    class Snapshot
    {
    public:
        /// No transaction is open.
        explicit Snapshot(Database& database) : m_database(database), m_transaction(database.handle())
        {
            m_database.m_snapshotNote.emplace();
        }
        Snapshot(const Snapshot&) = delete;
        Snapshot& operator=(const Snapshot&) = delete;
        ~Snapshot() { m_database.m_snapshotNote.reset(); }

    private:
        Database& m_database;
        SQLite::Transaction m_transaction;
    };

    /// transact() was here: counts its transactions, and refuses a schema that somebody changed since the
    /// file was opened (errors of examineSchema), and a file that lies under its name no more (Busy): what is
    /// written into one that was replaced or removed is lost with the last program that has it open.
    Status noteBegun();
    void noteCommitted() { m_committed = m_transaction; }
    /// The number of the transaction that is open, or was last; of the last that was committed.
    std::uint64_t transactionNumber() const { return m_transaction; }
    std::uint64_t committedNumber() const { return m_committed; }

private:
    explicit Database(std::unique_ptr<SQLite::Database> database)
        : m_database(std::move(database)), m_statements(*m_database)
    {}
    Status prepare(Mode mode);
    int schemaCookie();
    bool hasMoved();

    std::unique_ptr<SQLite::Database> m_database;
    StatementCache m_statements;
    int m_schemaCookie = 0;  ///< SQLite changes it with every change of the schema
    std::uint64_t m_transaction = 0;
    std::uint64_t m_committed = 0;
    std::optional<std::any> m_snapshotNote;
};

/// What SQLite itself finds wrong with the file's structure: rows that an index does not know, values that
/// their column forbids, references to nothing. Empty when all is well. Reads everything.
Result<std::vector<std::string>> examineStructure(Database& database);

/// To be called after the transaction that destroyed sealed material: the pages that held it stay in the -wal
/// file until a checkpoint, although secure_delete overwrote them in the database. Empties that file. Busy
/// when readers hold it up for half a second; the destruction itself stands, and the call is to be repeated.
Status scrub(Database& database);

/// Gives the disk back what became free, where that is much and worth the work: after an operator removed a
/// lot. SQLite uses free pages again by itself, and does not make the file smaller. The rows are written anew
/// by way of memory, never through a temporary file.
Status compact(Database& database);

/// A blob column without a copy; valid until the statement moves on.
inline BytesView blobView(const SQLite::Column& column)
{
    return {static_cast<const std::uint8_t*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())};
}

/// Busy, full, corrupt and I/O errors of SQLite as values.
Error databaseError(const SQLite::Exception& exception);

/// What the system, or a try in the profile's folder, says about an error that databaseError() made, in place
/// of SQLite's few codes: a full disk, a quota, no file locks, …
void explainStorage(Database& database, Error& error);

/// Runs work, which returns a Result or a Status, and turns SQLite's exceptions into errors.
template <typename Work>
auto attempt(Work&& work) -> std::invoke_result_t<Work>
{
    try {
        return std::forward<Work>(work)();
    } catch (const SQLite::Exception& exception) {
        return failure(databaseError(exception));
    }
}

/// Runs work inside BEGIN IMMEDIATE; commits when it succeeds and rolls back when it returns an error or
/// SQLite fails.
template <typename Work>
auto transact(Database& database, Work&& work) -> std::invoke_result_t<Work>
{
    auto done = attempt([&]() -> std::invoke_result_t<Work> {
        SQLite::Transaction transaction(database.handle(), SQLite::TransactionBehavior::IMMEDIATE);
        RETURN_IF_ERROR(database.noteBegun());
        auto result = std::forward<Work>(work)();
        if (result) {
            transaction.commit();
            database.noteCommitted();
        }
        return result;
    });
    if (!done) {
        explainStorage(database, done.error());
    }
    return done;
}

/// As transact(), but the commit is not synced by itself: for what a power cut may take because it is found
/// out again, never for entries of the record (AuditLog refuses). Commits keep their order: no later one
/// survives without this one, and the next synced one makes it durable too.
template <typename Work>
auto transactUnsynced(Database& database, Work&& work) -> std::invoke_result_t<Work>
{
    return attempt([&]() -> std::invoke_result_t<Work> {
        database.handle().exec("PRAGMA synchronous=NORMAL");
        auto result = transact(database, std::forward<Work>(work));
        database.handle().exec("PRAGMA synchronous=FULL");
        return result;
    });
}

}  // namespace countersign
