#include "core/revocation/DeskWalletJobs.h"

#include "core/signing/store/JobCatalog.h"
#include "core/signing/store/JobLock.h"

#include <algorithm>
#include <span>

namespace countersign {

namespace {

constexpr std::size_t jobsAtOnce = 1000;  // what JobCatalog::rows takes

}  // namespace

Result<std::vector<std::string>> DeskWalletJobs::inState(const std::string& walletId, JobState state) const
{
    const JobCatalog catalog(m_database);
    JobFilter filter;
    filter.walletId = walletId;
    filter.state = state;
    ASSIGN_OR_RETURN(const auto ids, catalog.ids(filter, {}));
    std::vector<std::string> jobIds;
    for (std::size_t at = 0; at < ids.size(); at += jobsAtOnce) {
        ASSIGN_OR_RETURN(const auto rows,
                         catalog.rows(std::span(ids).subspan(at, std::min(jobsAtOnce, ids.size() - at))));
        for (const Job& job : rows) {
            jobIds.push_back(job.jobId);
        }
    }
    return jobIds;
}

Result<std::int64_t> DeskWalletJobs::stop(const std::string& walletId, const std::string& reason)
{
    // Approved ones are left to their ceremony, which asks for the delegation right before its room and does
    // not get it.
    ASSIGN_OR_RETURN(const auto waiting, inState(walletId, JobState::Pending));
    std::int64_t stopped = 0;
    for (const std::string& jobId : waiting) {
        const auto rejected = m_desk.reject(jobId, reason);
        if (rejected) {
            ++stopped;
        } else if (rejected.error().code != ErrorCode::Denied) {  // Denied: it moved on meanwhile
            return failure(rejected.error());
        }
    }
    return stopped;
}

Result<bool> DeskWalletJobs::isSigning(const std::string& walletId) const
{
    ASSIGN_OR_RETURN(const auto signing, inState(walletId, JobState::Signing));
    return std::ranges::any_of(
        signing, [this](const std::string& jobId) { return JobLock::isHeld(m_vault.paths().root, jobId); });
}

}  // namespace countersign
