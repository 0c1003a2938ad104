#include "services/relay/store/postgres/PostgresRelayStore.h"

#include "services/relay/store/FeedState.h"
#include "services/relay/store/postgres/PostgresEntries.h"
#include "services/relay/store/postgres/PostgresJobs.h"
#include "services/relay/store/postgres/PostgresRetention.h"
#include "services/relay/store/postgres/PostgresSchema.h"

#include <QCoreApplication>

namespace countersign::relay {

namespace {

struct PostgresRelayStoreText
{
    Q_DECLARE_TR_FUNCTIONS(PostgresRelayStoreText)
};

/// A server that does not answer costs seconds per attempt; what waits behind it is told meanwhile.
constexpr std::chrono::milliseconds attemptInterval{500};

void bumpDirectory(PostgresConnection& connection)
{
    connection.queue("UPDATE meta SET value = value + 1 WHERE key = 'directory_version'");
}

}  // namespace

Result<std::unique_ptr<PostgresRelayStore>> PostgresRelayStore::open(PostgresConnectionInfo target,
                                                                     OpenMode mode)
{
    std::unique_ptr<PostgresRelayStore> store(new PostgresRelayStore(std::move(target)));
    RETURN_IF_ERROR(store->connect(mode));
    return store;
}

Status PostgresRelayStore::connect(OpenMode mode)
{
    ASSIGN_OR_RETURN(auto connection, PostgresConnection::open(m_target));
    RETURN_IF_ERROR(migratePostgresSchema(*connection, mode));
    m_connection = std::move(connection);
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
        RETURN_IF_ERROR(ensureConnected());
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
        InboxRecord record;
        record.name = name;
        record.feed = newFeedIdentity();
        record.hasWebhookSecret = !webhookSecret.isEmpty();
        record.createdAt = now;
        ASSIGN_OR_RETURN(
            const auto inserted,
            connection.run(
                "INSERT INTO inboxes (name, feed, webhook_secret, created_at) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (name) DO NOTHING RETURNING id",
                {PostgresValue::text(record.name), PostgresValue::text(record.feed),
                 webhookSecret.isEmpty() ? PostgresValue::null(PostgresValue::bytesType)
                                         : PostgresValue::bytes(webhookSecret.view()),
                 PostgresValue::number(now)}));
        if (inserted.isEmpty()) {
            return inboxExistsFailure(name);
        }
        record.id = inserted.number(0, 0);
        bumpDirectory(connection);
        return record;
    });
}

Result<std::vector<InboxRecord>> PostgresRelayStore::inboxes()
{
    ASSIGN_OR_RETURN(
        const auto rows,
        select(
            "SELECT id, name, feed, webhook_secret IS NOT NULL, head, created_at, first_seq, signed_bytes, "
            "stranger_bytes FROM inboxes "
            "ORDER BY name COLLATE \"C\""));
    std::vector<InboxRecord> records;
    for (int row = 0; row < rows.size(); ++row) {
        records.push_back({rows.number(row, 0), rows.text(row, 1), rows.text(row, 2), rows.flag(row, 3),
                           rows.number(row, 4), rows.number(row, 5), rows.number(row, 6), rows.number(row, 7),
                           rows.number(row, 8)});
    }
    return records;
}

Status PostgresRelayStore::setWebhookSecret(const std::string& inbox, const SecretBytes& webhookSecret)
{
    RETURN_IF_ERROR(transaction<bool>([&](PostgresConnection& connection) -> Result<bool> {
        const auto updated =
            connection.run("UPDATE inboxes SET webhook_secret = $1 WHERE name = $2 RETURNING id",
                           {PostgresValue::bytes(webhookSecret.view()), PostgresValue::text(inbox)});
        if (!updated) {
            return failure(updated.error());
        }
        if (updated->isEmpty()) {
            return unknownInboxFailure(inbox);
        }
        bumpDirectory(connection);
        return true;
    }));
    return Status();
}

Result<TokenRecord> PostgresRelayStore::addToken(const std::string& inbox, TokenRole role, BytesView hash,
                                                 UnixMillis now)
{
    return transaction<TokenRecord>([&](PostgresConnection& connection) -> Result<TokenRecord> {
        TokenRecord record{relayTokenId(hash), inbox, role, now, std::nullopt};
        ASSIGN_OR_RETURN(const auto inserted,
                         connection.run("INSERT INTO tokens (id, hash, inbox, role, created_at) "
                                        "SELECT $1, $2, id, $3, $4 FROM inboxes WHERE name = $5 RETURNING id",
                                        {PostgresValue::text(record.id), PostgresValue::bytes(hash),
                                         PostgresValue::text(toText(role)), PostgresValue::number(now),
                                         PostgresValue::text(inbox)}));
        if (inserted.isEmpty()) {
            return unknownInboxFailure(inbox);
        }
        bumpDirectory(connection);
        return record;
    });
}

Result<std::vector<TokenRecord>> PostgresRelayStore::tokens()
{
    ASSIGN_OR_RETURN(
        const auto rows,
        select(
            "SELECT t.id, i.name, t.role, t.created_at, t.revoked_at, t.kept_bytes, t.position FROM tokens t "
            "JOIN inboxes i ON i.id = t.inbox ORDER BY t.created_at, t.id COLLATE \"C\""));
    std::vector<TokenRecord> records;
    for (int row = 0; row < rows.size(); ++row) {
        TokenRecord record{rows.text(row, 0), rows.text(row, 1),
                           tokenRoleFromText(rows.view(row, 2)).value_or(TokenRole::Consumer),
                           rows.number(row, 3), std::nullopt};
        if (!rows.isNull(row, 4)) {
            record.revokedAt = rows.number(row, 4);
        }
        record.keptBytes = rows.number(row, 5);
        record.position = rows.number(row, 6);
        records.push_back(std::move(record));
    }
    return records;
}

Status PostgresRelayStore::revokeToken(const std::string& id, UnixMillis now)
{
    RETURN_IF_ERROR(transaction<bool>([&](PostgresConnection& connection) -> Result<bool> {
        ASSIGN_OR_RETURN(
            const auto updated,
            connection.run(
                "UPDATE tokens SET revoked_at = coalesce(revoked_at, $1) WHERE id = $2 RETURNING id",
                {PostgresValue::number(now), PostgresValue::text(id)}));
        if (updated.isEmpty()) {
            return unknownTokenFailure();
        }
        bumpDirectory(connection);
        return true;
    }));
    return Status();
}

Result<std::int64_t> PostgresRelayStore::directoryVersion()
{
    ASSIGN_OR_RETURN(const auto rows, select("SELECT value FROM meta WHERE key = 'directory_version'"));
    return rows.number(0, 0);
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
    ASSIGN_OR_RETURN(
        const auto rows,
        select("SELECT i.head, i.first_seq, i.chain, i.base_chain, (SELECT coalesce(c.chain, o.chain) FROM "
               "entries "
               "c "
               "LEFT JOIN older_chains o ON o.inbox = c.inbox AND o.seq = c.seq WHERE c.inbox = $1 AND c.seq "
               "= $2), "
               "e.seq, e.kind, e.received_at, e.headers, e.body, coalesce(e.chain, (SELECT o.chain FROM "
               "older_chains o "
               "WHERE o.inbox = $1 AND o.seq = e.seq)) FROM inboxes i LEFT JOIN LATERAL ("
               "SELECT * FROM (SELECT seq, kind, received_at, headers, body, chain, "
               "row_number() OVER (ORDER BY seq) AS nth, "
               "sum(octet_length(headers) + octet_length(body)) "
               "OVER (ORDER BY seq ROWS UNBOUNDED PRECEDING) AS bytes "
               "FROM entries WHERE inbox = $1 AND seq > $2 ORDER BY seq LIMIT $3) page "
               "WHERE nth = 1 OR bytes <= $4) e ON true WHERE i.id = $1 ORDER BY e.seq",
               {PostgresValue::number(inbox), PostgresValue::number(after),
                PostgresValue::number(static_cast<std::int64_t>(limit)),
                PostgresValue::number(static_cast<std::int64_t>(maxBytes))}));
    if (rows.isEmpty()) {
        return unknownInboxFailure(std::to_string(inbox));
    }
    EntryPage page;
    page.head = rows.number(0, 0);
    page.first = rows.number(0, 1);
    const int headAt = after == page.head ? 2 : after == page.first - 1 ? 3 : 4;
    page.headAtCursor = feedHeadFromBytes(rows.view(0, headAt));
    for (int row = 0; row < rows.size() && !rows.isNull(row, 5); ++row) {
        page.entries.push_back({rows.number(row, 5), rows.text(row, 6), rows.number(row, 7),
                                rows.text(row, 8), rows.text(row, 9),
                                feedHeadFromBytes(rows.view(row, 10)).value_or(firstFeedHead)});
    }
    return page;
}

Result<std::vector<JobAnswer>> PostgresRelayStore::changeJobs(std::span<const JobChange> changes)
{
    return transaction<std::vector<JobAnswer>>(
        [changes](PostgresConnection& connection) { return PostgresJobs(connection).apply(changes); });
}

Result<JobStatus> PostgresRelayStore::findJob(InboxId inbox, const std::string& jobId,
                                              const std::string& submitter)
{
    ASSIGN_OR_RETURN(auto found, attempt<std::optional<JobStatus>>([&](PostgresConnection& connection) {
                         return PostgresJobs::find(connection, inbox, jobId, submitter);
                     }));
    if (!found) {
        return unknownJobFailure();
    }
    return *std::move(found);
}

Status PostgresRelayStore::noteConsumers(std::span<const ConsumerPosition> positions)
{
    RETURN_IF_ERROR(transaction<bool>([positions](PostgresConnection& connection) -> Result<bool> {
        for (const ConsumerPosition& one : positions) {
            connection.queue("UPDATE tokens SET position = greatest(position, $1) WHERE id = $2",
                             {PostgresValue::number(one.seq), PostgresValue::text(one.token)});
        }
        return true;
    }));
    return Status();
}

Result<Removed> PostgresRelayStore::removeOld(const Retention& retention)
{
    ASSIGN_OR_RETURN(const auto inboxes, attempt<std::vector<InboxId>>([&](PostgresConnection& connection) {
                         return PostgresRetention(connection).inboxes(retention.inbox);
                     }));
    if (inboxes.empty() && !retention.inbox.empty()) {
        return unknownInboxFailure(retention.inbox);
    }
    std::vector<Work<Removed>> steps;
    for (const InboxId inbox : inboxes) {
        steps.push_back([inbox, &retention](PostgresConnection& connection) {
            return PostgresRetention(connection).removeEntries(inbox, retention);
        });
    }
    if (retention.upTo == 0) {
        steps.push_back([&retention](PostgresConnection& connection) {
            return PostgresRetention(connection).removeResults(retention.before, retention.maxEntries);
        });
    }
    Removed all;
    for (const Work<Removed>& step : steps) {
        ASSIGN_OR_RETURN(const auto removed, transaction<Removed>(step));
        all += removed;
    }
    return all;
}

Status PostgresRelayStore::probeWrite(UnixMillis now)
{
    ASSIGN_OR_RETURN(const auto synced,
                     transaction<bool>([now](PostgresConnection& connection) -> Result<bool> {
                         ASSIGN_OR_RETURN(const auto updated,
                                          connection.run("UPDATE meta SET value = $1 WHERE key = 'probed_at' "
                                                         "RETURNING current_setting('fsync') = 'on'",
                                                         {PostgresValue::number(now)}));
                         return updated.flag(0, 0);
                     }));
    if (!synced) {
        return failure(
            ErrorCode::Storage,
            PostgresRelayStoreText::tr("The database server does not sync its commits; switch fsync on."),
            QStringLiteral("PostgreSQL: fsync = off"));
    }
    return {};
}

}  // namespace countersign::relay
