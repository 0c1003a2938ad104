#include "core/signing/approval/UniformJobs.h"

#include "core/signing/explanation/JobExplainer.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/policy/PolicyScene.h"

#include <QTest>

#include <deque>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Jobs of one desk with what a policy says of each.
struct UniformScene : PolicyScene
{
    JobExplainer bare;  ///< knows nothing of the profile
    std::deque<ExplainedJob> explained;
    std::deque<PolicyDecision> decisions;

    ExplainedJob& add(const Job& job)
    {
        PolicyDecision decision;
        decision.rule = "payout";
        decisions.push_back(decision);
        return explained.emplace_back(bare.explain(*profile.database, job));
    }
    Result<UniformJobs> uniform() const
    {
        std::vector<JobAmongSeveral> all;
        for (std::size_t i = 0; i < explained.size(); ++i) {
            all.push_back({explained[i], decisions[i]});
        }
        return uniformJobs(all);
    }
    /// The position of the first one that is not like the others, and why.
    std::string refusal() const
    {
        const auto found = uniform();
        return found ? "uniform" : (found.error().detail + u' ' + found.error().sentence).toStdString();
    }
};

bool says(const std::string& refusal, const char* position, const char* why)
{
    return refusal.starts_with(position) && refusal.find(why) != std::string::npos;
}

}  // namespace

class UniformJobsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsUpWhatIsOfOneKind()
    {
        UniformScene scene;
        scene.add(scene.pay("500000000000000000", 1));
        scene.add(scene.pay("700000000000000000", 2));
        scene.add(scene.pay("100000000000000000", 3));
        const auto common = scene.uniform();
        QVERIFY2(common.has_value(), scene.refusal().c_str());
        QCOMPARE(common->intent, meaning::IntentKind::Transfer);
        QCOMPARE(common->asset, std::string(testEther));
        QCOMPARE(common->chain, std::string("eip155:11155111"));
        QCOMPARE(toDecimal(common->total), std::string("1300000000000000000"));
        QCOMPARE(common->rule, std::optional<std::string>("payout"));
        QVERIFY(!common->reauthenticate);
        QVERIFY2(totalText(*common).starts_with("1.3 "), totalText(*common).c_str());
    }

    void whatNeedsALookOfItsOwnIsRefused()
    {
        UniformScene scene;
        scene.add(scene.pay("500000000000000000", 1));
        ExplainedJob& second = scene.add(scene.pay("700000000000000000", 2));
        QCOMPARE(scene.refusal(), std::string("uniform"));
        const auto tryWith = [&](auto change) {
            const ExplainedJob before = second;
            change(second);
            std::string refusal = scene.refusal();
            second = before;
            return refusal;
        };
        QVERIFY(says(tryWith([](auto& job) { job.job.state = JobState::Signed; }), "1", "any more"));
        QVERIFY(says(tryWith([](auto& job) { job.explanation->open = {"nonce"}; }), "1", "open"));
        QVERIFY(says(tryWith([](auto& job) { job.job.digest.clear(); }), "1", "open"));
        QVERIFY(says(tryWith([](auto& job) { job.explanation->explanation.meaning.understood = false; }), "1",
                     "not understood"));
        QVERIFY(says(tryWith([](auto& job) {
                         job.explanation = failure(ErrorCode::InvalidInput, QStringLiteral("no"));
                     }),
                     "1", "explained"));
        const auto withFinding = [](meaning::Severity severity, bool isLocal) {
            return [severity, isLocal](auto& job) {
                const meaning::Finding finding{"x", severity, "Odd", {}, {}};
                (isLocal ? job.local : job.explanation->explanation.meaning.findings).push_back(finding);
            };
        };
        QCOMPARE(tryWith(withFinding(meaning::Severity::Info, true)), std::string("uniform"));
        for (const bool isLocal : {false, true}) {
            QVERIFY(says(tryWith(withFinding(meaning::Severity::Warning, isLocal)), "1", "Odd"));
            QVERIFY(says(tryWith(withFinding(meaning::Severity::Error, isLocal)), "1", "Odd"));
        }
    }

    void thePolicyHasOneAnswer()
    {
        UniformScene scene;
        scene.add(scene.pay("500000000000000000", 1));
        scene.add(scene.pay("700000000000000000", 2));
        scene.decisions[1].rule = "rest";
        QVERIFY(says(scene.refusal(), "1", "another rule"));
        scene.decisions[1].rule = "payout";
        scene.decisions[1].block = "Never.";
        QVERIFY(says(scene.refusal(), "1", "Never."));
        scene.decisions[1].block.reset();
        scene.decisions[1].approvals.typedWord = true;
        QVERIFY(says(scene.refusal(), "1", "a word"));
        scene.decisions[1].approvals.typedWord = false;
        scene.decisions[0].approvals.reauthenticate = true;
        QVERIFY(says(scene.refusal(), "1", "another rule"));
        scene.decisions[1].approvals.reauthenticate = true;
        QVERIFY(scene.uniform()->reauthenticate);
    }

    void otherThingsAreNotMixed()
    {
        UniformScene scene;
        scene.add(scene.pay("500000000000000000", 1));
        scene.add(scene.message("hello"));
        QVERIFY(says(scene.refusal(), "1", ""));
        scene.explained.pop_back();
        scene.decisions.pop_back();
        // The same on another chain.
        Json other = wholeTransaction(2);
        other["chainId"] = "1";
        other["value"] = "500000000000000000";
        const Job job = scene.submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", other}}));
        const auto payload = VerifiedJob::of(job)->payload();
        scene.add(*scene.store.setPreparation(
            job.jobId, {payload->prepared, payload->digest, {}, payload->chainId, payload->nonce}));
        QVERIFY2(says(scene.refusal(), "1", "another chain"), scene.refusal().c_str());
    }

    void theNumberIsBounded()
    {
        UniformScene scene;
        QVERIFY(!scene.uniform());
        ExplainedJob& one = scene.add(scene.pay("500000000000000000", 1));
        const ExplainedJob copy = one;
        while (scene.explained.size() <= mostJobsTogether) {
            scene.explained.push_back(copy);
            scene.decisions.push_back(scene.decisions.front());
        }
        QVERIFY(scene.refusal().find("1 to 50") != std::string::npos);
    }
};

COUNTERSIGN_GUILESS_TEST(UniformJobsTest)
#include "UniformJobs_test.moc"
