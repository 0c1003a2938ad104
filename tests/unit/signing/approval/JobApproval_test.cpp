#include "core/signing/approval/JobApproval.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/signing/approval/ApprovalScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class JobApprovalTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void approvesWhatWasSeen()
    {
        ApprovalScene scene;
        const Job seen = scene.prepared(scene.message());
        const auto approved = scene.approve(seen, {.jobId = seen.jobId, .digest = seen.digest});
        QCOMPARE(approved->state, JobState::Approved);
        QCOMPARE(approved->approvedFrom, JobState::Pending);
        QCOMPARE(*approved->engine, defaultEngine());
        const auto row = *scene.store.approval(seen.jobId);
        QCOMPARE(row.digest, seen.digest);
        QCOMPARE(row.at, scene.profile.clock.now());
        QCOMPARE(row.mac.size(), std::size_t{32});
        QCOMPARE(scene.recorded(seen.jobId), std::string("job.received,job.approved"));
        // Exactly one gets through.
        QCOMPARE(scene.approve(seen, {.jobId = seen.jobId}).error().code, ErrorCode::Denied);
        QCOMPARE(scene.steps(seen.jobId), std::string("pending,approved"));
    }

    void theOrderIsWhatWasApproved()
    {
        ApprovalScene scene;
        const Job seen = scene.prepared(scene.transaction());
        const Job job = *scene.approve(seen, {.jobId = seen.jobId, .engine = EngineKind::Enclave});
        const auto order = scene.approval.orderFor(job);
        QCOMPARE(order->verified.job(), job);
        QCOMPARE(order->verified.payload()->digest, seen.digest);
        QCOMPARE(order->engine, EngineKind::Enclave);
        QCOMPARE(order->shareSetId, std::optional<std::string>("set-1"));
        QCOMPARE(order->relayDomain, std::string("relay.dynamicauth.com"));
        QCOMPARE(order->verified.addressBytes(),
                 Bytes(scene.evmKey.address.begin(), scene.evmKey.address.end()));
    }

    void anotherDigestThanSeenIsRefused()
    {
        ApprovalScene scene;
        const Job job = scene.prepared(scene.message());
        QVERIFY(scene.checkPrepared(job, {.jobId = job.jobId}).has_value());
        QVERIFY(scene.checkPrepared(job, {.jobId = job.jobId, .digest = job.digest}).has_value());
        QCOMPARE(scene.checkPrepared(job, {.jobId = job.jobId, .digest = Bytes(32, 1)}).error().code,
                 ErrorCode::InvalidInput);
    }

    /// Between the preparation and the approval lie questions to a node and to the relay.
    void whatChangedMeanwhileIsNotApproved()
    {
        for (const char* assignment : {"digest = zeroblob(32)", "digest = NULL", "origin = 'relay'"}) {
            ApprovalScene scene;
            const Job seen = scene.prepared(scene.message());
            scene.run(std::string("UPDATE job SET ") + assignment);
            QCOMPARE(scene.approve(seen, {.jobId = seen.jobId}).error().code, ErrorCode::InvalidInput);
            QCOMPARE(scene.stateOf(seen.jobId), JobState::Pending);
        }
        ApprovalScene scene;
        const Job seen = scene.prepared(scene.message());
        scene.profile.clock.set(seen.expiresAt);
        QCOMPARE(scene.approve(seen, {.jobId = seen.jobId}).error().code, ErrorCode::Denied);
        QCOMPARE(scene.recorded(seen.jobId), std::string("job.received"));
    }

    void aNonceThatWasTakenMeanwhileIsNotApproved()
    {
        ApprovalScene scene;
        const Job one = scene.prepared(scene.transaction(openTransaction(), true, "one"));
        const Job two = scene.prepared(scene.transaction(openTransaction(), true, "two"));
        QVERIFY(scene.approve(one, {.jobId = one.jobId}).has_value());
        QCOMPARE(scene.approve(two, {.jobId = two.jobId}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.stateOf(two.jobId), JobState::Pending);
    }

    void againIsAskedForExplicitly()
    {
        for (const JobState state : {JobState::Failed, JobState::Interrupted}) {
            ApprovalScene scene;
            const Job seen = scene.prepared(scene.message());
            const Job left = scene.put(seen.jobId, state);
            QCOMPARE(scene.approval.checkApprovable(left, {.jobId = seen.jobId}).error().code,
                     ErrorCode::Denied);
            QCOMPARE(scene.approve(seen, {.jobId = seen.jobId}).error().code, ErrorCode::Denied);
            const auto approved = scene.approve(seen, {.jobId = seen.jobId, .again = true});
            QCOMPARE(approved->approvedFrom, state);
            QVERIFY(scene.approval.orderFor(*approved).has_value());
        }
    }

    /// As the disk of somebody who can write the profile's files: nothing of it is signed.
    void hostileRowsAreNotSigned_data()
    {
        QTest::addColumn<QByteArray>("assignment");
        for (const char* assignment : {"approved_digest = zeroblob(32)",
                                       "approved_digest = NULL",
                                       "approval_mac = zeroblob(32)",
                                       "approval_mac = x''",
                                       "approval_mac = NULL",
                                       "engine = 'enclave'",
                                       "engine = NULL",
                                       "address = '0x52908400098527886E0F7030069857D2E4169EE7'",
                                       "broadcast = 1 - broadcast",
                                       "kind = 'evm.message'",
                                       "wallet_id = 'solana-wallet'",
                                       "filled = replace(filled, '\"7\"', '\"8\"')",
                                       "document = x'7b7d'",
                                       "expires_at = expires_at + 1",
                                       "origin = 'console'",
                                       "submitter = 'bank'",
                                       "submitter_key = zeroblob(32)",
                                       "delivery_id = 1",
                                       "reason = 'x'",
                                       "attempts = 1",
                                       "approved_at = approved_at + 1",
                                       "approval_basis = ''",
                                       "approval_basis = replace(approval_basis, ':1', ':0')",
                                       "approved_from = 'interrupted'",
                                       "prepared = x'00'",
                                       "digest = zeroblob(32)"}) {
            QTest::newRow(assignment) << QByteArray(assignment);
        }
    }

    void hostileRowsAreNotSigned()
    {
        QFETCH(const QByteArray, assignment);
        ApprovalScene scene;
        const Job job = scene.prepared(scene.transaction());
        QVERIFY(scene.approve(job, {.jobId = job.jobId, .engine = EngineKind::Sdk}).has_value());
        QVERIFY(scene.approval.orderFor(*scene.store.load(job.jobId)).has_value());
        scene.run("UPDATE job SET " + assignment.toStdString());
        QCOMPARE(scene.approval.orderFor(*scene.store.load(job.jobId)).error().code, ErrorCode::Corrupt);
    }

    void anApprovalOfAnotherJobDoesNotCount()
    {
        ApprovalScene scene;
        const Job one = scene.approved(scene.message("one"));
        const Job two = scene.prepared(scene.message("two"));
        scene.run(
            "UPDATE job SET state = 'approved', engine = 'sdk', approved_digest = digest, "
            "approved_at = (SELECT approved_at FROM job WHERE job_id = '" +
            one.jobId + "'), approval_mac = (SELECT approval_mac FROM job WHERE job_id = '" + one.jobId +
            "') WHERE job_id = '" + two.jobId + "'");
        QCOMPARE(scene.approval.orderFor(*scene.store.load(two.jobId)).error().code, ErrorCode::Corrupt);
        QVERIFY(scene.approval.orderFor(one).has_value());
    }

    void aLockedVaultApprovesNothing()
    {
        ApprovalScene scene;
        const Job seen = scene.prepared(scene.message());
        scene.profile.vault->lock();
        QCOMPARE(scene.approve(seen, {.jobId = seen.jobId, .engine = EngineKind::Sdk}).error().code,
                 ErrorCode::Locked);
        QCOMPARE(scene.stateOf(seen.jobId), JobState::Pending);
    }
};

COUNTERSIGN_GUILESS_TEST(JobApprovalTest)
#include "JobApproval_test.moc"
