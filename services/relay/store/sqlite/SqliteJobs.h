#pragma once

#include "services/relay/store/JobTable.h"
#include "services/relay/store/sqlite/SqliteEntries.h"

#include <SQLiteCpp/Database.h>

#include <optional>

namespace countersign::relay {

/// The jobs of one SQLite database, within whatever transaction the caller has open (SQLite has one writer,
/// so it has them all for itself). Lets SQLite::Exception through: the store catches it.
class SqliteJobs final : private JobTable
{
public:
    explicit SqliteJobs(SQLite::Database& database);

    JobAnswer apply(const JobChange& change);
    /// Before the commit.
    void finish() { m_entries.finish(); }
    /// submitter: see RelayStore::findJob.
    std::optional<JobStatus> find(InboxId inbox, const std::string& jobId, const std::string& submitter);

private:
    /// One relay, one clock.
    UnixMillis timeOf(UnixMillis told) override { return told; }
    std::optional<Row> row(InboxId inbox, const std::string& jobId) override;
    bool inboxExists(InboxId inbox) override;
    bool hasRoom(const SubmitJob& job, UnixMillis now) override;
    std::int64_t insertJob(const SubmitJob& job, UnixMillis now) override;
    bool isSubmitter(std::int64_t job, const std::string& token) override;
    void addSubmitter(std::int64_t job, const std::string& token) override;
    std::int64_t keptBytes(const std::string& token) override;
    void keep(const std::string& token, std::int64_t more) override;
    std::optional<std::int64_t> seqOf(std::int64_t job, std::string_view kind, const Bytes& digest) override;
    std::size_t envelopes(std::int64_t job, std::string_view kind, const std::string& token) override;
    std::int64_t newestWithdrawal(std::int64_t job) override;
    std::int64_t addEnvelope(std::int64_t job, const Envelope& envelope, UnixMillis now) override;
    std::optional<std::int64_t> seqOfStatement(InboxId inbox, const Bytes& digest) override;
    std::size_t statements(InboxId inbox, const std::string& token) override;
    std::int64_t addStatement(const Envelope& envelope, UnixMillis now) override;
    void lease(std::int64_t job, const std::string& token, const std::string& desk,
               UnixMillis until) override;
    std::optional<std::string> keyOf(std::int64_t job, const std::string& desk) override;
    std::size_t desks(std::int64_t job, const std::string& token) override;
    void addDesk(std::int64_t job, const RecordJobEvent& event) override;
    void storeEvent(std::int64_t job, const RecordJobEvent& event, std::int64_t cost,
                    UnixMillis now) override;

    SQLite::Database& m_database;
    SqliteEntries m_entries;
};

}  // namespace countersign::relay
