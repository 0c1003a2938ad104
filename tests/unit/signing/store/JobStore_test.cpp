#include "core/signing/store/JobStore.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <array>
#include <atomic>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

namespace {

NewJob newJob(const std::string& jobId, BytesView document)
{
    NewJob job;
    job.jobId = jobId;
    job.origin = JobOrigin::File;
    job.claimedSubmitter = "remark";
    job.walletId = "w";
    job.chain = "EVM";
    job.address = "0x1";
    job.kind = JobKind::EvmTransaction;
    job.document = document;
    job.broadcast = true;
    job.reason = "why";
    job.createdAt = 5;
    job.expiresAt = 1'750'000'000'500;
    return job;
}

/// A store of a profile with one pending job.
struct JobStoreScene : SigningScene
{
    const std::string jobId = std::string(64, 'a');
    const Bytes document = toBytes(asBytes("{}"));

    JobStoreScene() { (void)*store.add(newJob(jobId, document), JobState::Pending); }

    Result<Job> move(JobState from, JobState to, const JobChange& change = {})
    {
        return store.move(jobId, std::array{from}, to, change);
    }
};

}  // namespace

class JobStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsOnce()
    {
        JobStoreScene scene;
        const auto job = scene.store.load(scene.jobId);
        QVERIFY(job.has_value());
        QCOMPARE(job->document, scene.document);
        QCOMPARE(job->kind, JobKind::EvmTransaction);
        QCOMPARE(job->state, JobState::Pending);
        QCOMPARE(job->claimedSubmitter, std::string("remark"));
        QCOMPARE(job->reason, std::string("why"));
        QVERIFY(job->broadcast && job->digest.empty() && job->signature.empty() && !job->engine);
        QCOMPARE(scene.recorded(scene.jobId), std::string("job.received"));
        NewJob again = newJob(scene.jobId, scene.document);
        again.reason = "another";
        QCOMPARE(scene.store.add(again, JobState::Expired)->reason, std::string("why"));
        QCOMPARE(scene.recorded(scene.jobId), std::string("job.received"));
        QCOMPARE(scene.steps(scene.jobId), std::string("pending"));
        QCOMPARE(scene.store.load("nothing").error().code, ErrorCode::NotFound);
    }

    void everyMoveIsRecorded()
    {
        JobStoreScene scene;
        JobChange approval;
        approval.approvedDigest = Bytes(32, 1);
        approval.engine = EngineKind::Enclave;
        scene.profile.clock.advance(std::chrono::milliseconds(7));
        const auto approved = scene.move(JobState::Pending, JobState::Approved, approval);
        QVERIFY(approved.has_value());
        QCOMPARE(approved->state, JobState::Approved);
        QCOMPARE(approved->stateAt, scene.profile.clock.now());
        QCOMPARE(approved->engine, std::optional(EngineKind::Enclave));
        QCOMPARE(scene.store.approval(scene.jobId)->digest, Bytes(32, 1));
        JobChange begin;
        begin.beginsCeremony = true;
        QCOMPARE(scene.move(JobState::Approved, JobState::Signing, begin)->attempts, 1);
        QVERIFY(scene.store.noteRoom(scene.jobId, "room").has_value());
        JobChange end;
        end.signature = Bytes(65, 2);
        end.signedTransaction = Bytes{1, 2};
        end.hash = "0xhash";
        const auto done = scene.move(JobState::Signing, JobState::Signed, end);
        QCOMPARE(done->signature, Bytes(65, 2));
        QCOMPARE(done->signedTransaction, (Bytes{1, 2}));
        QCOMPARE(done->hash, std::string("0xhash"));
        QCOMPARE(done->roomId, std::string("room"));
        QCOMPARE(scene.store.approval(scene.jobId)->digest, Bytes(32, 1));
        QCOMPARE(scene.recorded(scene.jobId),
                 std::string("job.received,job.approved,job.signing,job.signed"));
        QCOMPARE(scene.steps(scene.jobId), std::string("pending,approved,signing,signed"));
        const auto page = scene.audit.page(0, 1);
        QVERIFY(page->front().detail.find("0xhash") != std::string::npos);
        const auto report = scene.audit.verify();
        QVERIFY(report.has_value() && report->intact);
    }

    void movesOnlyFromWhereItIs()
    {
        JobStoreScene scene;
        const auto refused = scene.move(JobState::Approved, JobState::Signing);
        QCOMPARE(refused.error().code, ErrorCode::Denied);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("waiting")));
        QCOMPARE(scene.steps(scene.jobId), std::string("pending"));
        QCOMPARE(scene.recorded(scene.jobId), std::string("job.received"));
        QCOMPARE(
            scene.store.move("nothing", std::array{JobState::Pending}, JobState::Failed, {}).error().code,
            ErrorCode::NotFound);
    }

    void whatCannotBeRecordedDoesNotHappen()
    {
        JobStoreScene scene;
        scene.profile.vault->lock();
        QCOMPARE(scene.move(JobState::Pending, JobState::Approved).error().code, ErrorCode::Locked);
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Pending);
        QCOMPARE(scene.steps(scene.jobId), std::string("pending"));
    }

    void errorsStayUntilTheNextMove()
    {
        JobStoreScene scene;
        JobChange failed;
        failed.error = error(ErrorCode::Network, "the detail");
        const auto job = scene.move(JobState::Pending, JobState::Failed, failed);
        QCOMPARE(job->error, std::string("said the test"));
        QCOMPARE(job->errorDetail, std::string("the detail"));
        QCOMPARE(scene.profile.database->handle()
                     .execAndGet("SELECT note FROM job_step ORDER BY id DESC LIMIT 1")
                     .getString(),
                 std::string("said the test"));
        QCOMPARE(scene.move(JobState::Failed, JobState::Approved)->error, std::string());
        QVERIFY(scene.store.noteError(scene.jobId, error(ErrorCode::Timeout)).has_value());
        QCOMPARE(scene.store.load(scene.jobId)->error, std::string("said the test"));
        QCOMPARE(scene.stateOf(scene.jobId), JobState::Approved);
        QVERIFY(scene.store.noteError(scene.jobId, std::nullopt).has_value());
        QCOMPARE(scene.store.load(scene.jobId)->error, std::string());
    }

    void aNewCeremonyHasNoRoomYet()
    {
        JobStoreScene scene;
        JobChange begin;
        begin.beginsCeremony = true;
        QCOMPARE(scene.store.noteRoom(scene.jobId, "room").error().code, ErrorCode::Denied);
        QVERIFY(scene.move(JobState::Pending, JobState::Signing, begin).has_value());
        QVERIFY(scene.store.noteRoom(scene.jobId, "room").has_value());
        QVERIFY(scene.move(JobState::Signing, JobState::Failed).has_value());
        QCOMPARE(scene.store.load(scene.jobId)->roomId, std::string("room"));
        QCOMPARE(scene.store.noteRoom(scene.jobId, "other").error().code, ErrorCode::Denied);
        const auto second = scene.move(JobState::Failed, JobState::Signing, begin);
        QCOMPARE(second->roomId, std::string());
        QCOMPARE(second->attempts, 2);
    }

    void preparesOnlyWhatWaits()
    {
        JobStoreScene scene;
        const JobPreparation preparation{{1}, Bytes(32, 2), {{"nonce", "7"}}, "1", "7"};
        const auto prepared = scene.store.setPreparation(scene.jobId, preparation);
        QCOMPARE(prepared->prepared, Bytes{1});
        QCOMPARE(prepared->digest, Bytes(32, 2));
        QCOMPARE(prepared->resolved, (std::vector<ResolvedField>{{"nonce", "7"}}));
        QCOMPARE(prepared->resolvedAt, scene.profile.clock.now());
        for (const JobState state : {JobState::Approved, JobState::Signing, JobState::Signed,
                                     JobState::Rejected, JobState::Confirmed}) {
            QVERIFY(scene.move(scene.stateOf(scene.jobId), state).has_value());
            QCOMPARE(scene.store.setPreparation(scene.jobId, {}).error().code, ErrorCode::Denied);
        }
        for (const JobState state : {JobState::Failed, JobState::Interrupted, JobState::Pending}) {
            QVERIFY(scene.move(scene.stateOf(scene.jobId), state).has_value());
            QVERIFY(scene.store.setPreparation(scene.jobId, preparation).has_value());
        }
    }

    void knowsWhoUsesANonce()
    {
        JobStoreScene scene;
        QVERIFY(scene.store.setPreparation(scene.jobId, {{1}, Bytes(32, 2), {}, "1", "7"}).has_value());
        const auto user = [&](const char* chain, const char* nonce, const std::string& except = {}) {
            return *scene.store.nonceUser("w", chain, nonce, except);
        };
        QVERIFY(!user("1", "7"));
        for (const JobState state :
             {JobState::Approved, JobState::Signing, JobState::Signed, JobState::Broadcast}) {
            QVERIFY(scene.move(scene.stateOf(scene.jobId), state).has_value());
            QCOMPARE(user("1", "7"), std::optional(scene.jobId));
        }
        QVERIFY(!user("1", "8") && !user("2", "7") && !user("1", "7", scene.jobId));
        // Confirmed ones the node counts itself; of the others nothing is on its way.
        for (const JobState state :
             {JobState::Confirmed, JobState::Rejected, JobState::Failed, JobState::Interrupted}) {
            QVERIFY(scene.move(scene.stateOf(scene.jobId), state).has_value());
            QVERIFY(!user("1", "7"));
        }
        // Whether and when a signature is sent that was only asked for nobody knows here.
        NewJob unsent = newJob(std::string(64, 'b'), scene.document);
        unsent.broadcast = false;
        QVERIFY(scene.store.add(unsent, JobState::Pending).has_value());
        QVERIFY(scene.store.setPreparation(unsent.jobId, {{1}, Bytes(32, 2), {}, "1", "9"}).has_value());
        (void)*scene.store.move(unsent.jobId, std::array{JobState::Pending}, JobState::Approved, {});
        QCOMPARE(user("1", "9"), std::optional(unsent.jobId));
        (void)*scene.store.move(unsent.jobId, std::array{JobState::Approved}, JobState::Signed, {});
        QVERIFY(!user("1", "9"));
    }

    void anApprovalKnowsWhereItCameFrom()
    {
        JobStoreScene scene;
        QCOMPARE(scene.store.load(scene.jobId)->approvedFrom, JobState::Pending);
        QVERIFY(scene.move(JobState::Pending, JobState::Interrupted).has_value());
        JobChange approval;
        approval.approvedDigest = Bytes(32, 1);
        approval.approvalMac = Bytes(32, 2);
        QCOMPARE(scene.move(JobState::Interrupted, JobState::Approved, approval)->approvedFrom,
                 JobState::Interrupted);
        QCOMPARE(scene.store.approval(scene.jobId)->mac, Bytes(32, 2));
        // A step that is no approval leaves both.
        QCOMPARE(scene.move(JobState::Approved, JobState::Signing)->approvedFrom, JobState::Interrupted);
        QCOMPARE(scene.store.approval(scene.jobId)->mac, Bytes(32, 2));
    }

    void keepsWhatTheRelayWasTold()
    {
        JobStoreScene scene;
        NewJob job = newJob(std::string(64, 'b'), scene.document);
        job.origin = JobOrigin::Relay;
        job.submitter = "shop";
        job.submitterKey = Bytes(32, 9);
        QVERIFY(scene.store.add(job, JobState::Pending).has_value());
        QCOMPARE(*scene.store.submitterKey(job.jobId), Bytes(32, 9));
        QCOMPARE(*scene.store.submitterKey(scene.jobId), Bytes());
        // Pending is what the relay knows from the start; the file's job is none of its business.
        QVERIFY(scene.store.unreported()->empty());
        QVERIFY(scene.move(JobState::Pending, JobState::Rejected).has_value());
        QVERIFY(scene.store.unreported()->empty());
        QVERIFY(
            scene.store.move(job.jobId, std::array{JobState::Pending}, JobState::Approved, {}).has_value());
        QCOMPARE(scene.store.unreported()->front().jobId, job.jobId);
        QVERIFY(scene.store.markReported(job.jobId, JobState::Approved).has_value());
        QVERIFY(scene.store.unreported()->empty());
        job.jobId = std::string(64, 'c');
        QVERIFY(scene.store.add(job, JobState::Expired).has_value());
        QCOMPARE(scene.store.unreported()->front().state, JobState::Expired);
    }

    void findsWhatIsOverdue()
    {
        JobStoreScene scene;
        QVERIFY(scene.store.overdue()->empty());
        scene.profile.clock.set(1'750'000'000'500);
        QCOMPARE(*scene.store.overdue(), std::vector<std::string>{scene.jobId});
        QVERIFY(scene.move(JobState::Pending, JobState::Approved).has_value());
        QCOMPARE(scene.store.overdue()->size(), std::size_t{1});
        QVERIFY(scene.move(JobState::Approved, JobState::Signing).has_value());
        QVERIFY(scene.store.overdue()->empty());
        QCOMPARE(*scene.store.inState(JobState::Signing), std::vector<std::string>{scene.jobId});
    }

    void onlyOneOfTwoProgramsGetsThrough()
    {
        JobStoreScene scene;
        std::atomic<int> through = 0;
        std::atomic<int> refused = 0;
        const auto race = [&] {
            const auto database = scene.profile.openDatabase();
            AuditLog audit(*database, *scene.profile.vault, scene.profile.clock);
            RawJobStore store(*database, audit, scene.profile.clock);
            const auto moved = store.move(scene.jobId, std::array{JobState::Pending}, JobState::Approved, {});
            if (moved) {
                ++through;
            } else if (moved.error().code == ErrorCode::Denied) {
                ++refused;
            }
        };
        std::thread one(race);
        std::thread other(race);
        one.join();
        other.join();
        QCOMPARE(through.load(), 1);
        QCOMPARE(refused.load(), 1);
        QCOMPARE(scene.recorded(scene.jobId), std::string("job.received,job.approved"));
    }
};

COUNTERSIGN_GUILESS_TEST(JobStoreTest)
#include "JobStore_test.moc"
