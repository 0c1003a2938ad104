#include "core/signing/policy/PolicyBackTest.h"

#include "core/base/encoding/Hex.h"
#include "core/policy/sums/SpentLedger.h"
#include "core/signing/policy/JobPolicy.h"
#include "core/signing/policy/KeptFacts.h"
#include "core/signing/store/JobCatalog.h"

#include <QCoreApplication>

#include <algorithm>
#include <span>
#include <vector>

namespace countersign {

namespace {

struct PolicyBackTestText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyBackTestText)
};

/// Which ended jobs there are, in the order of their decisions.
struct EndedJobs
{
    std::vector<std::int64_t> ids;
    std::vector<UnixMillis> times;
};

Result<EndedJobs> endedJobs(Database& database)
{
    return attempt([&]() -> Result<EndedJobs> {
        auto query = database.statement(
            "SELECT id, CASE WHEN approved_at > 0 THEN approved_at ELSE state_at END AS decided_at FROM job "
            "WHERE state NOT IN ('pending', 'approved', 'signing') ORDER BY decided_at, id");
        EndedJobs jobs;
        while (query->executeStep()) {
            jobs.ids.push_back(query->getColumn(0).getInt64());
            jobs.times.push_back(query->getColumn(1).getInt64());
        }
        return jobs;
    });
}

/// Whether something of it may have left.
bool mayHaveSigned(const Job& job)
{
    return !job.signature.empty() || job.state == JobState::Interrupted ||
           (job.state == JobState::Failed && job.attempts > 0);
}

/// One pass over the history.
class BackTestPass
{
public:
    BackTestPass(const SigningServices& services, std::shared_ptr<const PolicyDocument> policy,
                 const KeptFacts& kept)
        : m_kept(kept), m_judge(services), m_policy(std::move(policy)), m_ledger(m_policy)
    {}

    BackTestedJob take(const Job& job, UnixMillis then)
    {
        BackTestedJob tested{job.jobId, then, job.state, PolicyDecision()};
        auto told = factsOf(job, then);
        std::shared_ptr<const PolicyFacts> facts;
        if (!told) {
            tested.decision = failure(told.error());
            ++m_summary.unreadable;
        } else {
            facts = std::make_shared<const PolicyFacts>(*std::move(told));
            tested.decision = evaluatePolicy(m_policy.get(), *facts, m_ledger);
            m_summary.blocked += tested.decision->block ? 1U : 0U;
            m_summary.secondApproval += tested.decision->approvals.count > 1 ? 1U : 0U;
        }
        ++m_summary.jobs;
        if (m_policy && mayHaveSigned(job)) {
            m_ledger.add({then, std::move(facts), false});
        }
        return tested;
    }
    const BackTestSummary& summary() const { return m_summary; }

private:
    Result<PolicyFacts> factsOf(const Job& job, UnixMillis then) const
    {
        auto kept = job.digest.empty() ? std::nullopt : m_kept.find(job.jobId, toHexPrefixed(job.digest));
        if (kept) {
            kept->now = then;
            return *std::move(kept);
        }
        ASSIGN_OR_RETURN(const auto verified, VerifiedJob::of(job));
        return m_judge.factsFoundAgain(verified, then);
    }

    const KeptFacts& m_kept;
    JobPolicy m_judge;
    std::shared_ptr<const PolicyDocument> m_policy;
    SpentLedger m_ledger;
    BackTestSummary m_summary;
};

}  // namespace

Result<BackTestSummary> PolicyBackTest::run(const Take& take, const Progress& progress) const
{
    ASSIGN_OR_RETURN(const auto kept, KeptFacts::open(*m_services.database, *m_services.vault));
    ASSIGN_OR_RETURN(const EndedJobs jobs, endedJobs(*m_services.database));
    const JobCatalog catalog(*m_services.database);
    BackTestPass pass(m_services, m_policy, kept);
    for (std::size_t first = 0; first < jobs.ids.size(); first += rowsPerPage) {
        const std::span<const std::int64_t> all(jobs.ids);
        const auto page = all.subspan(first, std::min(rowsPerPage, jobs.ids.size() - first));
        ASSIGN_OR_RETURN(const auto rows, catalog.rows(page));
        for (const Job& job : rows) {
            const auto place = std::ranges::find(page, job.id) - page.begin();
            take(pass.take(job, jobs.times[first + static_cast<std::size_t>(place)]));
        }
        if (progress && !progress(pass.summary().jobs)) {
            return failure(ErrorCode::Cancelled,
                           PolicyBackTestText::tr("The trial of the policy was cancelled."));
        }
    }
    return pass.summary();
}

}  // namespace countersign
