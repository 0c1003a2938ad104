#pragma once

#include "services/relay/store/JobTable.h"

namespace countersign::relay {

/// The contract's decisions about jobs: who holds one, what is a repeat, what is too much. They must be made
/// where jobs are stored, inside the transaction, so that two calls at once cannot both win; and they must be
/// the same whatever the database is.
class JobRules
{
public:
    explicit JobRules(JobTable& table) : m_table(table) {}

    JobAnswer apply(const JobChange& change);

private:
    JobAnswer change(const SubmitJob& job);
    JobAnswer change(const WithdrawJob& withdrawal);
    JobAnswer change(const ClaimJob& claim);
    JobAnswer change(const RecordJobEvent& event);
    JobAnswer change(const AddApproval& approval);
    JobAnswer change(const AddStatement& statement);

    /// Whether the token may keep so much more.
    bool mayKeep(const std::string& token, std::int64_t more, const JobQuota& quota);
    JobAnswer store(std::int64_t job, const JobTable::Envelope& envelope, UnixMillis now);
    /// Nothing when the desk's event may be stored as far as desks and their keys go.
    std::optional<JobAnswer::Outcome> refuseDesk(std::int64_t job, const RecordJobEvent& event);
    /// Counts the event against its token, instead of the one before; false when there is no room.
    bool charge(const JobTable::Row& row, const RecordJobEvent& event, std::int64_t cost);

    JobTable& m_table;
};

}  // namespace countersign::relay
