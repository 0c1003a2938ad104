#include "core/signing/policy/RecordedSums.h"

#include "core/audit/AuditReseal.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/policy/ElsewhereScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

/// The sums as decisions meet them: what counts, what is reserved, and what somebody else cannot change.
class RecordedSumsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void boundsAreInclusive()
    {
        PolicyScene scene;
        scene.limitTo("2000");
        QVERIFY(scene.sign(scene.pay("1000", 1)));
        QCOMPARE(scene.ruleFor(scene.pay("1000", 2)), std::string("limit"));
        QCOMPARE(scene.ruleFor(scene.pay("1001", 3)), std::string("rest"));
        // The last moment of the period counts, the next does not.
        scene.later(24 * hourMillis);
        QCOMPARE(scene.ruleFor(scene.pay("1001", 4)), std::string("rest"));
        scene.later(1);
        QCOMPARE(scene.ruleFor(scene.pay("1001", 5)), std::string("limit"));
    }

    void survivesARestart()
    {
        PolicyScene scene;
        scene.limitTo("2000");
        QVERIFY(scene.sign(scene.pay("1500", 1)));
        scene.restart();
        const Job job = scene.pay("501", 2);
        QCOMPARE(scene.ruleFor(job), std::string("rest"));
        QCOMPARE(scene.ruleFor(scene.pay("500", 3)), std::string("limit"));
    }

    /// The first is not signed yet when the second is judged.
    void twoApprovalsCannotBothFit()
    {
        PolicyScene scene;
        scene.limitTo("2000");
        const Job first = scene.pay("1500", 1);
        const Job second = scene.pay("1500", 2);
        QCOMPARE(scene.ruleFor(first), std::string("limit"));
        QCOMPARE(scene.ruleFor(second), std::string("limit"));
        JobPolicy otherProgram(scene.services);
        QVERIFY(scene.approve(first));
        QCOMPARE(scene.approve(second).error().code, ErrorCode::Denied);
        QCOMPARE(*otherProgram.judge(*VerifiedJob::of(second))->decision.rule, std::string("rest"));
        QVERIFY(scene.store.beginSigning(first.jobId, EngineKind::Sdk));
        QCOMPARE(scene.ruleFor(second), std::string("rest"));
        // Nothing was begun after all.
        QVERIFY(scene.store.leaveCeremony(first.jobId, JobState::Pending, error(ErrorCode::Cancelled)));
        QVERIFY(scene.approve(second));
    }

    void theJobItselfIsNoneOfIt()
    {
        PolicyScene scene;
        scene.limitTo("1000");
        const Job job = scene.pay("1000", 1);
        QVERIFY(scene.approve(job));
        QCOMPARE(scene.ruleFor(*scene.store.load(job.jobId)), std::string("limit"));
        QVERIFY(scene.store.beginSigning(job.jobId, EngineKind::Sdk));
        QVERIFY(scene.store.interrupt(job.jobId, error(ErrorCode::Internal)));
        // The same bytes again are the same signature; to others it counts as one.
        QCOMPARE(scene.ruleFor(*scene.store.load(job.jobId)), std::string("limit"));
        QCOMPARE(scene.ruleFor(scene.pay("1", 2)), std::string("rest"));
        QVERIFY(scene.approve(*scene.store.load(job.jobId), true));
        QVERIFY(scene.store.beginSigning(job.jobId, EngineKind::Sdk));
        scene.move(job, JobState::Signing, JobState::Signed);
        scene.limitTo("1500");
        QCOMPARE(scene.ruleFor(scene.pay("500", 3)), std::string("limit"));
        QCOMPARE(scene.ruleFor(scene.pay("501", 4)), std::string("rest"));
    }

    void onlyJobsThatMeetTheOtherConditionsCount()
    {
        PolicyScene scene;
        scene.limitTo("2000", R"("wallets":["another-wallet"])");
        QCOMPARE(scene.ruleFor(scene.pay("1", 9)), std::string("rest"));
        scene.limitTo("9999");
        QVERIFY(scene.sign(scene.pay("1999", 1)));
        scene.limitTo("2000", R"("amount":{"max":"1000"})");
        QCOMPARE(scene.ruleFor(scene.pay("1000", 2)), std::string("limit"));
    }

    void rowsDoNotDecide_data()
    {
        QTest::addColumn<QString>("edit");
        QTest::newRow("deleted") << QStringLiteral(
            "DELETE FROM job_step; DELETE FROM job WHERE state = 'signed'");
        QTest::newRow("dated back") << QStringLiteral(
            "UPDATE job SET state_at = 5, approved_at = 5, created_at = 5 WHERE state = 'signed'");
        QTest::newRow("never signed")
            << QStringLiteral("UPDATE job SET state = 'pending', signature = NULL WHERE state = 'signed'");
        QTest::newRow("kept facts changed")
            << QStringLiteral("UPDATE job_facts SET facts = replace(facts, '\"1500\"', '\"1\"')");
        QTest::newRow("kept facts removed") << QStringLiteral("DELETE FROM job_facts");
        QTest::newRow("another code") << QStringLiteral("UPDATE job_facts SET code = zeroblob(32)");
        QTest::newRow("of another job") << QStringLiteral("UPDATE job_facts SET job_id = 'x'");
        QTest::newRow("everything") << QStringLiteral(
            "DELETE FROM job_facts; DELETE FROM job_step; DELETE FROM job WHERE state = 'signed'");
    }

    /// Whoever writes the locked file makes no room under a limit.
    void rowsDoNotDecide()
    {
        QFETCH(const QString, edit);
        PolicyScene scene;
        scene.limitTo("2000");
        QVERIFY(scene.sign(scene.pay("1500", 1)));
        const Job next = scene.pay("501", 2);
        scene.run(edit.toStdString());
        scene.restart();
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
    }

    /// A row that says that somebody else's wallet paid does not turn what left into what arrived.
    void whoPaidIsNotAskedOfARow()
    {
        PolicyScene scene;
        const std::string other = "0x00000000000000000000000000000000000000cc";
        const auto move = [&](int amount, int nonce) {
            const auto word = [](const std::string& hex) { return std::string(64 - hex.size(), '0') + hex; };
            const Job sample = scene.pay("1", nonce + 100);
            Json json = wholeTransaction(nonce);
            json["chainId"] = "1";
            json["to"] = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";  // listed, so it is no NFT
            json["value"] = "0";
            json["data"] = "0x23b872dd" + word(sample.address.substr(2)) + word(other.substr(2)) +
                           word(QString::number(amount, 16).toStdString());
            const Job job = scene.submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", json}}));
            const auto payload = VerifiedJob::of(job)->payload();
            return *scene.store.setPreparation(
                job.jobId, {payload->prepared, payload->digest, {}, payload->chainId, payload->nonce});
        };
        scene.limitTo("2000");
        QVERIFY(scene.sign(move(1500, 1)));
        const Job next = move(501, 2);
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
        scene.run("DELETE FROM job_facts; UPDATE job SET address = '" + other + "' WHERE state = 'signed'");
        scene.restart();
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
    }

    void aChangedRecordIsAnError_data()
    {
        QTest::addColumn<QString>("edit");
        QTest::newRow("entry removed") << QStringLiteral("DELETE FROM audit WHERE kind = 'job.signed'");
        QTest::newRow("kind") << QStringLiteral(
            "UPDATE audit SET kind = 'job.pending' WHERE kind = 'job.signed'");
        QTest::newRow("time") << QStringLiteral("UPDATE audit SET at = 5 WHERE kind = 'job.signed'");
        QTest::newRow("times before") << QStringLiteral(
            "UPDATE audit SET at = 5 WHERE seq <= (SELECT seq FROM audit WHERE kind = 'job.signed')");
        QTest::newRow("digest") << QStringLiteral(
            "UPDATE audit SET detail = replace(detail, '0x', '1x') WHERE kind = 'job.approved'");
        QTest::newRow("sealed anew by itself") << QStringLiteral(
            "INSERT INTO audit SELECT max(seq) + 1, max(at), 'audit.resealed', '', '{}', zeroblob(32) FROM "
            "audit");
    }

    void aChangedRecordIsAnError()
    {
        QFETCH(const QString, edit);
        PolicyScene scene;
        scene.limitTo("2000");
        QVERIFY(scene.sign(scene.pay("1500", 1)));
        const Job next = scene.pay("1", 2);
        // Something must lie behind it, or it is the head itself that contradicts.
        scene.later(1000);
        QVERIFY(scene.audit.append("test.entry", "x", "{}"));
        scene.run(edit.toStdString());
        scene.restart();
        QCOMPARE(scene.judge(next).error().code, ErrorCode::Corrupt);
    }

    void readsNoFurtherThanThePeriod()
    {
        PolicyScene scene;
        scene.limitTo("2000");
        QVERIFY(scene.sign(scene.pay("1500", 1)));
        scene.later(30 * hourMillis);
        QVERIFY(scene.audit.append("test.entry", "x", "{}"));
        const Job next = scene.pay("2000", 2);
        scene.run("UPDATE audit SET detail = '{}' WHERE kind = 'job.received' AND subject <> '" + next.jobId +
                  "'");
        scene.restart();
        QCOMPARE(scene.ruleFor(next), std::string("limit"));
    }

    /// Entries may be missing that nobody knows of.
    void behindASealThatIsNewNothingIsKnown()
    {
        PolicyScene scene;
        scene.limitTo("2000");
        QVERIFY(scene.sign(scene.pay("1500", 1)));
        const Job next = scene.pay("1", 2);
        QCOMPARE(scene.ruleFor(next), std::string("limit"));
        scene.run("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)");
        QVERIFY(scene.audit.reseal("seen"));
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
        scene.restart();
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
        scene.later(24 * hourMillis + 1);
        QCOMPARE(scene.ruleFor(next), std::string("limit"));
    }

    /// Their desk may have signed it, and does not say so.
    void whatIsApprovedElsewhereCounts()
    {
        ElsewhereScene scene;
        scene.limitTo("2000");
        const Job theirs = scene.pay("1500", 1);
        const Job next = scene.pay("501", 2);
        QCOMPARE(scene.ruleFor(next), std::string("limit"));
        scene.hear(scene.bob, theirs, ApprovalDecision::Approve);
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
        QCOMPARE(scene.ruleFor(scene.pay("500", 3)), std::string("limit"));
        // It is not in its own way, nor counted twice once it is signed here.
        QCOMPARE(scene.ruleFor(theirs), std::string("limit"));
        QVERIFY(scene.sign(theirs));
        QCOMPARE(scene.ruleFor(scene.pay("500", 4)), std::string("limit"));
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
        scene.restart();
        QCOMPARE(scene.ruleFor(scene.pay("500", 5)), std::string("limit"));
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
    }

    void takenBackElsewhereMakesRoom()
    {
        ElsewhereScene scene;
        scene.limitTo("2000");
        const Job theirs = scene.pay("1500", 1);
        const Job next = scene.pay("501", 2);
        scene.hear(scene.bob, theirs, ApprovalDecision::Approve);
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
        scene.later(1000);
        scene.hear(scene.bob, theirs, ApprovalDecision::Withdraw);
        QCOMPARE(scene.ruleFor(next), std::string("limit"));
        scene.later(1000);
        scene.hear(scene.bob, theirs, ApprovalDecision::Approve);
        scene.later(24 * hourMillis);
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
        scene.later(1);
        QCOMPARE(scene.ruleFor(scene.pay("501", 3)), std::string("limit"));
    }

    /// Whoever can post to the relay takes nobody's limit away.
    void strangersApprovalsCountForNothing()
    {
        ElsewhereScene scene;
        scene.limitTo("2000");
        const Job theirs = scene.pay("1500", 1);
        scene.hear(samples::Person("Eve"), theirs, ApprovalDecision::Approve);
        QCOMPARE(scene.ruleFor(scene.pay("501", 2)), std::string("limit"));
    }

    void rowsOfWhatIsApprovedElsewhereDoNotDecide_data()
    {
        QTest::addColumn<QString>("edit");
        QTest::newRow("deleted") << QStringLiteral("DELETE FROM job_step; DELETE FROM job WHERE nonce = '1'");
        QTest::newRow("another wallet")
            << QStringLiteral("UPDATE job SET address = '0xcc', wallet_id = 'w' WHERE nonce = '1'");
        QTest::newRow("other bytes") << QStringLiteral(
            "UPDATE job SET digest = zeroblob(32), document = x'7b7d' WHERE nonce = '1'");
        QTest::newRow("made elsewhere")
            << QStringLiteral("UPDATE job SET origin = 'relay', submitter = 's' WHERE nonce = '1'");
        QTest::newRow("statement gone") << QStringLiteral("DELETE FROM approval_statement");
    }

    void rowsOfWhatIsApprovedElsewhereDoNotDecide()
    {
        QFETCH(const QString, edit);
        ElsewhereScene scene;
        scene.limitTo("2000", R"("origins":["composed"])");
        const Job theirs = scene.pay("1500", 1);
        const Job next = scene.pay("501", 2);
        scene.hear(scene.bob, theirs, ApprovalDecision::Approve);
        scene.run(edit.toStdString());
        scene.restart();
        QCOMPARE(scene.ruleFor(next), std::string("rest"));
    }

    void whatIsNotUnderstoodIsNotSummed()
    {
        PolicyScene scene;
        scene.limitTo("9000");
        QVERIFY(scene.sign(scene.pay("1", 1)));
        Json unread = wholeTransaction(2);
        unread["data"] = "0x12345678";
        const Job job = scene.submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", unread}}));
        const auto payload = VerifiedJob::of(job)->payload();
        QVERIFY(scene.store.setPreparation(
            job.jobId, {payload->prepared, payload->digest, {}, payload->chainId, payload->nonce}));
        scene.setPolicy("");
        QVERIFY(scene.sign(*scene.store.load(job.jobId)));
        scene.limitTo("9000");
        QCOMPARE(scene.ruleFor(scene.pay("1", 3)), std::string("rest"));
        // Where the rule would not have taken it, it does not matter.
        scene.limitTo("9000", R"("understood":true)");
        QCOMPARE(scene.ruleFor(scene.pay("1", 4)), std::string("limit"));
    }
};

COUNTERSIGN_GUILESS_TEST(RecordedSumsTest)
#include "RecordedSums_test.moc"
