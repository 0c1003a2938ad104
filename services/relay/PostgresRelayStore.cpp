#include "services/relay/PostgresRelayStore.h"

#include "core/base/Random.h"
#include "services/relay/PostgresEntries.h"
#include "services/relay/PostgresJobs.h"
#include "services/relay/PostgresSchema.h"

#include <QCoreApplication>

namespace countersign {

namespace {

using Value = PostgresValue;

/// A server that does not answer costs seconds per attempt; what waits behind it is told meanwhile.
constexpr std::chrono::milliseconds attemptInterval{500};

tl::unexpected<Error> unknownInbox(const std::string& name)
{
    return failure(
        ErrorCode::NotFound,
        QCoreApplication::translate("RelayStore", "There is no inbox named %1; \"inbox list\" shows all.")
            .arg(QString::fromStdString(name)));
}

void bumpDirectory(PostgresConnection& connection)
{
    connection.queue("UPDATE meta SET value = value + 1 WHERE key = 'directory_version'");
}

}  // namespace

Result<std::unique_ptr<PostgresRelayStore>> PostgresRelayStore::open(PostgresTarget target, OpenMode mode)
{
    std::unique_ptr<PostgresRelayStore> store(new PostgresRelayStore(std::move(target)));
    if (const Status connected = store->connect(mode); !connected) {
        return failure(connected.error());
    }
    return store;
}

Status PostgresRelayStore::connect(OpenMode mode)
{
    auto connection = PostgresConnection::open(m_target);
    if (!connection) {
        return failure(connection.error());
    }
    if (const Status migrated = migratePostgresSchema(**connection, mode); !migrated) {
        return migrated;
    }
    m_connection = std::move(*connection);
    return {};
}

Status PostgresRelayStore::ensureConnected()
{
    if (m_connection && !m_connection->isLost()) {
        return {};
    }
    m_connection.reset();
    if (!m_lastAttempt && std::chrono::steady_clock::now() < m_nextAttempt) {
        return m_lastAttempt;
    }
    // A server that comes back without the relay's tables is another one: better no relay than an empty one.
    m_lastAttempt = connect(OpenMode::Existing);
    m_nextAttempt = std::chrono::steady_clock::now() + attemptInterval;
    return m_lastAttempt;
}

template <typename T>
Result<T> PostgresRelayStore::attempt(const Work<T>& work)
{
    for (bool mayRepeat = true;; mayRepeat = false) {
        if (const Status connected = ensureConnected(); !connected) {
            return failure(connected.error());
        }
        Result<T> result = work(*m_connection);
        const bool wasNeverThere = m_connection->isLost() && !m_connection->isCommitUncertain();
        if (result || !wasNeverThere || !mayRepeat) {
            return result;
        }
    }
}

template <typename T>
Result<T> PostgresRelayStore::transaction(const Work<T>& work)
{
    return attempt<T>([&work](PostgresConnection& connection) -> Result<T> {
        connection.begin();
        Result<T> result = work(connection);
        if (result) {
            if (const Status committed = connection.commit(); !committed) {
                result = failure(committed.error());
            }
        }
        if (!result) {
            connection.rollback();
        }
        return result;
    });
}

Result<PostgresRows> PostgresRelayStore::select(const char* sql, const std::vector<PostgresValue>& values)
{
    return attempt<PostgresRows>(
        [sql, &values](PostgresConnection& connection) { return connection.run(sql, values); });
}

Result<InboxRecord> PostgresRelayStore::createInbox(const std::string& name, const SecretBytes& webhookSecret,
                                                    UnixMillis now)
{
    return transaction<InboxRecord>([&](PostgresConnection& connection) -> Result<InboxRecord> {
        InboxRecord record{0, name, randomUuid(), !webhookSecret.isEmpty(), 0, now};
        const auto inserted = connection.run(
            "INSERT INTO inboxes (name, feed, webhook_secret, created_at) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT (name) DO NOTHING RETURNING id",
            {Value::text(record.name), Value::text(record.feed),
             webhookSecret.isEmpty() ? Value::null(Value::bytesType) : Value::bytes(webhookSecret.view()),
             Value::number(now)});
        if (!inserted) {
            return failure(inserted.error());
        }
        if (inserted->isEmpty()) {
            return failure(ErrorCode::AlreadyExists,
                           QCoreApplication::translate("RelayStore", "An inbox named %1 exists already.")
                               .arg(QString::fromStdString(name)));
        }
        record.id = inserted->number(0, 0);
        bumpDirectory(connection);
        return record;
    });
}

Result<std::vector<InboxRecord>> PostgresRelayStore::inboxes()
{
    const auto rows = select(
        "SELECT id, name, feed, webhook_secret IS NOT NULL, head, created_at FROM inboxes "
        "ORDER BY name COLLATE \"C\"");
    if (!rows) {
        return failure(rows.error());
    }
    std::vector<InboxRecord> records;
    for (int row = 0; row < rows->size(); ++row) {
        records.push_back({rows->number(row, 0), rows->text(row, 1), rows->text(row, 2), rows->flag(row, 3),
                           rows->number(row, 4), rows->number(row, 5)});
    }
    return records;
}

Result<TokenRecord> PostgresRelayStore::addToken(const std::string& inbox, TokenRole role, BytesView hash,
                                                 UnixMillis now)
{
    return transaction<TokenRecord>([&](PostgresConnection& connection) -> Result<TokenRecord> {
        TokenRecord record{relayTokenId(hash), inbox, role, now, std::nullopt};
        const auto inserted = connection.run(
            "INSERT INTO tokens (id, hash, inbox, role, created_at) "
            "SELECT $1, $2, id, $3, $4 FROM inboxes WHERE name = $5 RETURNING id",
            {Value::text(record.id), Value::bytes(hash), Value::text(toText(role)), Value::number(now),
             Value::text(inbox)});
        if (!inserted) {
            return failure(inserted.error());
        }
        if (inserted->isEmpty()) {
            return unknownInbox(inbox);
        }
        bumpDirectory(connection);
        return record;
    });
}

Result<std::vector<TokenRecord>> PostgresRelayStore::tokens()
{
    const auto rows = select(
        "SELECT t.id, i.name, t.role, t.created_at, t.revoked_at FROM tokens t "
        "JOIN inboxes i ON i.id = t.inbox ORDER BY t.created_at, t.id COLLATE \"C\"");
    if (!rows) {
        return failure(rows.error());
    }
    std::vector<TokenRecord> records;
    for (int row = 0; row < rows->size(); ++row) {
        TokenRecord record{rows->text(row, 0), rows->text(row, 1),
                           tokenRoleFromText(rows->view(row, 2)).value_or(TokenRole::Consumer),
                           rows->number(row, 3), std::nullopt};
        if (!rows->isNull(row, 4)) {
            record.revokedAt = rows->number(row, 4);
        }
        records.push_back(std::move(record));
    }
    return records;
}

Status PostgresRelayStore::revokeToken(const std::string& id, UnixMillis now)
{
    const auto revoked = transaction<bool>([&](PostgresConnection& connection) -> Result<bool> {
        const auto updated = connection.run(
            "UPDATE tokens SET revoked_at = coalesce(revoked_at, $1) WHERE id = $2 RETURNING id",
            {Value::number(now), Value::text(id)});
        if (!updated) {
            return failure(updated.error());
        }
        if (updated->isEmpty()) {
            return failure(ErrorCode::NotFound,
                           QCoreApplication::translate(
                               "RelayStore", "There is no token with this id; \"token list\" shows all."));
        }
        bumpDirectory(connection);
        return true;
    });
    return revoked ? Status() : failure(revoked.error());
}

Result<std::int64_t> PostgresRelayStore::directoryVersion()
{
    const auto rows = select("SELECT value FROM meta WHERE key = 'directory_version'");
    if (!rows) {
        return failure(rows.error());
    }
    return rows->number(0, 0);
}

Result<DirectoryContents> PostgresRelayStore::directory()
{
    return attempt<DirectoryContents>([](PostgresConnection& connection) -> Result<DirectoryContents> {
        connection.beginReading();
        const auto version = connection.run("SELECT value FROM meta WHERE key = 'directory_version'");
        const auto inboxes = connection.run("SELECT id, name, feed, webhook_secret FROM inboxes");
        const auto tokens = connection.run("SELECT hash, inbox, role FROM tokens WHERE revoked_at IS NULL");
        connection.rollback();
        for (const auto* rows : {&version, &inboxes, &tokens}) {
            if (!*rows) {
                return failure(rows->error());
            }
        }
        DirectoryContents contents;
        contents.version = version->number(0, 0);
        for (int row = 0; row < inboxes->size(); ++row) {
            const std::string_view secret = inboxes->view(row, 3);
            contents.inboxes.push_back({inboxes->number(row, 0), inboxes->text(row, 1), inboxes->text(row, 2),
                                        secret.empty() ? SecretBytes() : SecretBytes::copyOf(secret)});
        }
        for (int row = 0; row < tokens->size(); ++row) {
            if (const auto role = tokenRoleFromText(tokens->view(row, 2))) {
                contents.tokens.push_back(
                    {toBytes(asBytes(tokens->view(row, 0))), tokens->number(row, 1), *role});
            }
        }
        return contents;
    });
}

Result<std::vector<std::int64_t>> PostgresRelayStore::append(std::span<const NewEntry> entries)
{
    return transaction<std::vector<std::int64_t>>(
        [entries](PostgresConnection& connection) { return PostgresEntries(connection).append(entries); });
}

Result<EntryPage> PostgresRelayStore::read(InboxId inbox, std::int64_t after, std::size_t limit,
                                           std::size_t maxBytes)
{
    // One statement is one snapshot. The server counts the bytes, so that what the page cannot hold is not
    // even sent.
    const auto rows = select(
        "SELECT i.head, e.seq, e.kind, e.received_at, e.headers, e.body FROM inboxes i LEFT JOIN LATERAL ("
        "SELECT * FROM (SELECT seq, kind, received_at, headers, body, "
        "row_number() OVER (ORDER BY seq) AS nth, "
        "sum(octet_length(headers) + octet_length(body)) "
        "OVER (ORDER BY seq ROWS UNBOUNDED PRECEDING) AS bytes "
        "FROM entries WHERE inbox = $1 AND seq > $2 ORDER BY seq LIMIT $3) page "
        "WHERE nth = 1 OR bytes <= $4) e ON true WHERE i.id = $1 ORDER BY e.seq",
        {Value::number(inbox), Value::number(after), Value::number(static_cast<std::int64_t>(limit)),
         Value::number(static_cast<std::int64_t>(maxBytes))});
    if (!rows) {
        return failure(rows.error());
    }
    if (rows->isEmpty()) {
        return unknownInbox(std::to_string(inbox));
    }
    EntryPage page;
    page.head = rows->number(0, 0);
    for (int row = 0; row < rows->size() && !rows->isNull(row, 1); ++row) {
        page.entries.push_back({rows->number(row, 1), rows->text(row, 2), rows->number(row, 3),
                                rows->text(row, 4), rows->text(row, 5)});
    }
    return page;
}

Result<std::vector<JobAnswer>> PostgresRelayStore::changeJobs(std::span<const JobChange> changes)
{
    return transaction<std::vector<JobAnswer>>(
        [changes](PostgresConnection& connection) { return PostgresJobs(connection).apply(changes); });
}

Result<JobStatus> PostgresRelayStore::findJob(InboxId inbox, const std::string& jobId)
{
    auto found = attempt<std::optional<JobStatus>>(
        [&](PostgresConnection& connection) { return PostgresJobs::find(connection, inbox, jobId); });
    if (!found) {
        return failure(found.error());
    }
    if (!*found) {
        return failure(ErrorCode::NotFound,
                       QCoreApplication::translate("RelayStore", "The inbox has no such job."));
    }
    return **std::move(found);
}

Status PostgresRelayStore::probeWrite(UnixMillis now)
{
    const auto synced = transaction<bool>([now](PostgresConnection& connection) -> Result<bool> {
        const auto updated = connection.run(
            "UPDATE meta SET value = $1 WHERE key = 'probed_at' RETURNING current_setting('fsync') = 'on'",
            {Value::number(now)});
        if (!updated) {
            return failure(updated.error());
        }
        return updated->flag(0, 0);
    });
    if (!synced) {
        return failure(synced.error());
    }
    if (!*synced) {
        return failure(ErrorCode::Storage,
                       QCoreApplication::translate(
                           "RelayStore", "The database server does not sync its commits; switch fsync on."),
                       QStringLiteral("PostgreSQL: fsync = off"));
    }
    return {};
}

}  // namespace countersign
