#include "core/signing/statement/JobStatements.h"

#include "core/signing/statement/RejectedJobs.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/statement/StatementScene.h"

#include <QTest>

#include <chrono>

using namespace countersign;
using namespace countersign::samples;
using namespace countersign::testing;

class JobStatementsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsWhatWasSaidOfTheSame()
    {
        StatementScene scene;
        scene.registerPerson(scene.ben);
        scene.registerPerson(scene.carol);
        const Job job = scene.imported();
        QCOMPARE(scene.count(job)->count.have, 0);
        scene.approveAs(scene.ben, job);
        scene.approveAs(scene.carol, job);
        const auto counted = scene.count(job, 2);
        QCOMPARE(counted->count.have, 2);
        QVERIFY(counted->count.isReached());
        QVERIFY(counted->isVouchedFor);
        QCOMPARE(counted->damaged, std::size_t{0});
        QCOMPARE(counted->digests.size(), counted->count.statements.size());
        QVERIFY(!scene.count(job, 3)->count.isReached());
    }

    void saysWhatThisDeskSees()
    {
        StatementScene scene;
        const Job job = scene.imported();
        const auto nobody =
            scene.statements.say(job.jobId, ApprovalDecision::Approve, {}, CountTerms::ofBuiltInPolicy());
        QCOMPARE(nobody.error().code, ErrorCode::NotFound);
        scene.makeOwnOperator();
        const auto said = scene.statements.say(job.jobId, ApprovalDecision::Approve, "as agreed",
                                               CountTerms::ofBuiltInPolicy());
        QVERIFY2(said.has_value(), qPrintable(said ? QString() : said.error().sentence));
        QCOMPARE(said->statement.explanation, scene.about(job, scene.ben).explanation);
        QCOMPARE(scene.doubts(job), std::string("-"));
        // Nothing of it is signed, and the record has it.
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
        QCOMPARE(scene.recorded(job.jobId), std::string("job.received,statement.signed"));
    }

    void whoAskedForItDoesNotCount()
    {
        StatementScene scene;
        scene.makeOwnOperator();
        scene.registerPerson(scene.ben);
        const Job own = scene.message();
        QVERIFY(scene.statements.say(own.jobId, ApprovalDecision::Approve, {}, CountTerms::ofBuiltInPolicy())
                    .has_value());
        QCOMPARE(scene.doubts(own), std::string("the initiator's own"));
        const Job relayed = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "x"}}),
                                                  toBytes(scene.ben.key));
        scene.approveAs(scene.ben, relayed);
        QCOMPARE(scene.doubts(relayed), std::string("the initiator's own"));
    }

    void othersBytesAndWordsDoNotCount()
    {
        StatementScene scene;
        scene.registerPerson(scene.ben);
        const Job job = scene.imported();
        ApprovalStatement digest = scene.about(job, scene.ben);
        digest.digest = sampleDigest();
        scene.take(scene.ben, digest);
        QCOMPARE(scene.doubts(job), std::string("another digest"));
        ApprovalStatement explanation = scene.about(job, scene.ben);
        explanation.explanation = hashOf('c');
        scene.take(scene.ben, explanation);
        ApprovalStatement policy = scene.about(job, scene.ben);
        policy.policy = hashOf('d');
        scene.take(scene.ben, policy);
        QCOMPARE(scene.doubts(job), std::string("another digest, another explanation, another policy"));
    }

    /// Whoever writes the profile's file while it is locked cannot take a withdrawal away.
    void aDeletedWithdrawalIsTold()
    {
        StatementScene scene;
        scene.registerPerson(scene.ben);
        const Job job = scene.imported();
        scene.approveAs(scene.ben, job);
        scene.profile.clock.advance(std::chrono::seconds(1));
        const ApprovalStatement back = scene.about(job, scene.ben, ApprovalDecision::Withdraw);
        scene.take(scene.ben, back);
        QCOMPARE(scene.doubts(job), std::string("withdrawn, a withdrawal"));
        scene.forget(back, scene.ben);
        const auto counted = scene.count(job);
        QCOMPARE(counted.error().code, ErrorCode::BadSignature);
        QVERIFY(counted.error().sentence.contains(QStringLiteral("Ben")));
        // The way out.
        scene.take(scene.ben, back);
        QCOMPARE(scene.doubts(job), std::string("withdrawn, a withdrawal"));
    }

    void aDeletedRejectionIsTold()
    {
        StatementScene scene;
        scene.registerPerson(scene.ben);
        const Job job = scene.imported();
        ApprovalStatement no = scene.about(job, scene.ben, ApprovalDecision::Reject);
        no.reason = "wrong supplier";
        scene.take(scene.ben, no);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Rejected);
        scene.forget(no, scene.ben);
        scene.edit("UPDATE job SET state = 'pending'");
        QCOMPARE(scene.count(job).error().code, ErrorCode::BadSignature);
        const SigningServices services = scene.parts();
        QCOMPARE(refuseIfRejected(services, job.jobId, ErrorCode::Busy).error().code,
                 ErrorCode::BadSignature);
    }

    /// What the store drops by itself: of an operator the last four are kept.
    void whatTheStoreDroppedIsNotMissed()
    {
        StatementScene scene;
        scene.registerPerson(scene.ben);
        const Job job = scene.imported();
        for (int i = 0; i < 7; ++i) {
            scene.profile.clock.advance(std::chrono::seconds(1));
            scene.take(scene.ben,
                       scene.about(job, scene.ben,
                                   i % 2 == 0 ? ApprovalDecision::Approve : ApprovalDecision::Withdraw));
        }
        QCOMPARE(scene.doubts(job), std::string("a withdrawal, a repetition, a withdrawal, -"));
        QCOMPARE(scene.count(job)->count.have, 1);
    }

    /// An approval of a time to come is no reason to miss the withdrawal before it.
    void aFutureApprovalReplacesNothing()
    {
        StatementScene scene;
        scene.registerPerson(scene.ben);
        const Job job = scene.imported();
        scene.approveAs(scene.ben, job);
        scene.profile.clock.advance(std::chrono::seconds(1));
        const ApprovalStatement back = scene.about(job, scene.ben, ApprovalDecision::Withdraw);
        scene.take(scene.ben, back);
        ApprovalStatement future = scene.about(job, scene.ben);
        future.at += hour;
        scene.take(scene.ben, future);
        scene.forget(back, scene.ben);
        QCOMPARE(scene.count(job).error().code, ErrorCode::BadSignature);
    }

    /// A genuine statement that somebody put into the file, perhaps because it was taken back elsewhere.
    void whatWasNotTakenInHereDoesNotCount()
    {
        StatementScene scene;
        scene.registerPerson(scene.ben);
        const Job job = scene.imported();
        const SignedApproval planted = signedBy(scene.ben, scene.about(job, scene.ben));
        QVERIFY(
            ApprovalStore(*scene.profile.database).add(planted, ApprovalSource::File, noon, {}).has_value());
        const auto counted = scene.count(job);
        QCOMPARE(counted->count.have, 0);
        QCOMPARE(counted->damaged, std::size_t{1});
    }

    /// A withdrawal whose place somebody else took in the file arrives all the same, and is missed when it
    /// goes.
    void aPlantedWithdrawalIsTakenInWhenItComes_data()
    {
        QTest::addColumn<QString>("edit");
        QTest::newRow("as itself") << QString();
        QTest::newRow("of another job") << QStringLiteral(
            "UPDATE approval_statement SET job_id = 'x' WHERE id = (SELECT max(id) FROM approval_statement)");
        QTest::newRow("as nothing") << QStringLiteral(
            "UPDATE approval_statement SET envelope = x'00' WHERE id = (SELECT max(id) FROM "
            "approval_statement)");
    }
    void aPlantedWithdrawalIsTakenInWhenItComes()
    {
        QFETCH(const QString, edit);
        StatementScene scene;
        scene.registerPerson(scene.ben);
        const Job job = scene.imported();
        scene.approveAs(scene.ben, job);
        scene.profile.clock.advance(std::chrono::seconds(1));
        const SignedApproval back =
            signedBy(scene.ben, scene.about(job, scene.ben, ApprovalDecision::Withdraw));
        QVERIFY(
            ApprovalStore(*scene.profile.database).add(back, ApprovalSource::Relay, noon, {}).has_value());
        scene.edit(edit.isEmpty() ? "SELECT 1" : edit.toStdString());
        const auto taken = scene.statements.take(back, ApprovalSource::Relay);
        QVERIFY(taken.has_value());
        QCOMPARE(scene.doubts(job), std::string("withdrawn, a withdrawal"));
        scene.forget(back.statement, scene.ben);
        QCOMPARE(scene.count(job).error().code, ErrorCode::BadSignature);
        // Its repetitions are recorded once.
        QVERIFY(scene.statements.take(back, ApprovalSource::Relay).has_value());
        const auto entries = scene.audit.page(0, 1000)->size();
        QVERIFY(scene.statements.take(back, ApprovalSource::Relay).has_value());
        QCOMPARE(scene.audit.page(0, 1000)->size(), entries);
    }

    /// What was never taken in here is no reason to miss less.
    void aPlantedApprovalReplacesNoWithdrawal()
    {
        StatementScene scene;
        scene.registerPerson(scene.ben);
        const Job job = scene.imported();
        scene.approveAs(scene.ben, job);
        scene.profile.clock.advance(std::chrono::seconds(1));
        const ApprovalStatement back = scene.about(job, scene.ben, ApprovalDecision::Withdraw);
        scene.take(scene.ben, back);
        scene.profile.clock.advance(std::chrono::seconds(1));
        ApprovalStatement other = scene.about(job, scene.ben);
        other.policy = hashOf('f');
        QVERIFY(ApprovalStore(*scene.profile.database)
                    .add(signedBy(scene.ben, other), ApprovalSource::Relay, noon, {})
                    .has_value());
        scene.forget(back, scene.ben);
        QCOMPARE(scene.count(job).error().code, ErrorCode::BadSignature);
    }

    /// Another program may fill in other values between a look and a word.
    void nothingIsSaidOfWhatWasNotShown()
    {
        StatementScene scene;
        scene.makeOwnOperator();
        const Job job = scene.imported();
        const Bytes other(32, 0x11);
        const CountTerms terms = CountTerms::ofBuiltInPolicy();
        QCOMPARE(scene.statements.say(job.jobId, ApprovalDecision::Approve, {}, terms, other).error().code,
                 ErrorCode::InvalidInput);
        QCOMPARE(scene.statements.approveOnce(job.jobId, terms, other).error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.doubts(job), std::string());
        const Sha256Digest shown = scene.about(job, scene.ben).digest;
        QVERIFY(scene.statements.approveOnce(job.jobId, terms, shown).has_value());
        QCOMPARE(scene.statements.approveOnce(job.jobId, terms, other).error().code, ErrorCode::InvalidInput);
        QVERIFY(scene.statements.approveOnce(job.jobId, terms, shown).has_value());
        QCOMPARE(scene.doubts(job), std::string("-"));
    }

    /// Strangers' statements come and go; nobody misses them until they are registered.
    void strangersAreNotMissed()
    {
        StatementScene scene;
        const Job job = scene.imported();
        const ApprovalStatement said = scene.about(job, scene.ben);
        scene.take(scene.ben, said);
        QCOMPARE(scene.doubts(job), std::string("unknown operator"));
        scene.forget(said, scene.ben);
        QCOMPARE(scene.doubts(job), std::string());
        scene.registerPerson(scene.ben);
        QCOMPARE(scene.count(job).error().code, ErrorCode::BadSignature);
    }

    void anApprovalCanBeTakenBackUntilTheCeremony()
    {
        StatementScene scene;
        scene.makeOwnOperator();
        const Job job = scene.imported();
        const auto say = [&](ApprovalDecision decision) {
            return scene.statements.say(job.jobId, decision, {}, CountTerms::ofBuiltInPolicy());
        };
        QVERIFY(say(ApprovalDecision::Approve).has_value());
        scene.store.move(job.jobId, {JobState::Pending}, JobState::Approved, {}).value();
        QVERIFY(say(ApprovalDecision::Withdraw).has_value());
        scene.store.move(job.jobId, {JobState::Approved}, JobState::Signing, {}).value();
        QCOMPARE(say(ApprovalDecision::Withdraw).error().code, ErrorCode::Denied);
    }
};

COUNTERSIGN_GUILESS_TEST(JobStatementsTest)
#include "JobStatements_test.moc"
