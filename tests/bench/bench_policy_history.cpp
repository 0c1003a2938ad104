#include "core/policy/evaluation/PolicyEvaluator.h"
#include "core/signing/policy/KeptFacts.h"
#include "core/signing/policy/PolicyBackTest.h"
#include "core/signing/policy/RecordedSums.h"
#include "tests/unit/signing/policy/PolicyScene.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

// What sums of periods cost: a decision by 200 rules, all of which ask for the sum of a day, over a record of
// 100,000 jobs that were signed within a year, beside the 5 ms that it may take; and a policy tried on 10,000
// jobs beside 2 s. The ratio is what counts; the times are this machine's. usage: bench_policy_history [JOBS]

using namespace countersign;
using namespace countersign::testing;

namespace {

constexpr int askingRules = 200;
constexpr int triedJobs = 10'000;
constexpr int decisionRounds = 30;
constexpr double decisionLimitMs = 5;
constexpr double trialLimitMs = 2'000;
constexpr UnixMillis yearMillis = 365 * 24 * hourMillis;

double sinceMs(const QElapsedTimer& timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void printRatio(const char* what, double ms, double limit)
{
    std::printf("%-44s %9.3f ms, %.2f of the limit of %.0f ms\n", what, ms, ms / limit, limit);
}

std::string manyLimits(int count)
{
    std::string rules;
    for (int i = 0; i < count; ++i) {
        rules += (i == 0 ? "" : ",") + (R"({"id":"r)" + std::to_string(i)) +
                 R"(","when":{"chains":["eip155:11155111"],"intents":["transfer"],"perPeriod":{"hours":24,)" +
                 R"("max":"1"}},"then":{"approvals":1}})";
    }
    return rules;
}

std::shared_ptr<const PolicyDocument> policyWith(const std::string& rules)
{
    return std::make_shared<const PolicyDocument>(
        *parsePolicy(asBytes(R"({"version":1,"name":"bench","rules":[)" + rules + "]}")));
}

/// A year of signatures, each as the desk would have recorded it. The last ones have rows and documents, too.
class YearOfJobs
{
public:
    YearOfJobs(PolicyScene& scene, int count) : m_scene(scene), m_count(count)
    {
        const Job job = scene.pay("1000", 1);
        m_digest = toHexPrefixed(job.digest);
        m_facts = *JobPolicy(scene.services).factsFoundAgain(*VerifiedJob::of(job), 0);
        m_detail = dumpJson({{"wallet", job.walletId}, {"kind", "evm.transaction"}, {"digest", m_digest}});
    }

    void write()
    {
        constexpr int perTransaction = 5'000;
        for (int first = 0; first < m_count; first += perTransaction) {
            const auto written = m_scene.audit.commit([&](AuditTransaction& record) -> Status {
                for (int i = first; i < std::min(m_count, first + perTransaction); ++i) {
                    RETURN_IF_ERROR(writeOne(record, i));
                }
                return {};
            });
            if (!written) {
                std::abort();
            }
        }
        m_scene.run(
            "UPDATE job SET state = 'confirmed', signature = zeroblob(65), approved_at = created_at, "
            "digest = x'" +
            m_digest.substr(2) + "' WHERE id > 1");
    }

private:
    Status writeOne(AuditTransaction& record, int number)
    {
        m_scene.later(yearMillis / m_count);
        std::string jobId = "job-" + std::to_string(number);
        if (number >= m_count - triedJobs) {
            Json json = wholeTransaction(number);
            json["value"] = "1000";
            const std::string document = documentOf(evmWalletId, "evm.transaction", {{"transaction", json}});
            jobId = jobIdOf(asBytes(document));
            RETURN_IF_ERROR(addRow(record, jobId, document));
        }
        for (const char* kind : {"job.approved", "job.signing", "job.signed"}) {
            RETURN_IF_ERROR(record.add(kind, jobId, m_detail));
        }
        ASSIGN_OR_RETURN(const auto kept, KeptFacts::open(*m_scene.profile.database, *m_scene.profile.vault));
        m_facts.now = m_scene.profile.clock.now();
        return kept.keep(jobId, m_digest, m_facts);
    }

    Status addRow(AuditTransaction& record, const std::string& jobId, const std::string& document)
    {
        NewJob job;
        job.jobId = jobId;
        job.origin = JobOrigin::File;
        job.walletId = evmWalletId;
        job.chain = "EVM";
        job.address = m_facts.walletAddress;
        job.kind = JobKind::EvmTransaction;
        job.document = asBytes(document);
        job.createdAt = m_scene.profile.clock.now();
        job.expiresAt = job.createdAt + defaultJobLifetime;
        bool added = false;
        return m_scene.store.addWithin(record, job, JobState::Pending, added).map([](const Job&) {});
    }

    PolicyScene& m_scene;
    int m_count;
    PolicyFacts m_facts;
    std::string m_digest;
    std::string m_detail;
};

void measureDecisions(PolicyScene& scene, int jobs)
{
    const auto policy = policyWith(manyLimits(askingRules));
    PolicyFacts facts = *JobPolicy(scene.services).factsFoundAgain(*VerifiedJob::of(scene.pay("1000", 1)), 0);
    facts.now = scene.profile.clock.now();
    const auto kept = KeptFacts::open(*scene.profile.database, *scene.profile.vault);
    RecordedSums sums(*scene.profile.database, *scene.profile.vault, policy,
                      [&kept](const Spending& spending, const AuditExcerpt&, bool) {
                          auto told = kept->find(spending.jobId, spending.digest);
                          return SpentJob{
                              spending.at,
                              told ? std::make_shared<const PolicyFacts>(*std::move(told)) : nullptr, false};
                      });
    double first = 0;
    double best = 1e9;
    for (int i = 0; i < decisionRounds; ++i) {
        QElapsedTimer timer;
        timer.start();
        const auto decided = transact(*scene.profile.database, [&]() -> Result<PolicyDecision> {
            RETURN_IF_ERROR(sums.begin("another", "0xaa", {}));
            return evaluatePolicy(policy.get(), facts, sums);
        });
        const double ms = sinceMs(timer);
        if (!decided || decided->rule || sums.doubt() ||
            decided->trace.front().because.find("is more than") == std::string::npos) {
            std::fprintf(stderr, "not decided as it should be: %s\n",
                         decided ? decided->trace.front().because.c_str() : "error");
            std::exit(EXIT_FAILURE);
        }
        first = i == 0 ? ms : first;
        best = std::min(best, ms);
    }
    std::printf("%d rules over %d jobs of history:\n", askingRules, jobs);
    printRatio("  the program's first decision", first, decisionLimitMs);
    printRatio("  every further one", best, decisionLimitMs);
}

void measureTrial(PolicyScene& scene, const char* what)
{
    const auto policy = policyWith(manyLimits(20));
    QElapsedTimer timer;
    timer.start();
    const auto summary = PolicyBackTest(scene.services, policy).run([](const BackTestedJob&) {});
    if (!summary || summary->jobs != triedJobs || summary->unreadable != 0) {
        std::fprintf(stderr, "not tried as it should be\n");
        std::exit(EXIT_FAILURE);
    }
    printRatio(what, sinceMs(timer), trialLimitMs);
}

}  // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const int jobs = argc > 1 ? std::atoi(argv[1]) : 100'000;
    if (jobs < triedJobs) {
        return EXIT_FAILURE;
    }
    PolicyScene scene;
    YearOfJobs(scene, jobs).write();
    measureDecisions(scene, jobs);
    std::printf("20 rules tried on %d jobs:\n", triedJobs);
    measureTrial(scene, "  with what was kept of them");
    scene.run("DELETE FROM job_facts");
    measureTrial(scene, "  explained again from their documents");
    return EXIT_SUCCESS;
}
