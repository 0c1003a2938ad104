#include "services/relay/SqliteRelayStore.h"

#include "core/base/Random.h"
#include "services/relay/RelaySchema.h"
#include "services/relay/SqliteBytes.h"
#include "services/relay/SqliteJobs.h"

#include <QCoreApplication>

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace countersign {

namespace {

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
            return failure(
                ErrorCode::Busy,
                QCoreApplication::translate("RelayStore", "The relay's database is in use; try again."),
                detail);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return failure(ErrorCode::Corrupt,
                           QCoreApplication::translate("RelayStore",
                                                       "The relay's database is damaged; restore a backup."),
                           detail);
        default:
            return failure(
                ErrorCode::Storage,
                QCoreApplication::translate(
                    "RelayStore", "The relay's database failed; check the disk's space and permissions."),
                detail);
    }
}

/// The boundary to SQLiteCpp: no exception of it leaves the store.
template <typename Work>
auto guarded(const Work& work) -> decltype(work())
{
    try {
        return work();
    } catch (const SQLite::Exception& exception) {
        return storeFailure(exception);
    }
}

/// Created by ourselves so that it never exists with wider permissions. An existing file is looked at without
/// opening it: closing a descriptor drops every POSIX lock that this process has on the file, also those of
/// SQLite's connections, and another process would then delete the WAL under them.
Status ensureFile(const std::filesystem::path& file, OpenMode mode)
{
    struct stat existing = {};
    if (::stat(file.c_str(), &existing) == 0) {
        return {};
    }
    int problem = errno;
    if (problem == ENOENT && mode == OpenMode::CreateIfMissing) {
        const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (descriptor >= 0) {
            ::close(descriptor);
            return {};
        }
        problem = errno;
    }
    if (problem == EEXIST) {
        return {};
    }
    return failure(problem == ENOENT ? ErrorCode::NotFound : ErrorCode::Storage,
                   QCoreApplication::translate("RelayStore", "The relay's database %1 cannot be opened: %2.")
                       .arg(QString::fromStdString(file.string()),
                            QString::fromStdString(std::generic_category().message(problem))));
}

tl::unexpected<Error> unknownInbox(const std::string& name)
{
    return failure(
        ErrorCode::NotFound,
        QCoreApplication::translate("RelayStore", "There is no inbox named %1; \"inbox list\" shows all.")
            .arg(QString::fromStdString(name)));
}

}  // namespace

SqliteRelayStore::SqliteRelayStore(const std::filesystem::path& file)
    : m_database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, busyTimeoutMs)
{}

Result<std::unique_ptr<SqliteRelayStore>> SqliteRelayStore::open(const std::filesystem::path& file,
                                                                 OpenMode mode)
{
    if (const Status usable = ensureFile(file, mode); !usable) {
        return failure(usable.error());
    }
    return guarded([&]() -> Result<std::unique_ptr<SqliteRelayStore>> {
        std::unique_ptr<SqliteRelayStore> store(new SqliteRelayStore(file));
        // First whether it is ours at all: a foreign file is not even switched to WAL.
        if (const Status migrated = migrateRelaySchema(store->m_database); !migrated) {
            return failure(migrated.error());
        }
        store->configure();
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
}

void SqliteRelayStore::bumpDirectory()
{
    m_database.exec("UPDATE meta SET value = value + 1 WHERE key = 'directory_version'");
}

Result<InboxRecord> SqliteRelayStore::createInbox(const std::string& name, const SecretBytes& webhookSecret,
                                                  UnixMillis now)
{
    return guarded([&]() -> Result<InboxRecord> {
        SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
        InboxRecord record{0, name, randomUuid(), !webhookSecret.isEmpty(), 0, now};
        SQLite::Statement insert(
            m_database,
            "INSERT INTO inboxes (name, feed, webhook_secret, created_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (name) DO NOTHING");
        insert.bind(1, record.name);
        insert.bind(2, record.feed);
        if (!webhookSecret.isEmpty()) {
            bindBytes(insert, 3, webhookSecret.text());
        }
        insert.bind(4, now);
        if (insert.exec() == 0) {
            return failure(ErrorCode::AlreadyExists,
                           QCoreApplication::translate("RelayStore", "An inbox named %1 exists already.")
                               .arg(QString::fromStdString(name)));
        }
        record.id = m_database.getLastInsertRowid();
        bumpDirectory();
        transaction.commit();
        return record;
    });
}

Result<std::vector<InboxRecord>> SqliteRelayStore::inboxes()
{
    return guarded([&]() -> Result<std::vector<InboxRecord>> {
        std::vector<InboxRecord> records;
        SQLite::Statement query(
            m_database,
            "SELECT id, name, feed, webhook_secret IS NOT NULL, head, created_at FROM inboxes ORDER BY name");
        while (query.executeStep()) {
            records.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString(),
                               query.getColumn(2).getString(), query.getColumn(3).getInt() != 0,
                               query.getColumn(4).getInt64(), query.getColumn(5).getInt64()});
        }
        return records;
    });
}

Result<TokenRecord> SqliteRelayStore::addToken(const std::string& inbox, TokenRole role, BytesView hash,
                                               UnixMillis now)
{
    return guarded([&]() -> Result<TokenRecord> {
        SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
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
            return unknownInbox(inbox);
        }
        bumpDirectory();
        transaction.commit();
        return record;
    });
}

Result<std::vector<TokenRecord>> SqliteRelayStore::tokens()
{
    return guarded([&]() -> Result<std::vector<TokenRecord>> {
        std::vector<TokenRecord> records;
        SQLite::Statement query(m_database,
                                "SELECT t.id, i.name, t.role, t.created_at, t.revoked_at FROM tokens t "
                                "JOIN inboxes i ON i.id = t.inbox ORDER BY t.created_at, t.id");
        while (query.executeStep()) {
            TokenRecord record{
                query.getColumn(0).getString(), query.getColumn(1).getString(),
                tokenRoleFromText(query.getColumn(2).getString()).value_or(TokenRole::Consumer),
                query.getColumn(3).getInt64(), std::nullopt};
            if (!query.getColumn(4).isNull()) {
                record.revokedAt = query.getColumn(4).getInt64();
            }
            records.push_back(std::move(record));
        }
        return records;
    });
}

Status SqliteRelayStore::revokeToken(const std::string& id, UnixMillis now)
{
    return guarded([&]() -> Status {
        SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement update(m_database,
                                 "UPDATE tokens SET revoked_at = ifnull(revoked_at, ?) WHERE id = ?");
        update.bind(1, now);
        update.bind(2, id);
        if (update.exec() == 0) {
            return failure(ErrorCode::NotFound,
                           QCoreApplication::translate(
                               "RelayStore", "There is no token with this id; \"token list\" shows all."));
        }
        bumpDirectory();
        transaction.commit();
        return {};
    });
}

Result<std::int64_t> SqliteRelayStore::directoryVersion()
{
    return guarded([&]() -> Result<std::int64_t> {
        return m_database.execAndGet("SELECT value FROM meta WHERE key = 'directory_version'").getInt64();
    });
}

Result<DirectoryContents> SqliteRelayStore::directory()
{
    return guarded([&]() -> Result<DirectoryContents> {
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
    return guarded([&]() -> Result<std::vector<std::int64_t>> {
        std::vector<std::int64_t> numbers;
        numbers.reserve(entries.size());
        SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
        SqliteEntries feed(m_database);
        for (const NewEntry& entry : entries) {
            numbers.push_back(feed.append(entry.inbox, entry.kind, entry.receivedAt, entry.verified,
                                          entry.headersJson, entry.body));
        }
        transaction.commit();
        return numbers;
    });
}

Result<EntryPage> SqliteRelayStore::read(InboxId inbox, std::int64_t after, std::size_t limit,
                                         std::size_t maxBytes)
{
    return guarded([&]() -> Result<EntryPage> {
        SQLite::Transaction snapshot(m_database);
        SQLite::Statement head(m_database, "SELECT head FROM inboxes WHERE id = ?");
        head.bind(1, inbox);
        if (!head.executeStep()) {
            return unknownInbox(std::to_string(inbox));
        }
        EntryPage page;
        page.head = head.getColumn(0).getInt64();
        SQLite::Statement query(m_database,
                                "SELECT seq, kind, received_at, headers, body FROM entries "
                                "WHERE inbox = ? AND seq > ? ORDER BY seq LIMIT ?");
        query.bind(1, inbox);
        query.bind(2, after);
        query.bind(3, static_cast<std::int64_t>(limit));
        std::size_t bytes = 0;
        while (query.executeStep()) {
            bytes += static_cast<std::size_t>(query.getColumn(3).getBytes() + query.getColumn(4).getBytes());
            if (!page.entries.empty() && bytes > maxBytes) {
                break;
            }
            page.entries.push_back({query.getColumn(0).getInt64(), query.getColumn(1).getString(),
                                    query.getColumn(2).getInt64(), query.getColumn(3).getString(),
                                    readBytes(query.getColumn(4))});
        }
        return page;
    });
}

Result<std::vector<JobAnswer>> SqliteRelayStore::changeJobs(std::span<const JobChange> changes)
{
    return guarded([&]() -> Result<std::vector<JobAnswer>> {
        std::vector<JobAnswer> answers;
        answers.reserve(changes.size());
        SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
        SqliteJobs jobs(m_database);
        for (const JobChange& change : changes) {
            answers.push_back(jobs.apply(change));
        }
        transaction.commit();
        return answers;
    });
}

Result<JobStatus> SqliteRelayStore::findJob(InboxId inbox, const std::string& jobId)
{
    return guarded([&]() -> Result<JobStatus> {
        SQLite::Transaction snapshot(m_database);
        std::optional<JobStatus> status = SqliteJobs(m_database).find(inbox, jobId);
        if (!status) {
            return failure(ErrorCode::NotFound,
                           QCoreApplication::translate("RelayStore", "The inbox has no such job."));
        }
        return *std::move(status);
    });
}

Status SqliteRelayStore::probeWrite(UnixMillis now)
{
    return guarded([&]() -> Status {
        SQLite::Statement update(m_database, "UPDATE meta SET value = ? WHERE key = 'probed_at'");
        update.bind(1, now);
        update.exec();
        return {};
    });
}

}  // namespace countersign
