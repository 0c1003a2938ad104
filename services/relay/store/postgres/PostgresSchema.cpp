#include "services/relay/store/postgres/PostgresSchema.h"

#include "services/relay/store/FeedState.h"
#include "services/relay/store/postgres/PostgresConnection.h"
#include "services/relay/store/postgres/PostgresEntries.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace countersign::relay {

namespace {

struct PostgresSchemaText
{
    Q_DECLARE_TR_FUNCTIONS(PostgresSchemaText)
};

/// The tables of RelaySchema.cpp in this database's words, under a name of their own, so that they neither
/// meet an operator's other tables nor find them by search_path.
///
/// Heads live with the inbox: whoever numbers an entry holds the inbox's row until its transaction is over,
/// so that numbers become visible in their order.
constexpr std::array postgresVersion1{
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value BIGINT NOT NULL)",
    "INSERT INTO meta (key, value) VALUES ('schema_version', 0), ('directory_version', 1), ('probed_at', 0)",
    "CREATE TABLE inboxes ("
    "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
    "name TEXT NOT NULL UNIQUE, "
    "feed TEXT NOT NULL, "
    "webhook_secret BYTEA, "
    "head BIGINT NOT NULL DEFAULT 0, "
    "created_at BIGINT NOT NULL)",
    "CREATE TABLE tokens ("
    "id TEXT PRIMARY KEY, "
    "hash BYTEA NOT NULL UNIQUE, "
    "inbox BIGINT NOT NULL REFERENCES inboxes (id), "
    "role TEXT NOT NULL CHECK (role IN ('consumer', 'submitter', 'admin')), "
    "created_at BIGINT NOT NULL, "
    "revoked_at BIGINT)",
    "CREATE TABLE entries ("
    "inbox BIGINT NOT NULL REFERENCES inboxes (id), "
    "seq BIGINT NOT NULL, "
    "kind TEXT NOT NULL, "
    "received_at BIGINT NOT NULL, "
    "verified BOOLEAN NOT NULL, "
    "headers TEXT NOT NULL, "
    "body BYTEA NOT NULL, "
    "PRIMARY KEY (inbox, seq))",
    // Ciphertext does not shrink, and a length must be known without unpacking.
    "ALTER TABLE entries ALTER COLUMN body SET STORAGE EXTERNAL",
};

constexpr std::array postgresVersion2{
    "CREATE TABLE jobs ("
    "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
    "inbox BIGINT NOT NULL REFERENCES inboxes (id), "
    "job_id TEXT NOT NULL, "
    "created_at BIGINT NOT NULL, "
    "bytes BIGINT NOT NULL DEFAULT 0, "
    "state TEXT NOT NULL DEFAULT 'pending', "
    "finished BOOLEAN NOT NULL DEFAULT false, "
    "lease_token TEXT, "
    "lease_desk TEXT, "
    "lease_until BIGINT NOT NULL DEFAULT 0, "
    "event BYTEA, "
    "event_digest BYTEA, "
    "result TEXT, "
    "UNIQUE (inbox, job_id))",
    "CREATE INDEX jobs_pending ON jobs (inbox, created_at, bytes) WHERE NOT finished",
    "CREATE TABLE job_envelopes ("
    "job BIGINT NOT NULL REFERENCES jobs (id), "
    "kind TEXT NOT NULL, "
    "digest BYTEA NOT NULL, "
    "seq BIGINT NOT NULL, "
    "PRIMARY KEY (job, kind, digest))",
    "CREATE TABLE job_desks ("
    "job BIGINT NOT NULL REFERENCES jobs (id), "
    "desk TEXT NOT NULL, "
    "public_key BYTEA NOT NULL, "
    "PRIMARY KEY (job, desk))",
};

/// See sqliteVersion3. An older relay that still runs is refused by the constraint, which the rows from
/// before need not meet: a new column that is not null would have every row written anew.
constexpr std::array postgresVersion3{
    "ALTER TABLE inboxes "
    "ADD COLUMN chain BYTEA NOT NULL DEFAULT decode(repeat('00', 32), 'hex'), "
    "ADD COLUMN first_seq BIGINT NOT NULL DEFAULT 1, "
    "ADD COLUMN base_chain BYTEA NOT NULL DEFAULT decode(repeat('00', 32), 'hex'), "
    "ADD COLUMN signed_bytes BIGINT NOT NULL DEFAULT 0, "
    "ADD COLUMN stranger_bytes BIGINT NOT NULL DEFAULT 0",
    "UPDATE inboxes SET feed = lower(replace(feed, '-', ''))",
    "ALTER TABLE tokens ADD COLUMN kept_bytes BIGINT NOT NULL DEFAULT 0, "
    "ADD COLUMN position BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE entries ADD COLUMN chain BYTEA, ADD COLUMN token TEXT NOT NULL DEFAULT '', "
    "ADD COLUMN repeat_key BYTEA",
    "ALTER TABLE entries ADD CONSTRAINT entries_have_heads CHECK (chain IS NOT NULL) NOT VALID",
    "CREATE UNIQUE INDEX entries_repeats ON entries (inbox, repeat_key) WHERE repeat_key IS NOT NULL",
    "CREATE TABLE older_chains ("
    "inbox BIGINT NOT NULL REFERENCES inboxes (id), "
    "seq BIGINT NOT NULL, "
    "chain BYTEA NOT NULL, "
    "PRIMARY KEY (inbox, seq))",
    "ALTER TABLE jobs ADD COLUMN token TEXT NOT NULL DEFAULT '', "
    "ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0, "
    "ADD COLUMN event_token TEXT NOT NULL DEFAULT '', "
    "ADD COLUMN event_cost BIGINT NOT NULL DEFAULT 0",
    "UPDATE jobs SET updated_at = created_at",
    "DROP INDEX jobs_pending",
    "CREATE INDEX jobs_pending ON jobs (inbox, token, created_at, bytes) WHERE NOT finished",
    "CREATE INDEX jobs_results ON jobs (updated_at) WHERE finished AND event IS NOT NULL",
    "ALTER TABLE job_envelopes ADD COLUMN token TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE job_desks ADD COLUMN token TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE job_submitters ("
    "job BIGINT NOT NULL REFERENCES jobs (id), "
    "token TEXT NOT NULL, "
    "PRIMARY KEY (job, token))",
};

/// See sqliteVersion4.
constexpr std::array postgresVersion4{
    "CREATE TABLE inbox_statements ("
    "inbox BIGINT NOT NULL REFERENCES inboxes (id), "
    "digest BYTEA NOT NULL, "
    "seq BIGINT NOT NULL, "
    "token TEXT NOT NULL, "
    "PRIMARY KEY (inbox, digest))",
};

constexpr std::array<std::span<const char* const>, 4> postgresMigrations{postgresVersion1, postgresVersion2,
                                                                         postgresVersion3, postgresVersion4};
/// The one behind which entries have heads.
constexpr std::size_t postgresVersionWithHeads = 3;
/// How many entries an upgrade holds at once: 256 KiB each at most.
constexpr std::int64_t upgradePage = 64;

struct Found
{
    bool hasSchema = false;
    std::optional<std::int64_t> version;  ///< nothing while there are no tables
};

Result<Found> look(PostgresConnection& connection)
{
    ASSIGN_OR_RETURN(
        const auto found,
        connection.run("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'countersign_relay'), "
                       "to_regclass('countersign_relay.meta') IS NOT NULL, "
                       "EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                       "WHERE n.nspname = 'countersign_relay')"));
    if (!found.flag(0, 2)) {
        return Found{found.flag(0, 0), std::nullopt};
    }
    Result<PostgresRows> version{PostgresRows()};
    if (found.flag(0, 1)) {
        version = connection.run("SELECT value FROM meta WHERE key = 'schema_version'");
    }
    if (!version) {
        return failure(version.error());
    }
    if (version->isEmpty()) {
        return failure(
            ErrorCode::Corrupt,
            PostgresSchemaText::tr("The database has a schema \"countersign_relay\" that is not a relay's."));
    }
    const std::int64_t number = version->number(0, 0);
    if (number < 0 || number > static_cast<std::int64_t>(postgresMigrations.size())) {
        return failure(ErrorCode::Corrupt,
                       PostgresSchemaText::tr("The database was written by a newer version of the relay; "
                                              "use that version."));
    }
    return Found{true, number};
}

/// One page of an inbox's older entries; the seq to go on from, or nothing behind the last.
Result<std::optional<std::int64_t>> chainOlderPage(PostgresConnection& connection, InboxId inbox,
                                                   std::int64_t after, FeedState& state)
{
    ASSIGN_OR_RETURN(const auto rows,
                     connection.run("SELECT seq, kind, received_at, verified, headers, body FROM entries "
                                    "WHERE inbox = $1 AND seq > $2 "
                                    "ORDER BY seq LIMIT $3",
                                    {PostgresValue::number(inbox), PostgresValue::number(after),
                                     PostgresValue::number(upgradePage)}));
    for (int i = 0; i < rows.size(); ++i) {
        EntryRow row;
        row.kind = rows.view(i, 1);
        row.receivedAt = rows.number(i, 2);
        row.headersJson = rows.view(i, 4);
        row.bodyDigest = sha256(asBytes(rows.view(i, 5)));
        if (row.kind == webhookEntryKind) {
            std::int64_t& kept = rows.flag(i, 3) ? state.signedBytes : state.strangerBytes;
            kept += entryCost(row.headersJson.size(), rows.view(i, 5).size());
        }
        // By its own number: somebody may have made room by hand.
        state.last = rows.number(i, 0) - 1;
        state.first = std::min(state.first, state.last + 1);
        const std::int64_t seq = state.advance(row);
        connection.queue("INSERT INTO older_chains (inbox, seq, chain) VALUES ($1, $2, $3)",
                         {PostgresValue::number(inbox), PostgresValue::number(seq),
                          PostgresValue::bytes(BytesView(state.head))});
    }
    return rows.isEmpty() ? std::nullopt : std::optional(state.last);
}

/// Reads every entry once; what it writes is small and what it holds is a page.
Status chainOlderPostgresFeeds(PostgresConnection& connection)
{
    const auto inboxes =
        connection.run("SELECT id, head FROM inboxes WHERE head > 0 ORDER BY id FOR NO KEY UPDATE");
    if (!inboxes) {
        return failure(inboxes.error());
    }
    for (int i = 0; i < inboxes->size(); ++i) {
        const InboxId inbox = inboxes->number(i, 0);
        const std::int64_t last = inboxes->number(i, 1);
        FeedState state;
        state.first = last + 1;
        std::optional<std::int64_t> after = 0;
        while (after) {
            ASSIGN_OR_RETURN(const auto next, chainOlderPage(connection, inbox, *after, state));
            after = next;
        }
        state.last = last;
        PostgresEntries(connection).save(inbox, state);
    }
    return {};
}

Status migrate(PostgresConnection& connection)
{
    connection.begin();
    // Any number will do as long as every relay takes the same: "CSRL".
    connection.queue("SELECT pg_advisory_xact_lock(1129534028)");
    ASSIGN_OR_RETURN(const auto before, look(connection));
    // An administrator may have made it for a user who may not.
    if (!before.hasSchema) {
        connection.queue("CREATE SCHEMA countersign_relay");
    }
    for (auto next = static_cast<std::size_t>(before.version.value_or(0)); next < postgresMigrations.size();
         ++next) {
        for (const char* const statement : postgresMigrations.at(next)) {
            RETURN_IF_ERROR(connection.run(statement));
        }
        if (next + 1 == postgresVersionWithHeads) {
            RETURN_IF_ERROR(chainOlderPostgresFeeds(connection));
        }
    }
    connection.queue("UPDATE meta SET value = $1 WHERE key = 'schema_version'",
                     {PostgresValue::number(static_cast<std::int64_t>(postgresMigrations.size()))});
    return connection.commit();
}

}  // namespace

Status migratePostgresSchema(PostgresConnection& connection, OpenMode mode)
{
    ASSIGN_OR_RETURN(const auto found, look(connection));
    if (!found.version && mode == OpenMode::Existing) {
        return failure(ErrorCode::NotFound,
                       PostgresSchemaText::tr("The database has no relay's tables yet; \"inbox create\" "
                                              "or \"serve --create\" makes them."));
    }
    if (found.version == static_cast<std::int64_t>(postgresMigrations.size())) {
        return {};
    }
    Status migrated = migrate(connection);
    if (!migrated) {
        connection.rollback();
    }
    return migrated;
}

}  // namespace countersign::relay
