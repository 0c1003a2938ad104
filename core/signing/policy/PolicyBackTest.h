#pragma once

#include "core/policy/evaluation/PolicyEvaluator.h"
#include "core/signing/SigningServices.h"
#include "core/signing/job/Job.h"

#include <functional>
#include <memory>
#include <string>

namespace countersign {

/// What a policy would have decided about one ended job.
struct BackTestedJob
{
    std::string jobId;
    UnixMillis at = 0;  ///< of its last approval; where there was none, of its end
    JobState had = JobState::Failed;
    Result<PolicyDecision> decision;  ///< an error where the job cannot be read
};

struct BackTestSummary
{
    std::size_t jobs = 0;
    std::size_t blocked = 0;
    std::size_t secondApproval = 0;  ///< two approvals or more
    std::size_t unreadable = 0;

    bool operator==(const BackTestSummary&) const = default;
};

/// "What would it have done?": a policy, tried on every job that ended, each at its time, with the sums of
/// what was signed before it. It tells from the rows, for trying: nothing is signed or refused because of it.
class PolicyBackTest
{
public:
    /// services outlive it. policy null: the built-in one.
    PolicyBackTest(const SigningServices& services, std::shared_ptr<const PolicyDocument> policy)
        : m_services(services), m_policy(std::move(policy))
    {}

    using Take = std::function<void(const BackTestedJob&)>;
    /// With how many were tried, once for every page of them; false cancels.
    using Progress = std::function<bool(std::size_t)>;

    /// Hands over each job in the order of time; reads them page by page. progress may be empty. Cancelled;
    /// Locked.
    Result<BackTestSummary> run(const Take& take, const Progress& progress = {}) const;

    static constexpr std::size_t rowsPerPage = 500;

private:
    const SigningServices& m_services;
    std::shared_ptr<const PolicyDocument> m_policy;
};

}  // namespace countersign
