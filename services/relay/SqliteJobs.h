#pragma once

#include "services/relay/JobTable.h"
#include "services/relay/SqliteEntries.h"

#include <SQLiteCpp/Database.h>

#include <optional>

namespace countersign {

/// Why this class exists: the jobs of one SQLite database, within whatever transaction the caller has open
/// (SQLite has one writer, so it has them all for itself). Lets SQLite::Exception through: the store catches
/// it.
class SqliteJobs final : private JobTable
{
public:
    explicit SqliteJobs(SQLite::Database& database);

    JobAnswer apply(const JobChange& change);
    std::optional<JobStatus> find(InboxId inbox, const std::string& jobId);

private:
    /// One relay, one clock.
    UnixMillis timeOf(UnixMillis told) override { return told; }
    std::optional<Row> row(InboxId inbox, const std::string& jobId) override;
    bool inboxExists(InboxId inbox) override;
    bool hasRoom(const SubmitJob& job, UnixMillis now) override;
    std::int64_t insertJob(const SubmitJob& job, UnixMillis now) override;
    std::optional<std::int64_t> seqOf(std::int64_t job, std::string_view kind, const Bytes& digest) override;
    std::size_t envelopes(std::int64_t job, std::string_view kind) override;
    std::int64_t newestWithdrawal(std::int64_t job) override;
    std::int64_t addEnvelope(std::int64_t job, InboxId inbox, std::string_view kind, const Bytes& digest,
                             const std::string& envelope, UnixMillis now) override;
    void lease(std::int64_t job, const std::string& token, const std::string& desk,
               UnixMillis until) override;
    bool keepsKey(std::int64_t job, const RecordJobEvent& event) override;
    void storeEvent(std::int64_t job, const RecordJobEvent& event) override;

    SQLite::Database& m_database;
    SqliteEntries m_entries;
};

}  // namespace countersign
