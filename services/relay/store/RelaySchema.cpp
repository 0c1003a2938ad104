#include "services/relay/store/RelaySchema.h"

#include "services/relay/store/sqlite/SqliteBytes.h"
#include "services/relay/store/sqlite/SqliteEntries.h"

#include <QCoreApplication>

#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace countersign::relay {

namespace {

struct RelaySchemaText
{
    Q_DECLARE_TR_FUNCTIONS(RelaySchemaText)
};

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

/// Heads (FeedHead), what is kept of whom, what consumers have read, and who submitted what. Entries from
/// before keep their rows as they are: their heads are beside them, so that an upgrade writes little however
/// much there is. An older relay that still runs must not go on without heads, so the tables refuse its
/// entries.
///
/// Jobs, envelopes and desks from before have nobody's token ('').
constexpr const char* sqliteVersion3 = R"sql(
ALTER TABLE inboxes ADD COLUMN chain BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000';
ALTER TABLE inboxes ADD COLUMN first_seq INTEGER NOT NULL DEFAULT 1;
ALTER TABLE inboxes ADD COLUMN base_chain BLOB NOT NULL DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000';
ALTER TABLE inboxes ADD COLUMN signed_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inboxes ADD COLUMN stranger_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE inboxes SET feed = lower(replace(feed, '-', ''));

ALTER TABLE tokens ADD COLUMN kept_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN position INTEGER NOT NULL DEFAULT 0;

ALTER TABLE entries ADD COLUMN chain BLOB;
ALTER TABLE entries ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN repeat_key BLOB;
CREATE UNIQUE INDEX entries_repeats ON entries (inbox, repeat_key) WHERE repeat_key IS NOT NULL;
CREATE TABLE older_chains (
    inbox INTEGER NOT NULL REFERENCES inboxes (id),
    seq INTEGER NOT NULL,
    chain BLOB NOT NULL,
    PRIMARY KEY (inbox, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER entries_have_heads BEFORE INSERT ON entries WHEN NEW.chain IS NULL
BEGIN
    SELECT RAISE(ABORT, 'a newer relay has brought this database up to date');
END;

ALTER TABLE jobs ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN event_token TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN event_cost INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET updated_at = created_at;
DROP INDEX jobs_pending;
CREATE INDEX jobs_pending ON jobs (inbox, token, created_at, bytes) WHERE finished = 0;
CREATE INDEX jobs_results ON jobs (updated_at) WHERE finished = 1 AND event IS NOT NULL;

ALTER TABLE job_envelopes ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE job_desks ADD COLUMN token TEXT NOT NULL DEFAULT '';
CREATE TABLE job_submitters (
    job INTEGER NOT NULL REFERENCES jobs (id),
    token TEXT NOT NULL,
    PRIMARY KEY (job, token)
) STRICT, WITHOUT ROWID;
)sql";

/// Which statements about no job are there; they leave with their entries.
constexpr const char* sqliteVersion4 = R"sql(
CREATE TABLE inbox_statements (
    inbox INTEGER NOT NULL REFERENCES inboxes (id),
    digest BLOB NOT NULL,
    seq INTEGER NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (inbox, digest)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array sqliteMigrations{sqliteVersion1, sqliteVersion2, sqliteVersion3, sqliteVersion4};
/// The one behind which entries have heads.
constexpr std::size_t versionWithHeads = 3;

int pragma(SQLite::Database& database, const char* query)
{
    return database.execAndGet(query).getInt();
}

/// Reads every entry once; what it writes is small and what it holds is one entry.
void chainOlderEntries(SQLite::Database& database, InboxId inbox, std::int64_t last)
{
    FeedState state;
    state.first = last + 1;
    SQLite::Statement query(
        database,
        "SELECT seq, kind, received_at, verified, headers, body FROM entries WHERE inbox = ? "
        "ORDER BY seq");
    SQLite::Statement insert(database, "INSERT INTO older_chains (inbox, seq, chain) VALUES (?, ?, ?)");
    query.bind(1, inbox);
    while (query.executeStep()) {
        EntryRow row;
        const std::string kind = query.getColumn(1).getString();
        const std::string headers = readBytes(query.getColumn(4));
        const std::string body = readBytes(query.getColumn(5));
        row.kind = kind;
        row.receivedAt = query.getColumn(2).getInt64();
        row.headersJson = headers;
        row.bodyDigest = sha256(asBytes(body));
        if (kind == webhookEntryKind) {
            std::int64_t& kept = query.getColumn(3).getInt() != 0 ? state.signedBytes : state.strangerBytes;
            kept += entryCost(headers.size(), body.size());
        }
        // By its own number: somebody may have made room by hand.
        state.last = query.getColumn(0).getInt64() - 1;
        state.first = std::min(state.first, state.last + 1);
        const std::int64_t seq = state.advance(row);
        insert.reset();
        insert.bind(1, inbox);
        insert.bind(2, seq);
        bindBytes(insert, 3, asText(state.head));
        insert.exec();
    }
    state.last = last;
    SqliteEntries::save(database, inbox, state);
}

void chainOlderFeeds(SQLite::Database& database)
{
    std::vector<std::pair<InboxId, std::int64_t>> inboxes;
    SQLite::Statement query(database, "SELECT id, head FROM inboxes WHERE head > 0");
    while (query.executeStep()) {
        inboxes.emplace_back(query.getColumn(0).getInt64(), query.getColumn(1).getInt64());
    }
    for (const auto& [inbox, last] : inboxes) {
        chainOlderEntries(database, inbox, last);
    }
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
        return failure(ErrorCode::Corrupt,
                       RelaySchemaText::tr("The file is a database, but not that of a relay."));
    }
    if (version < 0 || version > static_cast<int>(sqliteMigrations.size())) {
        return failure(ErrorCode::Corrupt,
                       RelaySchemaText::tr("The database was written by a newer version of the relay; "
                                           "use that version."));
    }
    for (auto next = static_cast<std::size_t>(version); next < sqliteMigrations.size(); ++next) {
        database.exec(sqliteMigrations.at(next));
        if (next + 1 == versionWithHeads) {
            chainOlderFeeds(database);
        }
    }
    database.exec("PRAGMA application_id = " + std::to_string(applicationId));
    database.exec("PRAGMA user_version = " + std::to_string(sqliteMigrations.size()));
    transaction.commit();
    return {};
}

}  // namespace countersign::relay
