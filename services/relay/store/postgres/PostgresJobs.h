#pragma once

#include "services/relay/store/JobTable.h"
#include "services/relay/store/postgres/PostgresConnection.h"
#include "services/relay/store/postgres/PostgresEntries.h"

#include <vector>

namespace countersign::relay {

/// The jobs of a PostgreSQL database, within the transaction that the caller has open. It holds the inboxes'
/// rows, so that of all relays one decides at a time, and judges leases and quotas by the server's clock,
/// which is one for all. After the first error every question is answered with nothing, and apply() returns
/// that error instead of answers.
class PostgresJobs final : private JobTable
{
public:
    explicit PostgresJobs(PostgresConnection& connection) : m_connection(connection), m_entries(connection) {}

    Result<std::vector<JobAnswer>> apply(std::span<const JobChange> changes);

    /// Needs no transaction. submitter: see RelayStore::findJob.
    static Result<std::optional<JobStatus>> find(PostgresConnection& connection, InboxId inbox,
                                                 const std::string& jobId, const std::string& submitter);

private:
    UnixMillis timeOf(UnixMillis) override { return m_now; }
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

    PostgresRows rows(const char* sql, const std::vector<PostgresValue>& values = {});
    void change(const char* sql, const std::vector<PostgresValue>& values);
    /// Its seq in the feed; 0 after an error.
    std::int64_t appendEntry(const Envelope& envelope, UnixMillis now);
    void holdInboxes(std::span<const JobChange> changes);

    PostgresConnection& m_connection;
    PostgresEntries m_entries;
    UnixMillis m_now = 0;
    Status m_status;
};

}  // namespace countersign::relay
