#include "core/signing/approval/ApprovalRules.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/approval/ApprovalScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct RulesScene : ApprovalScene
{
    ApprovalRules rules{services, store};

    Status sendable(const Job& job) { return rules.checkBroadcastable(*VerifiedJob::of(job)); }
    Status nonce(const Job& job) { return rules.checkNonce(*VerifiedJob::of(job)); }
};

}  // namespace

class ApprovalRulesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void statesDecide_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<bool>("once");
        QTest::addColumn<bool>("again");
        const auto row = [](JobState state, bool once, bool again) {
            QTest::newRow(std::string(toText(state)).c_str()) << static_cast<int>(state) << once << again;
        };
        row(JobState::Pending, true, true);
        row(JobState::Failed, false, true);
        row(JobState::Interrupted, false, true);
        for (const JobState state : {JobState::Approved, JobState::Signing, JobState::Signed,
                                     JobState::Broadcast, JobState::Confirmed, JobState::Rejected,
                                     JobState::Expired, JobState::Withdrawn, JobState::Blocked}) {
            row(state, false, false);
        }
    }

    void statesDecide()
    {
        QFETCH(const int, state);
        QFETCH(const bool, once);
        QFETCH(const bool, again);
        RulesScene scene;
        Job job = scene.message();
        job.state = static_cast<JobState>(state);
        for (const bool isAgain : {false, true}) {
            const auto checked = scene.rules.checkApprovable(job, isAgain);
            QCOMPARE(checked.has_value(), isAgain ? again : once);
            QVERIFY(checked || checked.error().code == ErrorCode::Denied);
            QVERIFY(checked || !checked.error().sentence.isEmpty());
        }
    }

    void timeDecides()
    {
        RulesScene scene;
        Job job = scene.message();
        scene.profile.clock.set(job.expiresAt - 1);
        QVERIFY(scene.rules.checkApprovable(job, false).has_value());
        scene.profile.clock.set(job.expiresAt);
        QCOMPARE(scene.rules.checkApprovable(job, false).error().code, ErrorCode::Denied);
        job.state = JobState::Interrupted;
        QCOMPARE(scene.rules.checkApprovable(job, true).error().code, ErrorCode::Denied);
    }

    void aRevokedWalletIsDenied()
    {
        RulesScene scene;
        const Job job = scene.message();
        scene.revoke(evmWalletId);
        QCOMPARE(scene.rules.checkApprovable(job, false).error().code, ErrorCode::Denied);
        Job other = job;
        other.walletId = "nobody's";
        QCOMPARE(scene.rules.checkApprovable(other, false).error().code, ErrorCode::Denied);
    }

    void whatIsSentNeedsANode()
    {
        RulesScene scene;
        scene.hasNode = false;
        const Job silent = scene.transaction(wholeTransaction(7), false);
        const Job loud = scene.transaction(wholeTransaction(8), true);
        const Job solana = scene.solanaJob();
        QVERIFY(scene.sendable(silent).has_value());
        QCOMPARE(scene.sendable(loud).error().detail, QStringLiteral("no node"));
        QCOMPARE(scene.sendable(solana).error().detail, QStringLiteral("no node"));
        scene.hasNode = true;
        QVERIFY(scene.sendable(loud).has_value());
        QCOMPARE(scene.nodesAsked.back(), std::string("11155111"));
        QVERIFY(scene.sendable(solana).has_value());
    }

    /// It could be signed here, and would lie about.
    void aSignatureThatIsMissingElsewhereIsNamed()
    {
        RulesScene scene;
        SolanaMessage two = test::plainMessage();
        two.accountKeys[1] = scene.solanaKey.address;
        const Json payload = {
            {"transaction",
             toBase64(solana::parseTransactionOrMessage(solana::serialize(two))->serialize())}};
        const auto submit = [&](bool broadcast) {
            return scene.submit(
                documentOf(solanaWalletId, "solana.transaction", payload, {{"broadcast", broadcast}}));
        };
        const auto refused = scene.sendable(submit(true));
        QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        QVERIFY(refused.error().sentence.contains(QString::fromStdString(toText(test::addressNumber(1)))));
        QVERIFY(scene.sendable(submit(false)).has_value());
    }

    void aNonceThatWasFilledInIsUsedOnce()
    {
        RulesScene scene;
        const Job one = scene.prepared(scene.transaction(openTransaction(), true, "one"));
        const Job two = scene.prepared(scene.transaction(openTransaction(), true, "two"));
        QVERIFY(scene.nonce(one).has_value() && scene.nonce(two).has_value());
        (void)scene.put(one.jobId, JobState::Approved);
        QVERIFY(scene.nonce(one).has_value());  // its own
        const auto taken = scene.nonce(two);
        QCOMPARE(taken.error().code, ErrorCode::InvalidInput);
        QCOMPARE(taken.error().detail, QString::fromStdString(one.jobId));
        // One that the submitter gave replaces.
        QVERIFY(scene.nonce(scene.prepared(scene.transaction(wholeTransaction(7), true))).has_value());
        QVERIFY(scene.nonce(scene.prepared(scene.message())).has_value());
        // A job that came to nothing has freed it.
        (void)scene.put(one.jobId, JobState::Failed);
        QVERIFY(scene.nonce(two).has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(ApprovalRulesTest)
#include "ApprovalRules_test.moc"
