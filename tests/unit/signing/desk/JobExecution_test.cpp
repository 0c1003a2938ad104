#include "core/signing/desk/JobExecution.h"

#include "core/crypto/envelopes/Dsse.h"
#include "core/signing/prepare/JobPreparer.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// A relay's job and one desk's run of it; the relay's clock and ours agree unless a test says otherwise.
struct JobExecutionScene : SigningScene
{
    SigningServices fakes = parts();
    JobReports reports{fakes, store, audit};
    Job job = submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "hello"}}));
    JobExecution run{*JobLock::take(profile.paths.root, job.jobId), fakes, store, audit, reports};
    std::optional<Result<Job>> ended;

    JobExecutionScene()
    {
        QObject::connect(&run, &JobExecution::ended, [this](const Result<Job>& result) { ended = result; });
        engine.isSilent = true;
    }

    void leaseFor(UnixMillis length) { relay.claim.next = {JobClaim{profile.clock.now() + length}}; }

    Status claim()
    {
        return waitFor<Status>([&](auto done) { run.claim(job, done); });
    }

    JobCeremony::Order order()
    {
        JobChange change;
        change.approvedDigest = VerifiedJob::of(job)->payload()->digest;
        return {*VerifiedJob::of(
            *store.move(job.jobId, std::array{JobState::Pending}, JobState::Approved, change))};
    }

    void noteWithdrawal() { QVERIFY(store.noteWithdrawalWithin(job.jobId).has_value()); }

    /// As if the feed had been read up to there.
    void readUpTo(std::int64_t seq)
    {
        profile.database->handle().exec("UPDATE source SET cursor = " + std::to_string(seq));
    }

    /// The relay knows of withdrawals, the newest in this entry.
    JobClaim claimWithWithdrawal(std::int64_t seq) const
    {
        JobClaim claim{profile.clock.now() + 60'000, true};
        claim.withdrawalSeq = seq;
        return claim;
    }

    /// The states that the relay was told, in their order.
    std::vector<std::string> told() const
    {
        std::vector<std::string> states;
        for (const auto& [jobId, text] : relay.posted) {
            states.push_back(parseJson(asText(parseDsse(text)->payload))->at("state").get<std::string>());
        }
        return states;
    }
};

bool isAboutTheClaim(const std::string& sentence)
{
    return sentence.find("could not be renewed at the relay") != std::string::npos;
}

#define TRY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patienceMs)

}  // namespace

class JobExecutionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The relay is silent: by our clock the lease ends, and with it our part.
    void aLeaseThatIsNotRenewedEndsTheCeremony()
    {
        JobExecutionScene scene;
        scene.leaseFor(6000);
        scene.relay.claim.always = failure(error(ErrorCode::Network));
        QVERIFY(scene.claim().has_value());
        scene.run.sign(scene.order(), 1);
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QVERIFY(isAboutTheClaim((*scene.ended)->error));
        QVERIFY((*scene.ended)->signature.empty());
        QCOMPARE(scene.engine.ceremonies.size(), std::size_t{1});
        QCOMPARE(scene.engine.cancelled, 1);
    }

    void aLeaseThatEndsBeforeTheRoomCostsNothing()
    {
        JobExecutionScene scene;
        scene.leaseFor(300);
        scene.relay.claim.always = failure(error(ErrorCode::Timeout));
        scene.api.roomIsSilent = true;
        QVERIFY(scene.claim().has_value());
        scene.run.sign(scene.order(), 1);
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Pending);
        QVERIFY(isAboutTheClaim((*scene.ended)->error));
        QVERIFY(scene.engine.ceremonies.empty());
    }

    void aRenewalThatIsRefusedEndsTheCeremonyAtOnce()
    {
        JobExecutionScene scene;
        scene.leaseFor(6000);  // renewed after 2 s, over after 5 s
        scene.relay.claim.always = failure(error(ErrorCode::Busy, "another desk"));
        QVERIFY(scene.claim().has_value());
        scene.run.sign(scene.order(), 1);
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Failed);
        QVERIFY(isAboutTheClaim((*scene.ended)->error));
        QCOMPARE(scene.engine.cancelled, 1);
        // Lost is lost: it is not asked for again.
        QCOMPARE(scene.relay.claimed.size(), std::size_t{2});
    }

    void aRenewedLeaseGoesOn()
    {
        JobExecutionScene scene;
        scene.relay.claim.always = JobClaim{scene.profile.clock.now() + 6000};
        QVERIFY(scene.claim().has_value());
        scene.run.sign(scene.order(), 1);
        TRY(scene.relay.claimed.size() >= 4);
        QVERIFY(!scene.ended);
        scene.engine.answer(scene.evmKey.sign(scene.engine.ceremonies.front().input));
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Signed);
    }

    /// A computer that slept: its timers know nothing of it, its clock does.
    void theClockDecidesBeforeTheShareIsUsed()
    {
        for (const UnixMillis gone : {50'000, 49'999}) {
            JobExecutionScene scene;
            scene.leaseFor(60'000);
            QVERIFY(scene.claim().has_value());
            scene.api.whenAsked = [&] { scene.profile.clock.advance(std::chrono::milliseconds(gone)); };
            scene.run.sign(scene.order(), 1);
            if (gone == 50'000) {
                TRY(scene.ended);
                QCOMPARE((*scene.ended)->state, JobState::Pending);
                QVERIFY(isAboutTheClaim((*scene.ended)->error));
                QVERIFY(scene.engine.ceremonies.empty());
            } else {
                TRY(!scene.engine.ceremonies.empty());
            }
        }
    }

    /// Where the clocks disagree, neither a longer nor an endless lease follows from it.
    void noLeaseIsLongerThanAMinute()
    {
        for (const UnixMillis until : {UnixMillis{0}, UnixMillis{4'000'000'000'000}}) {
            JobExecutionScene scene;
            scene.relay.claim.next = {JobClaim{until}};
            QVERIFY(scene.claim().has_value());
            scene.api.whenAsked = [&] { scene.profile.clock.advance(std::chrono::milliseconds(50'000)); };
            scene.run.sign(scene.order(), 1);
            TRY(scene.ended);
            QVERIFY(isAboutTheClaim((*scene.ended)->error));
        }
    }

    /// From the first moment at which a signature can exist the relay knows whose it is.
    void nothingIsSignedBeforeTheRelayKnows()
    {
        JobExecutionScene scene;
        scene.leaseFor(60'000);
        scene.relay.post.isSilent = true;
        QVERIFY(scene.claim().has_value());
        scene.run.sign(scene.order(), 1);
        TRY(scene.relay.post.held == 1);
        QTest::qWait(100);
        QCOMPARE(scene.told(), std::vector<std::string>{"signing"});
        QVERIFY(scene.api.rooms.empty() && scene.engine.ceremonies.empty());
        scene.run.cancel();
        TRY(scene.ended);
        QCOMPARE((*scene.ended)->state, JobState::Pending);

        JobExecutionScene told;
        told.leaseFor(60'000);
        std::size_t roomsWhenTold = 99;
        told.relay.post.whenAsked = [&] { roomsWhenTold = told.api.rooms.size(); };
        QVERIFY(told.claim().has_value());
        told.run.sign(told.order(), 1);
        TRY(!told.engine.ceremonies.empty());
        QCOMPARE(roomsWhenTold, std::size_t{0});
        QCOMPARE(told.told(), std::vector<std::string>{"signing"});
    }

    /// It may have the news although its answer was lost: that nothing was begun is told then.
    void aRelayThatDoesNotAnswerMayKnow()
    {
        for (const ErrorCode code : {ErrorCode::Network, ErrorCode::Busy}) {
            JobExecutionScene scene;
            scene.leaseFor(60'000);
            scene.relay.post.always = failure(error(code));
            QVERIFY(scene.claim().has_value());
            QVERIFY(scene.store.unreported()->empty());
            scene.run.sign(scene.order(), 1);
            TRY(scene.ended);
            QCOMPARE((*scene.ended)->state, JobState::Pending);
            QVERIFY(scene.api.rooms.empty());
            QCOMPARE(scene.store.unreported()->size(), std::size_t{1});
        }
    }

    void whoeverHasTheClaimKeepsIt()
    {
        JobExecutionScene scene;
        scene.relay.claim.always = failure(error(ErrorCode::Busy, "another desk"));
        QCOMPARE(scene.claim().error().detail, QStringLiteral("another desk"));
    }

    /// The relay cannot tell whether a withdrawal is genuine; only who has read it can.
    void aWithdrawalIsReadFirst()
    {
        JobExecutionScene scene;
        scene.relay.claim.always = JobClaim{scene.profile.clock.now() + 60'000, true};
        const auto refused = scene.claim();
        QCOMPARE(refused.error().code, ErrorCode::Busy);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("withdrawal")));
        scene.noteWithdrawal();
        // Read, and the job still waits: it was not its submitter's.
        QVERIFY(scene.claim().has_value());
        scene.run.sign(scene.order(), 1);
        TRY(!scene.engine.ceremonies.empty());
    }

    /// One that was read, and found false, says nothing about the next.
    void everyWithdrawalIsReadFirst()
    {
        JobExecutionScene scene;
        for (const std::int64_t seq : {4, 9}) {
            scene.relay.claim.always = scene.claimWithWithdrawal(seq);
            scene.readUpTo(seq - 1);
            QCOMPARE(scene.claim().error().code, ErrorCode::Busy);
            scene.noteWithdrawal();
            QCOMPARE(scene.claim().error().code, ErrorCode::Busy);
            scene.readUpTo(seq);
            QVERIFY(scene.claim().has_value());
        }
        // Another feed's position is none of this one.
        scene.readUpTo(0);
        scene.profile.database->handle().exec(
            "INSERT INTO source (id, url, inbox, cursor) VALUES (2, 'v', 'i', 100), (3, 'u', 'j', 100)");
        QCOMPARE(scene.claim().error().code, ErrorCode::Busy);
        scene.profile.database->handle().exec("UPDATE source SET url = 'w' WHERE id = 1");
        QCOMPARE(scene.claim().error().code, ErrorCode::Busy);
    }

    /// It was read when nobody here knew the job: nobody has judged it.
    void aWithdrawalInQuarantineIsJudgedFirst()
    {
        JobExecutionScene scene;
        scene.relay.claim.always = scene.claimWithWithdrawal(5);
        scene.readUpTo(7);
        const auto refused = scene.claim();
        QCOMPARE(refused.error().code, ErrorCode::Busy);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("quarantine")));
        scene.noteWithdrawal();
        QVERIFY(scene.claim().has_value());
    }

    /// The lease ran out at the relay, and a withdrawal came in before the renewal.
    void aWithdrawalBetweenTwoLeasesIsReadBeforeTheRoom()
    {
        for (const bool isRead : {false, true}) {
            JobExecutionScene scene;
            scene.relay.claim.next = {JobClaim{scene.profile.clock.now() + 6'000}};  // renewed after 2 s
            scene.relay.claim.always = scene.claimWithWithdrawal(5);
            scene.noteWithdrawal();
            scene.readUpTo(isRead ? 5 : 4);
            QVERIFY(scene.claim().has_value());
            // Dynamic takes its time with the room.
            scene.api.whenAsked = [&] {
                TRY(scene.relay.claimed.size() >= 2);
                QTest::qWait(50);
            };
            scene.run.sign(scene.order(), 1);
            if (isRead) {
                TRY(!scene.engine.ceremonies.empty());
                continue;
            }
            TRY(scene.ended);
            QCOMPARE((*scene.ended)->state, JobState::Pending);
            QVERIFY((*scene.ended)->error.find("withdrawal") != std::string::npos);
            QVERIFY(scene.engine.ceremonies.empty());
        }
    }

    /// A claim that waited for the relay's patience is as young as the request that was granted.
    void aLeaseBeginsWithTheRequestThatWasGranted()
    {
        for (const bool waited : {false, true}) {
            JobExecutionScene scene;
            // By the relay's clock, which agrees: asked at 0, granted at 40 s for a minute.
            scene.relay.claim.whenAsked = [&] { scene.profile.clock.advance(std::chrono::seconds(40)); };
            JobClaim claim{scene.profile.clock.now() + 100'000};
            claim.waited = std::chrono::seconds(waited ? 40 : 0);
            scene.relay.claim.next = {claim};
            QVERIFY(scene.claim().has_value());
            scene.relay.claim.whenAsked = {};
            scene.api.whenAsked = [&] { scene.profile.clock.advance(std::chrono::seconds(20)); };
            scene.run.sign(scene.order(), 1);
            if (waited) {
                TRY(!scene.engine.ceremonies.empty());
            } else {
                TRY(scene.ended);
                QVERIFY(isAboutTheClaim((*scene.ended)->error));
            }
        }
    }

    void aJobOfAFileNeedsNobody()
    {
        JobExecutionScene scene;
        scene.job.origin = JobOrigin::File;
        QVERIFY(scene.claim().has_value());
        scene.api.whenAsked = [&] { scene.profile.clock.advance(std::chrono::minutes(2)); };
        scene.run.sign(scene.order(), 1);
        TRY(!scene.engine.ceremonies.empty());
        QVERIFY(scene.relay.claimed.empty() && scene.relay.posted.empty());
    }

    void lettingGoFreesTheJob()
    {
        JobExecutionScene scene;
        QCOMPARE(JobLock::take(scene.profile.paths.root, scene.job.jobId).error().code, ErrorCode::Busy);
        scene.relay.claim.always = JobClaim{scene.profile.clock.now() + 150};
        QVERIFY(scene.claim().has_value());
        scene.run.letGo();
        QVERIFY(JobLock::take(scene.profile.paths.root, scene.job.jobId).has_value());
        QTest::qWait(200);
        QCOMPARE(scene.relay.claimed.size(), std::size_t{1});
    }
};

COUNTERSIGN_GUILESS_TEST(JobExecutionTest)
#include "JobExecution_test.moc"
