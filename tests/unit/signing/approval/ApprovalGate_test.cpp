#include "core/signing/approval/ApprovalGate.h"

#include "core/base/encoding/Hex.h"
#include "core/signing/job/JobNotes.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/approval/GateScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::samples;
using namespace countersign::testing;

class ApprovalGateTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// One person composes and approves, as long as no policy is in force.
    void withoutAPolicyWhoApprovesIsTheOne()
    {
        for (const bool hasOperator : {false, true}) {
            GateScene scene;
            scene.judged = GateScene::builtIn();
            if (hasOperator) {
                scene.makeOwnOperator();
            }
            const Job job = scene.prepared(scene.message());
            QCOMPARE(scene.sayOwn(job)->has_value(), hasOperator);
            const auto approved = scene.approve(job);
            QVERIFY2(approved.has_value(), qPrintable(approved ? QString() : approved.error().sentence));
            QVERIFY(scene.begin(job).has_value());
            QCOMPARE(scene.recordedBasis(job).at("statements").size(), std::size_t{hasOperator ? 1U : 0U});
        }
    }

    void aForbiddenJobIsDenied()
    {
        GateScene scene;
        scene.makeOwnOperator();
        const Job job = scene.prepared(scene.imported());
        scene.judged.decision.block = "No payouts on Sundays.";
        for (const Error& error : {scene.sayOwn(job).error(), scene.approve(job).error()}) {
            QCOMPARE(error.code, ErrorCode::Denied);
            QVERIFY(error.sentence.contains(QStringLiteral("No payouts on Sundays.")));
            QVERIFY(error.sentence.contains(QStringLiteral("payout")));
            QCOMPARE(error.detail, QStringLiteral("payout"));
        }
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
        QCOMPARE(scene.recorded(job.jobId), std::string("job.received"));
    }

    void twoApprovalsInEitherOrder()
    {
        for (const bool benFirst : {true, false}) {
            GateScene scene;
            scene.registerPerson(scene.ben);
            scene.registerPerson(scene.carol);
            const Job job = scene.prepared(scene.imported());
            QCOMPARE(scene.approve(job).error().code, ErrorCode::Denied);
            scene.approveAs(benFirst ? scene.ben : scene.carol, job);
            QCOMPARE(scene.approve(job).error().code, ErrorCode::Denied);
            QCOMPARE(scene.verdict(job).have, 1);
            QCOMPARE(scene.verdict(job).need, 2);
            scene.approveAs(benFirst ? scene.carol : scene.ben, job);
            QVERIFY(scene.approve(job).has_value());
            QCOMPARE(scene.steps(job.jobId), std::string("pending,approved"));
            const Json basis = scene.recordedBasis(job);
            QCOMPARE(basis.at("policy"), Json(hashOf('b')));
            QCOMPARE(basis.at("rule"), Json("payout"));
            QCOMPARE(basis.at("statements").size(), std::size_t{2});
            QCOMPARE(basis.at("trace").size(), std::size_t{2});
            const auto steps = JobCatalog(*scene.profile.database).steps(job.id);
            QVERIFY(shownJobNote(steps->back().note).find("payout") != std::string::npos);
            QVERIFY(scene.begin(job).has_value());
        }
    }

    void nobodyHereIsToldHowToBecomeOne()
    {
        GateScene scene;
        const Job job = scene.prepared(scene.imported());
        const auto refused = scene.approve(job);
        QCOMPARE(refused.error().code, ErrorCode::Denied);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("operators new")));
        QVERIFY(!scene.sayOwn(job)->has_value());
    }

    void whoAskedForItDoesNotCount()
    {
        GateScene scene;
        scene.judged = GateScene::policyOf(1);
        scene.makeOwnOperator();
        scene.registerPerson(scene.ben);
        const Job job = scene.prepared(scene.message());
        QVERIFY(scene.sayOwn(job)->has_value());
        const auto refused = scene.approve(job);
        QCOMPARE(refused.error().code, ErrorCode::Denied);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("initiator")));
        scene.approveAs(scene.ben, job);
        QVERIFY(scene.approve(job).has_value());
    }

    void saysItOnceOnly()
    {
        GateScene scene;
        scene.makeOwnOperator();
        const Job job = scene.prepared(scene.imported());
        const auto first = scene.sayOwn(job);
        scene.profile.clock.advance(std::chrono::seconds(5));
        QCOMPARE((*scene.sayOwn(job))->envelope.digest, (*first)->envelope.digest);
        // Taken back, it is a new one.
        QVERIFY(
            scene.statements.say(job.jobId, ApprovalDecision::Withdraw, {}, scene.judged.terms).has_value());
        QCOMPARE(scene.verdict(job).have, 0);
        scene.profile.clock.advance(std::chrono::seconds(5));
        QVERIFY((*scene.sayOwn(job))->envelope.digest != (*first)->envelope.digest);
        QCOMPARE(scene.verdict(job).have, 1);
    }

    void demandsAreMade()
    {
        GateScene scene;
        scene.judged = GateScene::policyOf(1);
        scene.judged.decision.approvals.reauthenticate = true;
        scene.judged.decision.approvals.typedWord = true;
        scene.makeOwnOperator();
        const Job job = scene.prepared(scene.imported());
        const ApprovalDemands demands = scene.verdict(job).demands;
        QVERIFY(demands.reauthentication);
        QCOMPARE(demands.typedWord, toHex(job.digest).substr(0, 8));
        const QString first = scene.sayOwn(job).error().sentence;
        QVERIFY(first.contains(QStringLiteral("--reauthenticate")));
        const auto second = scene.sayOwn(job, {.reauthenticated = true, .typedWord = "payout"});
        QVERIFY(second.error().sentence.contains(QStringLiteral("--confirm")));
        QCOMPARE(scene.recorded(job.jobId), std::string("job.received"));
        const ApprovalRequest proven{.reauthenticated = true, .typedWord = ' ' + demands.typedWord};
        QVERIFY(scene.sayOwn(job, proven)->has_value());
        QCOMPARE(scene.approve(job).error().code, ErrorCode::Denied);
        QVERIFY(scene.approve(job, proven).has_value());
        QCOMPARE(scene.recordedBasis(job).at("reauthenticated"), Json(true));
    }

    /// Between the approval and the room lie questions to Dynamic.
    void whatNoLongerHoldsIsNotSigned_data()
    {
        QTest::addColumn<int>("change");
        QTest::addColumn<int>("code");
        QTest::newRow("nothing") << 0 << 0;
        QTest::newRow("one more") << 1 << 0;
        QTest::newRow("taken back") << 2 << static_cast<int>(ErrorCode::Busy);
        QTest::newRow("another policy") << 3 << static_cast<int>(ErrorCode::Busy);
        QTest::newRow("another rule") << 4 << static_cast<int>(ErrorCode::Busy);
        QTest::newRow("forbidden") << 5 << static_cast<int>(ErrorCode::Busy);
        QTest::newRow("more are asked") << 6 << static_cast<int>(ErrorCode::Busy);
        QTest::newRow("operator removed") << 7 << static_cast<int>(ErrorCode::Busy);
        QTest::newRow("row taken away") << 8 << static_cast<int>(ErrorCode::BadSignature);
        QTest::newRow("basis replaced") << 9 << static_cast<int>(ErrorCode::Corrupt);
        QTest::newRow("taken back, then the row of that taken away")
            << 10 << static_cast<int>(ErrorCode::BadSignature);
        QTest::newRow("a word is asked for") << 11 << static_cast<int>(ErrorCode::Busy);
        QTest::newRow("re-authentication is asked for") << 12 << static_cast<int>(ErrorCode::Busy);
    }

    void whatNoLongerHoldsIsNotSigned()
    {
        QFETCH(const int, change);
        QFETCH(const int, code);
        GateScene scene;
        scene.judged = GateScene::policyOf(1);
        scene.registerPerson(scene.ben);
        scene.registerPerson(scene.carol);
        const Job job = scene.prepared(scene.imported());
        scene.approveAs(scene.ben, job);
        QVERIFY(scene.approve(job).has_value());
        apply(scene, job, change);
        const auto begun = scene.begin(job);
        if (code == 0) {
            QVERIFY2(begun.has_value(), qPrintable(begun ? QString() : begun.error().sentence));
            return;
        }
        QVERIFY(!begun.has_value());
        QCOMPARE(static_cast<int>(begun.error().code), code);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Approved);
        QCOMPARE(scene.number("SELECT attempts FROM job WHERE job_id = '" + job.jobId + "'"), 0);
    }

    /// Nobody can write an approval that rests on more than was said.
    void anotherJobsBasisIsNone()
    {
        GateScene scene;
        scene.judged = GateScene::policyOf(1);
        scene.registerPerson(scene.ben);
        const Job one = scene.prepared(scene.imported("one"));
        const Job two = scene.prepared(scene.imported("two"));
        scene.approveAs(scene.ben, one);
        QVERIFY(scene.approve(one).has_value());
        QCOMPARE(scene.approve(two).error().code, ErrorCode::Denied);
        scene.edit("UPDATE job SET state = 'approved', engine = (SELECT engine FROM job WHERE job_id = '" +
                   one.jobId +
                   "'), approved_digest = digest, approval_basis = (SELECT approval_basis FROM "
                   "job WHERE job_id = '" +
                   one.jobId + "'), approval_mac = (SELECT approval_mac FROM job WHERE job_id = '" +
                   one.jobId + "') WHERE job_id = '" + two.jobId + "'");
        QCOMPARE(scene.begin(two).error().code, ErrorCode::Corrupt);
    }

    /// What the record does not say cannot be vouched for.
    void jobsOfAnEarlierVersionHaveNoOperators()
    {
        GateScene scene;
        scene.judged = GateScene::policyOf(1);
        scene.registerPerson(scene.ben);
        const Job job = scene.prepared(scene.imported());
        QVERIFY(scene.audit.append("job.adopted", job.jobId, R"({"submitter":"shop"})").has_value());
        scene.approveAs(scene.ben, job);
        QCOMPARE(scene.verdict(job).counted.isVouchedFor, false);
        QCOMPARE(scene.approve(job).error().code, ErrorCode::Denied);
        scene.judged = GateScene::builtIn();
        QVERIFY(scene.approve(job).has_value());
    }

    void anUnknownPolicySignsNothing()
    {
        GateScene scene;
        const Job job = scene.prepared(scene.imported());
        JobApproval doubting(scene.services, scene.store, [](const VerifiedJob&) -> Result<JudgedJob> {
            return failure(error(ErrorCode::BadSignature, "policy"));
        });
        QCOMPARE(doubting.approve(*VerifiedJob::of(job), {}).error().code, ErrorCode::BadSignature);
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
    }

private:
    static void apply(GateScene& scene, const Job& job, int change)
    {
        switch (change) {
            case 1:
                return scene.approveAs(scene.carol, job);
            case 2:
                return scene.takeBack(scene.ben, job);
            case 3:
                scene.judged.terms.policy = hashOf('c');
                return;
            case 4:
                scene.judged.decision.rule = "rest";
                return;
            case 5:
                scene.judged.decision.block = "No.";
                return;
            case 6:
                scene.judged.terms.need = 2;
                return;
            case 7:
                QVERIFY(OperatorRegister(*scene.profile.database, *scene.profile.vault, scene.audit,
                                         scene.profile.clock)
                            .remove("Ben")
                            .has_value());
                return;
            case 8:
                return scene.edit("DELETE FROM approval_statement");
            case 9:
                return scene.edit(
                    "UPDATE job SET approval_basis = replace(approval_basis, 'payout', 'rest')");
            case 10:
                scene.takeBack(scene.ben, job);
                return scene.edit(
                    "DELETE FROM approval_statement WHERE id = (SELECT max(id) FROM "
                    "approval_statement)");
            case 11:
                scene.judged.decision.approvals.typedWord = true;
                return;
            case 12:
                scene.judged.decision.approvals.reauthenticate = true;
                return;
            default:
                return;
        }
    }
};

COUNTERSIGN_GUILESS_TEST(ApprovalGateTest)
#include "ApprovalGate_test.moc"
