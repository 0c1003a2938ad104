#include "core/signing/store/JobRows.h"
#include "core/signing/store/JobStore.h"
#include "core/vault/database/Rows.h"

// Why: what is asked of the jobs' rows changes nothing, apart from what does.

namespace countersign {

namespace {

Result<std::vector<std::string>> jobIdsOf(SQLite::Statement& statement)
{
    std::vector<std::string> ids;
    while (statement.executeStep()) {
        ids.push_back(statement.getColumn(0).getString());
    }
    return ids;
}

/// As a list of SQL: 'pending', 'approved'.
std::string listed(JobStates states)
{
    std::string list;
    for (const JobState state : allJobStates) {
        if (states.contains(state)) {
            list += (list.empty() ? "'" : ", '") + std::string(toText(state)) + '\'';
        }
    }
    return list;
}

}  // namespace

Result<std::vector<std::string>> JobStore::inState(JobState state) const
{
    return attempt([&]() -> Result<std::vector<std::string>> {
        auto query = m_database.statement("SELECT job_id FROM job WHERE state = ? ORDER BY id");
        query->bind(1, std::string(toText(state)));
        return jobIdsOf(*query);
    });
}

Result<std::vector<std::string>> JobStore::overdue() const
{
    return attempt([&]() -> Result<std::vector<std::string>> {
        static const std::string sql = "SELECT job_id FROM job WHERE state IN (" +
                                       listed(statesBefore(JobMove::Expire)) +
                                       ") AND expires_at <= ? ORDER BY id";
        auto query = m_database.statement(sql.c_str());
        query->bind(1, m_clock.now());
        return jobIdsOf(*query);
    });
}

Result<std::optional<std::string>> JobStore::nonceUser(const std::string& walletId,
                                                       const std::string& chainId, const std::string& nonce,
                                                       const std::string& exceptJobId) const
{
    return attempt([&]() -> Result<std::optional<std::string>> {
        auto query = m_database.statement(
            "SELECT job_id FROM job WHERE wallet_id = ? AND chain_id = ? AND nonce = ? AND job_id <> ? "
            "AND (state IN ('approved', 'signing', 'broadcast') OR (state = 'signed' AND broadcast = 1)) "
            "LIMIT 1");
        query->bind(1, walletId);
        query->bind(2, chainId);
        query->bind(3, nonce);
        query->bind(4, exceptJobId);
        return query->executeStep() ? std::optional(query->getColumn(0).getString()) : std::nullopt;
    });
}

Result<JobStore::StoredApproval> JobStore::approval(const std::string& jobId) const
{
    return attempt([&]() -> Result<StoredApproval> {
        auto query = m_database.statement(
            "SELECT approved_digest, approval_mac, approved_at, submitter_key, "
            "delivery_id, approval_basis FROM job WHERE job_id = ?");
        query->bind(1, jobId);
        return query->executeStep()
                   ? StoredApproval{blobOf(query->getColumn(0)),    blobOf(query->getColumn(1)),
                                    query->getColumn(2).getInt64(), blobOf(query->getColumn(3)),
                                    query->getColumn(4).getInt64(), query->getColumn(5).getString()}
                   : StoredApproval{};
    });
}

Result<bool> JobStore::hasWithdrawal(const std::string& jobId) const
{
    return attempt([&]() -> Result<bool> {
        auto query = m_database.statement("SELECT withdrawals FROM job WHERE job_id = ?");
        query->bind(1, jobId);
        return query->executeStep() && query->getColumn(0).getInt64() > 0;
    });
}

Result<Bytes> JobStore::submitterKey(const std::string& jobId) const
{
    return attempt([&]() -> Result<Bytes> {
        auto query = m_database.statement("SELECT submitter_key FROM job WHERE job_id = ?");
        query->bind(1, jobId);
        return query->executeStep() ? blobOf(query->getColumn(0)) : Bytes();
    });
}

Result<std::vector<Job>> JobStore::unreported(std::int64_t afterId) const
{
    return attempt([&]() -> Result<std::vector<Job>> {
        SQLite::Statement query(m_database.handle(),
                                std::string(jobColumns) +
                                    "WHERE origin = 'relay' AND reported <> state AND id > ? "
                                    "ORDER BY id LIMIT 100");
        query.bind(1, afterId);
        std::vector<Job> jobs;
        while (query.executeStep()) {
            jobs.push_back(jobFrom(query));
        }
        return jobs;
    });
}

}  // namespace countersign
