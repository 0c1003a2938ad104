#include "services/sandbox/state/StateDatabase.h"

#include <QCoreApplication>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace countersign::sandbox {

namespace {

struct StateDatabaseText
{
    Q_DECLARE_TR_FUNCTIONS(StateDatabaseText)
};

constexpr int schemaVersion = 4;

constexpr const char* schema = R"sql(
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;
CREATE TABLE encryption_keys (
    position INTEGER PRIMARY KEY,
    kid TEXT NOT NULL UNIQUE,
    public_key_pem TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE wallets (
    position INTEGER PRIMARY KEY,
    wallet_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    chain TEXT NOT NULL,
    address TEXT NOT NULL,
    public_key BLOB NOT NULL,
    user_share BLOB NOT NULL,
    platform_share BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE share_sets (
    position INTEGER PRIMARY KEY,
    share_set_id TEXT NOT NULL UNIQUE,
    wallet_id TEXT NOT NULL REFERENCES wallets(wallet_id),
    status TEXT NOT NULL,
    server_share BLOB,
    wallet_api_key BLOB,
    encryption_kid TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX share_sets_by_wallet ON share_sets(wallet_id, position);
CREATE UNIQUE INDEX one_active_share_set ON share_sets(wallet_id) WHERE status = 'active';
CREATE TABLE messages (
    position INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    event_id TEXT NOT NULL,
    event_name TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    round_start INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER NOT NULL,
    last_attempt_at INTEGER NOT NULL DEFAULT 0,
    last_http_status INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    redelivery INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX pending_messages ON messages(position) WHERE status = 'pending';
)sql";

constexpr const char* signaturesSchema = R"sql(
CREATE TABLE signatures (
    position INTEGER PRIMARY KEY,
    wallet_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    room_id TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    algorithm TEXT NOT NULL
) STRICT;
)sql";

constexpr const char* shareDigestsSchema = "ALTER TABLE share_sets ADD COLUMN share_digest BLOB";

constexpr const char* inspectionSchema = R"sql(
CREATE TABLE api_tokens (
    position INTEGER PRIMARY KEY,
    token_id TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL UNIQUE,
    checksum TEXT NOT NULL,
    note TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE wallet_settings (
    wallet_id TEXT PRIMARY KEY REFERENCES wallets(wallet_id),
    settings TEXT NOT NULL
) STRICT;
CREATE INDEX wallets_by_user ON wallets(user_id);
CREATE INDEX messages_by_event ON messages(event_id);
CREATE INDEX failed_messages ON messages(last_attempt_at) WHERE status = 'failed';
CREATE INDEX messages_by_time ON messages(created_at);
)sql";

/// SQLite would create the file with the process's umask; the file and its journals must be the owner's
/// alone.
Status createPrivateFile(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        return failure(
            ErrorCode::Storage,
            StateDatabaseText::tr("The state file %1 cannot be opened. Check the folder's permissions.")
                .arg(QString::fromStdString(file.string())));
    }
    const bool owned = ::fchmod(descriptor, S_IRUSR | S_IWUSR) == 0;
    ::close(descriptor);
    if (!owned) {
        return failure(ErrorCode::Storage,
                       StateDatabaseText::tr("The state file %1 belongs to somebody else.")
                           .arg(QString::fromStdString(file.string())));
    }
    return {};
}

}  // namespace

tl::unexpected<Error> storageFailure(const char* detail)
{
    return failure(ErrorCode::Storage,
                   StateDatabaseText::tr("The sandbox's state could not be read or written."),
                   QString::fromUtf8(detail));
}

void bindBytes(SQLite::Statement& statement, int index, BytesView bytes)
{
    statement.bind(index, static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size()));
}

Bytes bytesOf(const SQLite::Column& column)
{
    const auto* data = static_cast<const std::uint8_t*>(column.getBlob());
    return {data, data + column.getBytes()};
}

SecretBytes secretOf(const SQLite::Column& column)
{
    const auto* data = static_cast<const std::uint8_t*>(column.getBlob());
    return SecretBytes::copyOf(BytesView(data, static_cast<std::size_t>(column.getBytes())));
}

StateDatabase::StateDatabase(const std::string& name)
    : m_database(name, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
{}

Result<std::unique_ptr<StateDatabase>> StateDatabase::open(const std::filesystem::path& file)
{
    if (!file.empty()) {
        RETURN_IF_ERROR(createPrivateFile(file));
    }
    return storageCall([&]() -> Result<std::unique_ptr<StateDatabase>> {
        std::unique_ptr<StateDatabase> opened(new StateDatabase(file.empty() ? ":memory:" : file.string()));
        RETURN_IF_ERROR(opened->prepare());
        return opened;
    });
}

Status StateDatabase::prepare()
{
    try {
        // Exclusive before WAL: the second process then fails here, and no shared-memory file is needed.
        m_database.exec("PRAGMA locking_mode=EXCLUSIVE");
        m_database.exec("PRAGMA journal_mode=WAL");
        m_database.exec("PRAGMA synchronous=FULL");
        m_database.exec("PRAGMA secure_delete=ON");
        m_database.exec("PRAGMA foreign_keys=ON");
        m_database.exec("BEGIN EXCLUSIVE");
    } catch (const SQLite::Exception& error) {
        if (error.getErrorCode() == SQLITE_BUSY) {
            return failure(ErrorCode::Busy,
                           StateDatabaseText::tr(
                               "Another sandbox is using this state file. Stop it or choose another file."));
        }
        throw;
    }
    const int version = m_database.execAndGet("PRAGMA user_version").getInt();
    if (version > schemaVersion) {
        return failure(
            ErrorCode::Unsupported,
            StateDatabaseText::tr("The state file was written by a newer version of the sandbox."));
    }
    if (version == 0) {
        m_database.exec(schema);
    }
    if (version < 2) {
        m_database.exec(signaturesSchema);
    }
    if (version < 3) {
        m_database.exec(shareDigestsSchema);
    }
    if (version < 4) {
        m_database.exec(inspectionSchema);
        m_database.exec("PRAGMA user_version=" + std::to_string(schemaVersion));
    }
    m_database.exec("COMMIT");
    return {};
}

Status StateDatabase::transaction(const std::function<Status()>& work)
{
    return storageCall([&]() -> Status {
        SQLite::Transaction transaction(m_database, SQLite::TransactionBehavior::IMMEDIATE);
        const Status done = work();
        if (done) {
            transaction.commit();
        }
        return done;
    });
}

}  // namespace countersign::sandbox
