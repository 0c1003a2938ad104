#include "services/relay/store/sqlite/SqliteRelayStore.h"

#include "services/relay/store/FeedState.h"
#include "services/relay/store/RelaySchema.h"
#include "services/relay/store/sqlite/SqliteBytes.h"
#include "services/relay/store/sqlite/SqliteJobs.h"
#include "services/relay/store/sqlite/SqliteRetention.h"

#include <QCoreApplication>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

namespace countersign::relay {

namespace {

struct SqliteRelayStoreText
{
    Q_DECLARE_TR_FUNCTIONS(SqliteRelayStoreText)
};

/// The command line and the server write to one file; either waits this long for the other.
constexpr int busyTimeoutMs = 10'000;

tl::unexpected<Error> storeFailure(const SQLite::Exception& exception)
{
    const QString detail = QStringLiteral("SQLite %1: %2")
                               .arg(exception.getExtendedErrorCode())
                               .arg(QString::fromUtf8(exception.what()));
    switch (exception.getErrorCode()) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return failure(ErrorCode::Busy,
                           SqliteRelayStoreText::tr("The relay's database is in use; try again."), detail);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return failure(ErrorCode::Corrupt,
                           SqliteRelayStoreText::tr("The relay's database is damaged; restore a backup."),
                           detail);
        default:
            return failure(ErrorCode::Storage,
                           SqliteRelayStoreText::tr(
                               "The relay's database failed; check the disk's space and permissions."),
                           detail);
    }
}

/// The boundary to SQLiteCpp: no exception of it leaves the store.
template <typename Work>
auto sqliteGuarded(const Work& work) -> decltype(work())
{
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        return storeFailure(exception);
    }
}

}  // namespace

SqliteRelayStore::SqliteRelayStore(const std::filesystem::path& file)
    : m_database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, busyTimeoutMs)
{}

Result<std::unique_ptr<SqliteRelayStore>> SqliteRelayStore::open(const std::filesystem::path& file,
                                                                 OpenMode mode)
{
    RETURN_IF_ERROR(SqliteFiles::ensure(file, mode));
    return sqliteGuarded([&]() -> Result<std::unique_ptr<SqliteRelayStore>> {
        std::unique_ptr<SqliteRelayStore> store(new SqliteRelayStore(file));
        // First whether it is ours at all: a foreign file is not even switched to WAL.
        RETURN_IF_ERROR(migrateRelaySchema(store->m_database));
        store->configure();
        store->m_files.emplace(file);
        // The file that lies there must be the one that SQLite has.
        int hasMoved = 0;
        if (sqlite3_file_control(store->m_database.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved) !=
                SQLITE_OK ||
            hasMoved != 0) {
            return failure(ErrorCode::Busy, SqliteRelayStoreText::tr(
                                                "The relay's database was replaced just now; try again."));
        }
        return store;
    });
}

void SqliteRelayStore::configure()
{
    m_database.exec("PRAGMA journal_mode = WAL");
    m_database.exec("PRAGMA synchronous = FULL");
    m_database.exec("PRAGMA foreign_keys = ON");
    // A webhook secret that is replaced must not stay readable in free pages.
    m_database.exec("PRAGMA secure_delete = ON");
    m_database.exec("PRAGMA trusted_schema = OFF");
    // From now on the log and its index are there.
    m_database.execAndGet("SELECT count(*) FROM meta");
}

template <typename T, typename Work>
Result<T> SqliteRelayStore::change(const Work& work)
{
    RETURN_IF_ERROR(m_files->check());
    auto result = sqliteGuarded([&]() -> Result<T> {
        SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
        Result<T> done = work();
        if (done) {
            transaction.commit();
        }
        return done;
    });
    RETURN_IF_ERROR(m_files->check());
    return result;
}

void SqliteRelayStore::bumpDirectory()
{
    m_database.exec("UPDATE meta SET value = value + 1 WHERE key = 'directory_version'");
}

Result<InboxRecord> SqliteRelayStore::createInbox(const std::string& name, const SecretBytes& webhookSecret,
                                                  UnixMillis now)
{
    return change<InboxRecord>([&]() -> Result<InboxRecord> {
        InboxRecord record;
        record.name = name;
        record.feed = newFeedIdentity();
        record.hasWebhookSecret = !webhookSecret.isEmpty();
        record.createdAt = now;
        SQLite::Statement insert(
            m_database,
            "INSERT INTO inboxes (name, feed, webhook_secret, created_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (name) DO NOTHING");
        insert.bind(1, record.name);
        insert.bind(2, record.feed);
        if (record.hasWebhookSecret) {
            bindBytes(insert, 3, webhookSecret.text());
        }
        insert.bind(4, now);
        if (insert.exec() == 0) {
            return inboxExistsFailure(name);
        }
        record.id = m_database.getLastInsertRowid();
        bumpDirectory();
        return record;
    });
}

Result<std::vector<InboxRecord>> SqliteRelayStore::inboxes()
{
    return sqliteGuarded([&]() -> Result<std::vector<InboxRecord>> {
        std::vector<InboxRecord> records;
        SQLite::Statement query(
            m_database,
            "SELECT id, name, feed, webhook_secret IS NOT NULL, head, created_at, first_seq, "
            "signed_bytes, stranger_bytes FROM inboxes ORDER BY name");
        while (query.executeStep()) {
            records.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString(),
                               query.getColumn(2).getString(), query.getColumn(3).getInt() != 0,
                               query.getColumn(4).getInt64(), query.getColumn(5).getInt64(),
                               query.getColumn(6).getInt64(), query.getColumn(7).getInt64(),
                               query.getColumn(8).getInt64()});
        }
        return records;
    });
}

Status SqliteRelayStore::setWebhookSecret(const std::string& inbox, const SecretBytes& webhookSecret)
{
    RETURN_IF_ERROR(change<bool>([&]() -> Result<bool> {
        SQLite::Statement update(m_database, "UPDATE inboxes SET webhook_secret = ? WHERE name = ?");
        bindBytes(update, 1, webhookSecret.text());
        update.bind(2, inbox);
        if (update.exec() == 0) {
            return unknownInboxFailure(inbox);
        }
        bumpDirectory();
        return true;
    }));
    return Status();
}

Result<TokenRecord> SqliteRelayStore::addToken(const std::string& inbox, TokenRole role, BytesView hash,
                                               UnixMillis now)
{
    return change<TokenRecord>([&]() -> Result<TokenRecord> {
        TokenRecord record{relayTokenId(hash), inbox, role, now, std::nullopt};
        SQLite::Statement insert(m_database,
                                 "INSERT INTO tokens (id, hash, inbox, role, created_at) "
                                 "SELECT ?, ?, id, ?, ? FROM inboxes WHERE name = ?");
        insert.bind(1, record.id);
        bindBytes(insert, 2, asText(hash));
        insert.bind(3, std::string(toText(role)));
        insert.bind(4, now);
        insert.bind(5, inbox);
        if (insert.exec() == 0) {
            return unknownInboxFailure(inbox);
        }
        bumpDirectory();
        return record;
    });
}

Result<std::vector<TokenRecord>> SqliteRelayStore::tokens()
{
    return sqliteGuarded([&]() -> Result<std::vector<TokenRecord>> {
        std::vector<TokenRecord> records;
        SQLite::Statement query(
            m_database,
            "SELECT t.id, i.name, t.role, t.created_at, t.revoked_at, t.kept_bytes, t.position FROM tokens t "
            "JOIN inboxes i ON i.id = t.inbox ORDER BY t.created_at, t.id");
        while (query.executeStep()) {
            TokenRecord record{
                query.getColumn(0).getString(), query.getColumn(1).getString(),
                tokenRoleFromText(query.getColumn(2).getString()).value_or(TokenRole::Consumer),
                query.getColumn(3).getInt64(), std::nullopt};
            if (!query.getColumn(4).isNull()) {
                record.revokedAt = query.getColumn(4).getInt64();
            }
            record.keptBytes = query.getColumn(5).getInt64();
            record.position = query.getColumn(6).getInt64();
            records.push_back(std::move(record));
        }
        return records;
    });
}

Status SqliteRelayStore::revokeToken(const std::string& id, UnixMillis now)
{
    RETURN_IF_ERROR(change<bool>([&]() -> Result<bool> {
        SQLite::Statement update(m_database,
                                 "UPDATE tokens SET revoked_at = ifnull(revoked_at, ?) WHERE id = ?");
        update.bind(1, now);
        update.bind(2, id);
        if (update.exec() == 0) {
            return unknownTokenFailure();
        }
        bumpDirectory();
        return true;
    }));
    return Status();
}

Result<std::int64_t> SqliteRelayStore::directoryVersion()
{
    return sqliteGuarded([&]() -> Result<std::int64_t> {
        return m_database.execAndGet("SELECT value FROM meta WHERE key = 'directory_version'").getInt64();
    });
}

Result<DirectoryContents> SqliteRelayStore::directory()
{
    return sqliteGuarded([&]() -> Result<DirectoryContents> {
        SQLite::Transaction snapshot(m_database);
        DirectoryContents contents;
        contents.version =
            m_database.execAndGet("SELECT value FROM meta WHERE key = 'directory_version'").getInt64();
        SQLite::Statement inboxes(m_database, "SELECT id, name, feed, webhook_secret FROM inboxes");
        while (inboxes.executeStep()) {
            const SQLite::Column secret = inboxes.getColumn(3);
            const std::string_view bytes(static_cast<const char*>(secret.getBlob()),
                                         static_cast<std::size_t>(secret.getBytes()));
            contents.inboxes.push_back({inboxes.getColumn(0).getInt64(), inboxes.getColumn(1).getString(),
                                        inboxes.getColumn(2).getString(),
                                        bytes.empty() ? SecretBytes() : SecretBytes::copyOf(bytes)});
        }
        SQLite::Statement tokens(m_database, "SELECT hash, inbox, role FROM tokens WHERE revoked_at IS NULL");
        while (tokens.executeStep()) {
            const std::string hash = readBytes(tokens.getColumn(0));
            if (const auto role = tokenRoleFromText(tokens.getColumn(2).getString())) {
                contents.tokens.push_back({toBytes(asBytes(hash)), tokens.getColumn(1).getInt64(), *role});
            }
        }
        return contents;
    });
}

Result<std::vector<std::int64_t>> SqliteRelayStore::append(std::span<const NewEntry> entries)
{
    return change<std::vector<std::int64_t>>([&]() -> Result<std::vector<std::int64_t>> {
        std::vector<std::int64_t> numbers;
        numbers.reserve(entries.size());
        SqliteEntries feed(m_database);
        for (const NewEntry& entry : entries) {
            numbers.push_back(feed.append(entry));
        }
        feed.finish();
        return numbers;
    });
}

std::optional<FeedHead> SqliteRelayStore::headAt(InboxId inbox, std::int64_t seq, const EntryPage& page)
{
    SQLite::Statement ofInbox(m_database, "SELECT chain, base_chain FROM inboxes WHERE id = ?");
    ofInbox.bind(1, inbox);
    ofInbox.executeStep();
    if (seq == page.head || seq == page.first - 1) {
        return feedHeadFromBytes(readBytes(ofInbox.getColumn(seq == page.head ? 0 : 1)));
    }
    SQLite::Statement ofEntry(
        m_database,
        "SELECT ifnull(chain, (SELECT o.chain FROM older_chains o WHERE o.inbox = "
        "entries.inbox AND o.seq = entries.seq)) FROM entries WHERE inbox = ? AND seq = ?");
    ofEntry.bind(1, inbox);
    ofEntry.bind(2, seq);
    return ofEntry.executeStep() ? feedHeadFromBytes(readBytes(ofEntry.getColumn(0))) : std::nullopt;
}

Result<EntryPage> SqliteRelayStore::read(InboxId inbox, std::int64_t after, std::size_t limit,
                                         std::size_t maxBytes)
{
    return sqliteGuarded([&]() -> Result<EntryPage> {
        SQLite::Transaction snapshot(m_database);
        const auto state = SqliteEntries::load(m_database, inbox);
        if (!state) {
            return unknownInboxFailure(std::to_string(inbox));
        }
        EntryPage page;
        page.head = state->last;
        page.first = state->first;
        page.headAtCursor = headAt(inbox, after, page);
        SQLite::Statement query(
            m_database,
            "SELECT seq, kind, received_at, headers, body, ifnull(chain, (SELECT o.chain FROM "
            "older_chains o WHERE o.inbox = entries.inbox AND o.seq = entries.seq)) "
            "FROM entries WHERE inbox = ? AND seq > ? ORDER BY seq LIMIT ?");
        query.bind(1, inbox);
        query.bind(2, after);
        query.bind(3, static_cast<std::int64_t>(limit));
        std::size_t bytes = 0;
        while (query.executeStep()) {
            bytes += static_cast<std::size_t>(query.getColumn(3).getBytes() + query.getColumn(4).getBytes());
            if (!page.entries.empty() && bytes > maxBytes) {
                break;
            }
            page.entries.push_back(
                {query.getColumn(0).getInt64(), query.getColumn(1).getString(), query.getColumn(2).getInt64(),
                 query.getColumn(3).getString(), readBytes(query.getColumn(4)),
                 feedHeadFromBytes(readBytes(query.getColumn(5))).value_or(firstFeedHead)});
        }
        return page;
    });
}

Result<std::vector<JobAnswer>> SqliteRelayStore::changeJobs(std::span<const JobChange> changes)
{
    return change<std::vector<JobAnswer>>([&]() -> Result<std::vector<JobAnswer>> {
        std::vector<JobAnswer> answers;
        answers.reserve(changes.size());
        SqliteJobs jobs(m_database);
        for (const JobChange& one : changes) {
            answers.push_back(jobs.apply(one));
        }
        jobs.finish();
        return answers;
    });
}

Result<JobStatus> SqliteRelayStore::findJob(InboxId inbox, const std::string& jobId,
                                            const std::string& submitter)
{
    return sqliteGuarded([&]() -> Result<JobStatus> {
        SQLite::Transaction snapshot(m_database);
        std::optional<JobStatus> status = SqliteJobs(m_database).find(inbox, jobId, submitter);
        if (!status) {
            return unknownJobFailure();
        }
        return *std::move(status);
    });
}

Status SqliteRelayStore::noteConsumers(std::span<const ConsumerPosition> positions)
{
    RETURN_IF_ERROR(change<bool>([&]() -> Result<bool> {
        SQLite::Statement update(m_database, "UPDATE tokens SET position = max(position, ?) WHERE id = ?");
        for (const ConsumerPosition& one : positions) {
            update.reset();
            update.bind(1, one.seq);
            update.bind(2, one.token);
            update.exec();
        }
        return true;
    }));
    return Status();
}

Result<Removed> SqliteRelayStore::removeOld(const Retention& retention)
{
    ASSIGN_OR_RETURN(const auto inboxes, sqliteGuarded([&]() -> Result<std::vector<InboxId>> {
                         return SqliteRetention(m_database).inboxes(retention.inbox);
                     }));
    if (inboxes.empty() && !retention.inbox.empty()) {
        return unknownInboxFailure(retention.inbox);
    }
    Removed all;
    for (const InboxId inbox : inboxes) {
        ASSIGN_OR_RETURN(const auto removed, change<Removed>([&]() -> Result<Removed> {
                             return SqliteRetention(m_database).removeEntries(inbox, retention);
                         }));
        all += removed;
    }
    if (retention.upTo == 0) {
        ASSIGN_OR_RETURN(
            const auto removed, change<Removed>([&]() -> Result<Removed> {
                return SqliteRetention(m_database).removeResults(retention.before, retention.maxEntries);
            }));
        all += removed;
    }
    return all;
}

Status SqliteRelayStore::probeWrite(UnixMillis now)
{
    RETURN_IF_ERROR(change<bool>([&]() -> Result<bool> {
        SQLite::Statement update(m_database, "UPDATE meta SET value = ? WHERE key = 'probed_at'");
        update.bind(1, now);
        update.exec();
        return true;
    }));
    return Status();
}

}  // namespace countersign::relay
