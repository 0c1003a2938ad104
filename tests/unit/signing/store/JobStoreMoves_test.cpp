#include "core/signing/ceremony/SignatureCheck.h"
#include "core/signing/store/JobStore.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

const VerifiedSignature movedSignature{Bytes(65, 1), Bytes(10, 2), "0xhash"};
const Error moveError{ErrorCode::Network, QStringLiteral("A sentence."), QStringLiteral("detail")};

/// A store with one job, to be put into any state.
struct MovesScene : SigningScene
{
    const std::string jobId = std::string(64, 'a');
    const Bytes document = toBytes(asBytes("{}"));

    MovesScene()
    {
        NewJob job;
        job.jobId = jobId;
        job.walletId = "wallet";
        job.chain = "EVM";
        job.document = document;
        job.expiresAt = profile.clock.now() + 1000;
        (void)*store.add(job, JobState::Pending);
    }

    void put(JobState state)
    {
        const JobState now = store.load(jobId)->state;
        if (now != state) {
            QVERIFY(store.move(jobId, JobStates{now}, state, {}).has_value());
        }
    }
    void setApprovedFrom(std::string_view state)
    {
        profile.database->handle().exec("UPDATE job SET approved_from = '" + std::string(state) + "'");
    }
    void forgetResult() { profile.database->handle().exec("UPDATE job SET signature = NULL, hash = ''"); }
    std::string lastKind() { return audit.page(0, 1)->at(0).kind; }
    std::string lastDetail() { return audit.page(0, 1)->at(0).detail; }
    std::string lastNote()
    {
        return profile.database->handle()
            .execAndGet("SELECT note FROM job_step ORDER BY id DESC LIMIT 1")
            .getString();
    }

    Result<Job> approve(bool again)
    {
        return store.approve(jobId, again, [this](const Job&) -> Result<NewApproval> {
            return NewApproval{EngineKind::Sdk, Bytes(32, 3), Bytes(32, 4), profile.clock.now()};
        });
    }
    Result<Job> withdraw()
    {
        return audit.commit(
            [this](AuditTransaction& record) { return store.withdrawWithin(record, jobId, "note"); });
    }
};

using StoreMove = std::function<Result<Job>(MovesScene&)>;

const std::map<JobMove, StoreMove> storeMoves = {
    {JobMove::Approve, [](MovesScene& scene) { return scene.approve(false); }},
    {JobMove::ApproveAgain, [](MovesScene& scene) { return scene.approve(true); }},
    {JobMove::Disapprove, [](MovesScene& scene) { return scene.store.disapprove(scene.jobId, "note"); }},
    {JobMove::BeginSigning,
     [](MovesScene& scene) { return scene.store.beginSigning(scene.jobId, EngineKind::Sdk); }},
    {JobMove::RecordSignature,
     [](MovesScene& scene) { return scene.store.recordSignature(scene.jobId, movedSignature); }},
    {JobMove::LeaveCeremony,
     [](MovesScene& scene) { return scene.store.leaveCeremony(scene.jobId, JobState::Pending, moveError); }},
    {JobMove::AbandonCeremony,
     [](MovesScene& scene) { return scene.store.abandonCeremony(scene.jobId, "note"); }},
    {JobMove::FailApproved,
     [](MovesScene& scene) { return scene.store.failApproved(scene.jobId, moveError); }},
    {JobMove::FailCeremony,
     [](MovesScene& scene) { return scene.store.failCeremony(scene.jobId, moveError); }},
    {JobMove::Interrupt, [](MovesScene& scene) { return scene.store.interrupt(scene.jobId, moveError); }},
    {JobMove::MarkBroadcast,
     [](MovesScene& scene) { return scene.store.markBroadcast(scene.jobId, "0xhash"); }},
    {JobMove::Confirm, [](MovesScene& scene) { return scene.store.confirm(scene.jobId, "0xhash", "note"); }},
    {JobMove::FailBroadcast,
     [](MovesScene& scene) { return scene.store.failBroadcast(scene.jobId, moveError); }},
    {JobMove::Reject, [](MovesScene& scene) { return scene.store.reject(scene.jobId, "reason"); }},
    {JobMove::Expire, [](MovesScene& scene) { return scene.store.expire(scene.jobId); }},
    {JobMove::Withdraw, [](MovesScene& scene) { return scene.withdraw(); }},
};

}  // namespace

class JobStoreMovesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Each move from each state: it happens, with its entry and its step, or it is denied and nothing does.
    void movesOnlyAsTheTableSays()
    {
        QCOMPARE(storeMoves.size(), jobTransitions.size());
        MovesScene scene;
        for (const auto& [move, step] : storeMoves) {
            for (const JobState from : allJobStates) {
                scene.put(from);
                scene.setApprovedFrom("pending");
                scene.forgetResult();
                const int entries = scene.number("SELECT count(*) FROM audit");
                const int timeLine = scene.number("SELECT count(*) FROM job_step");
                const auto job = step(scene);
                QCOMPARE(job.has_value(), allows(from, move));
                QCOMPARE(scene.number("SELECT count(*) FROM audit") - entries, job ? 1 : 0);
                QCOMPARE(scene.number("SELECT count(*) FROM job_step") - timeLine, job ? 1 : 0);
                if (job) {
                    QCOMPARE(job->state, stateAfter(move).value_or(JobState::Pending));
                    QCOMPARE(scene.lastKind(), "job." + std::string(toText(job->state)));
                } else {
                    QCOMPARE(job.error().code, ErrorCode::Denied);
                    QCOMPARE(scene.store.load(scene.jobId)->state, from);
                }
            }
        }
        QVERIFY(scene.audit.verify()->intact);
    }

    void anApprovalIsDecidedUnderTheLock()
    {
        MovesScene scene;
        const auto refused =
            scene.store.approve(scene.jobId, false, [&](const Job& job) -> Result<NewApproval> {
                [&] {
                    QCOMPARE(job.state, JobState::Pending);
                    QVERIFY(!scene.profile.database->isAutocommitting());
                }();
                return failure(moveError);
            });
        QCOMPARE(refused.error().code, ErrorCode::Network);
        QCOMPARE(scene.store.load(scene.jobId)->state, JobState::Pending);
        QCOMPARE(scene.recorded(scene.jobId), std::string("job.received"));

        const auto job = scene.approve(false);
        QCOMPARE(job->engine, std::optional(EngineKind::Sdk));
        QCOMPARE(job->approvedFrom, JobState::Pending);
        const auto approval = scene.store.approval(scene.jobId);
        QCOMPARE(approval->digest, Bytes(32, 3));
        QCOMPARE(approval->mac, Bytes(32, 4));
        QVERIFY(scene.lastDetail().find("\"digest\":\"0x0303") != std::string::npos);
        QVERIFY(scene.lastDetail().find("\"engine\":\"sdk\"") != std::string::npos);
    }

    void keepsWhatGoesWithAMove()
    {
        MovesScene scene;
        (void)*scene.approve(false);
        const auto begun = scene.store.beginSigning(scene.jobId, EngineKind::Enclave);
        QCOMPARE(begun->attempts, 1);
        QCOMPARE(begun->engine, std::optional(EngineKind::Enclave));
        const auto done = scene.store.recordSignature(scene.jobId, movedSignature);
        QCOMPARE(done->signature, movedSignature.signature);
        QCOMPARE(done->signedTransaction, movedSignature.signedTransaction);
        QCOMPARE(done->hash, movedSignature.hash);
        QVERIFY(scene.lastDetail().find("\"hash\":\"0xhash\"") != std::string::npos);
        (void)*scene.store.markBroadcast(scene.jobId, "0xhash");
        const auto failed = scene.store.failBroadcast(scene.jobId, moveError);
        QCOMPARE(failed->error, std::string("A sentence."));
        QCOMPARE(failed->errorDetail, std::string("detail"));
        QCOMPARE(scene.lastNote(), std::string("A sentence."));
        QVERIFY(scene.lastDetail().find("\"error\":\"detail\"") != std::string::npos);
        const auto rejected = scene.store.reject(scene.jobId, "why not");
        QCOMPARE(rejected->operatorReason, std::string("why not"));
        QVERIFY(rejected->error.empty());
        QCOMPARE(scene.lastNote(), std::string("why not"));
        QVERIFY(scene.lastDetail().find("\"reason\":\"why not\"") != std::string::npos);
    }

    void aCeremonyLeavesTheJobWhereItsApprovalFoundIt()
    {
        for (const JobState before : {JobState::Pending, JobState::Failed, JobState::Interrupted}) {
            MovesScene scene;
            scene.put(before);
            (void)*scene.approve(true);
            QCOMPARE(scene.store.disapprove(scene.jobId, "note")->state, before);
            QCOMPARE(scene.lastNote(), std::string("note"));
            (void)*scene.approve(true);
            (void)*scene.store.beginSigning(scene.jobId, EngineKind::Sdk);
            QCOMPARE(scene.store.abandonCeremony(scene.jobId, "note")->state, before);
            (void)*scene.approve(true);
            QCOMPARE(scene.store.leaveCeremony(scene.jobId, before, moveError)->state, before);
            QCOMPARE(scene.lastNote(), std::string("A sentence."));
        }
    }

    /// The column lies in the file: what it says must not make a job signed or sent.
    void whatIsNoStateToGoBackToIsAnUnknownOutcome()
    {
        for (const JobState claimed : allJobStates) {
            MovesScene scene;
            scene.put(JobState::Approved);
            scene.setApprovedFrom(toText(claimed));
            const bool isOne = allows(claimed, JobMove::ApproveAgain);
            QCOMPARE(scene.store.disapprove(scene.jobId, {})->state, isOne ? claimed : JobState::Interrupted);
            scene.put(JobState::Signing);
            QCOMPARE(scene.store.leaveCeremony(scene.jobId, claimed, moveError)->state,
                     isOne ? claimed : JobState::Interrupted);
        }
    }

    void whatIsOverdueIsWhatMayExpire()
    {
        MovesScene scene;
        scene.profile.clock.advance(std::chrono::hours(1));
        for (const JobState state : allJobStates) {
            scene.put(state);
            QCOMPARE(scene.store.overdue()->size(),
                     allows(state, JobMove::Expire) ? std::size_t{1} : std::size_t{0});
        }
    }

    void aSignatureIsNotWithdrawn()
    {
        MovesScene scene;
        scene.put(JobState::Signing);
        (void)*scene.store.recordSignature(scene.jobId, movedSignature);
        (void)*scene.store.failBroadcast(scene.jobId, moveError);
        QCOMPARE(scene.withdraw().error().code, ErrorCode::Denied);
        QCOMPARE(scene.store.load(scene.jobId)->state, JobState::Failed);
    }
};

COUNTERSIGN_GUILESS_TEST(JobStoreMovesTest)
#include "JobStoreMoves_test.moc"
