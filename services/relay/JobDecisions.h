#pragma once

#include "services/relay/JobTable.h"

namespace countersign {

/// Why this class exists: the contract's decisions about jobs (who holds one, what is a repeat, what is too
/// much) must be made where they are stored, inside the transaction, so that two calls at once cannot both
/// win; and they must be the same whatever the database is.
class JobDecisions
{
public:
    explicit JobDecisions(JobTable& table) : m_table(table) {}

    JobAnswer apply(const JobChange& change);

private:
    JobAnswer change(const SubmitJob& job);
    JobAnswer change(const WithdrawJob& withdrawal);
    JobAnswer change(const ClaimJob& claim);
    JobAnswer change(const RecordJobEvent& event);

    JobTable& m_table;
};

}  // namespace countersign
