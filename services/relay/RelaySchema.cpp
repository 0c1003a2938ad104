#include "services/relay/RelaySchema.h"

#include <QCoreApplication>

#include <SQLiteCpp/Transaction.h>

#include <array>
#include <string>

namespace countersign {

namespace {

/// "CSRL": so that file(1) and we know the file from any other SQLite database.
constexpr int applicationId = 0x4353524C;

/// heads live with the inbox, not in max(seq), so that a number is never given twice even if entries are
/// removed.
constexpr const char* sqliteVersion1 = R"sql(
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO meta (key, value) VALUES ('directory_version', 1), ('probed_at', 0);

CREATE TABLE inboxes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    feed TEXT NOT NULL,
    webhook_secret BLOB,
    head INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    inbox INTEGER NOT NULL REFERENCES inboxes (id),
    role TEXT NOT NULL CHECK (role IN ('consumer', 'submitter', 'admin')),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE entries (
    inbox INTEGER NOT NULL REFERENCES inboxes (id),
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (inbox, seq)
) STRICT;
)sql";

/// Of a job's events only the last is kept: the desk has them all, and a job must not grow without bound.
constexpr const char* sqliteVersion2 = R"sql(
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    inbox INTEGER NOT NULL REFERENCES inboxes (id),
    job_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'pending',
    finished INTEGER NOT NULL DEFAULT 0,
    lease_token TEXT,
    lease_desk TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0,
    event BLOB,
    event_digest BLOB,
    result TEXT,
    UNIQUE (inbox, job_id)
) STRICT;
CREATE INDEX jobs_pending ON jobs (inbox, created_at, bytes) WHERE finished = 0;

CREATE TABLE job_envelopes (
    job INTEGER NOT NULL REFERENCES jobs (id),
    kind TEXT NOT NULL,
    digest BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (job, kind, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_desks (
    job INTEGER NOT NULL REFERENCES jobs (id),
    desk TEXT NOT NULL,
    public_key BLOB NOT NULL,
    PRIMARY KEY (job, desk)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array sqliteMigrations{sqliteVersion1, sqliteVersion2};

int pragma(SQLite::Database& database, const char* query)
{
    return database.execAndGet(query).getInt();
}

}  // namespace

Status migrateRelaySchema(SQLite::Database& database)
{
    if (pragma(database, "PRAGMA user_version") == static_cast<int>(sqliteMigrations.size()) &&
        pragma(database, "PRAGMA application_id") == applicationId) {
        return {};
    }
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    const int version = pragma(database, "PRAGMA user_version");
    const int application = pragma(database, "PRAGMA application_id");
    const int tables = pragma(database, "SELECT count(*) FROM sqlite_schema");
    if (application != applicationId && (application != 0 || tables != 0)) {
        return failure(
            ErrorCode::Corrupt,
            QCoreApplication::translate("RelaySchema", "The file is a database, but not that of a relay."));
    }
    if (version < 0 || version > static_cast<int>(sqliteMigrations.size())) {
        return failure(ErrorCode::Corrupt, QCoreApplication::translate(
                                               "RelaySchema",
                                               "The database was written by a newer version of the relay; "
                                               "use that version."));
    }
    for (auto next = static_cast<std::size_t>(version); next < sqliteMigrations.size(); ++next) {
        database.exec(sqliteMigrations.at(next));
    }
    database.exec("PRAGMA application_id = " + std::to_string(applicationId));
    database.exec("PRAGMA user_version = " + std::to_string(sqliteMigrations.size()));
    transaction.commit();
    return {};
}

}  // namespace countersign
