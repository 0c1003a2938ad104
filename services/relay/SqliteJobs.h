#pragma once

#include "services/relay/SqliteEntries.h"

#include <SQLiteCpp/Database.h>

#include <optional>

namespace countersign {

/// Why this class exists: the contract's decisions about jobs (who holds one, what is a repeat, what is too
/// much) must be made where they are stored, inside the transaction, so that two calls at once cannot both
/// win. The caller has the transaction open. Lets SQLite::Exception through: the store catches it.
class SqliteJobs
{
public:
    explicit SqliteJobs(SQLite::Database& database);

    JobAnswer apply(const JobChange& change);
    std::optional<JobStatus> find(InboxId inbox, const std::string& jobId);

private:
    struct Row
    {
        std::int64_t id = 0;
        std::string state;
        bool finished = false;
        std::string leaseToken;
        std::string leaseDesk;
        UnixMillis leaseUntil = 0;
        std::string eventDigest;
    };

    JobAnswer change(const SubmitJob& job);
    JobAnswer change(const WithdrawJob& withdrawal);
    JobAnswer change(const ClaimJob& claim);
    JobAnswer change(const RecordJobEvent& event);

    std::optional<Row> row(InboxId inbox, const std::string& jobId);
    bool inboxExists(InboxId inbox);
    bool hasRoom(const SubmitJob& job);
    std::int64_t insertJob(const SubmitJob& job);
    /// Nothing when this envelope is not stored yet.
    std::optional<std::int64_t> seqOf(std::int64_t job, std::string_view kind, const Bytes& digest);
    std::size_t envelopes(std::int64_t job, std::string_view kind);
    /// Its entry; 0 when there is none.
    std::int64_t newestWithdrawal(std::int64_t job);
    std::int64_t addEnvelope(std::int64_t job, InboxId inbox, std::string_view kind, const Bytes& digest,
                             const std::string& envelope, UnixMillis now);
    /// Whether the desk has signed with this key only so far; remembers it the first time.
    bool keepsKey(std::int64_t job, const RecordJobEvent& event);
    void makeHolder(std::int64_t job, const RecordJobEvent& event);
    void storeEvent(std::int64_t job, const RecordJobEvent& event);

    SQLite::Database& m_database;
    SqliteEntries m_entries;
};

}  // namespace countersign
