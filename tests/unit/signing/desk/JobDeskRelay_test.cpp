#include "core/base/encoding/Hex.h"
#include "core/signing/desk/JobDesk.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/desk/DeskScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

using Scene = DeskScene;

/// Claims, and what the relay is told.
class JobDeskRelayTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anotherDeskHasTheClaim()
    {
        Scene scene;
        scene.relay.claim.always = failure(error(ErrorCode::Busy, "another desk"));
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        const auto refused = scene.approve(job.jobId);
        QCOMPARE(refused.error().detail, QStringLiteral("another desk"));
        QCOMPARE(scene.relay.claimed, std::vector<std::string>{job.jobId});
        QCOMPARE(scene.stateOf(job.jobId), JobState::Pending);
        QVERIFY(scene.api.rooms.empty());
        QVERIFY(!scene.desk.isBusy());
    }

    void whatTheRelayBringsMeanwhileNeedsAClaim()
    {
        Scene scene;
        const Job job = scene.transaction();
        scene.evm.fees.whenAsked = [&] {
            scene.profile.database->handle().exec("UPDATE job SET origin = 'relay'");
        };
        QCOMPARE(scene.approve(job.jobId)->state, JobState::Signed);
        QCOMPARE(scene.relay.claimed, std::vector<std::string>{job.jobId});

        Scene late;
        const Job shown = late.message();
        (void)late.prepare(shown.jobId);
        late.begin({.jobId = shown.jobId, .digest = late.store.load(shown.jobId)->digest});
        // Not asked for a claim any more, not yet approved.
        late.profile.database->handle().exec("UPDATE job SET origin = 'relay'");
        QTRY_COMPARE_WITH_TIMEOUT(late.answers.size(), std::size_t{1}, patienceMs);
        QCOMPARE(late.answers.front().error().code, ErrorCode::InvalidInput);
        QCOMPARE(late.stateOf(shown.jobId), JobState::Pending);
        QVERIFY(late.api.rooms.empty());
        QCOMPARE(late.approve(shown.jobId)->state, JobState::Signed);
        QCOMPARE(late.relay.claimed, std::vector<std::string>{shown.jobId});
    }

    void whatTheRelayCannotTakeIsSettled()
    {
        for (const ErrorCode code : {ErrorCode::NotFound, ErrorCode::InvalidInput}) {
            Scene scene;
            const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
            QVERIFY(scene.desk.reject(job.jobId, "no").has_value());
            scene.relay.post.always = failure(error(code));
            QVERIFY(scene.report().has_value());
            QVERIFY(scene.store.unreported()->empty());
        }
    }

    void tellsTheRelay()
    {
        Scene scene;
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        const auto signedJob = scene.approve(job.jobId);
        QVERIFY(signedJob.has_value());
        QVERIFY(scene.report().has_value());
        const auto events = scene.told(job.jobId);
        QCOMPARE(events.size(), scene.relay.posted.size());
        const Json last = events.back();
        QCOMPARE(textOf(last, "jobId"), job.jobId);
        QCOMPARE(textOf(last, "desk"), scene.profile.vault->info().profileId);
        QCOMPARE(textOf(last, "state"), std::string("signed"));
        QCOMPARE(textOf(last, "at"), toIso8601(signedJob->stateAt));
        QVERIFY(last.at("final").get<bool>());
        QCOMPARE(textOf(last.at("result"), "signature"), toHexPrefixed(signedJob->signature));
        QVERIFY(!last.at("result").contains("error"));
        for (std::size_t i = 0; i + 1 < events.size(); ++i) {
            QVERIFY(!events[i].at("final").get<bool>());
        }
        // Told is told.
        const std::size_t posted = scene.relay.posted.size();
        QVERIFY(scene.report().has_value());
        QCOMPARE(scene.relay.posted.size(), posted);
    }

    void aFailureIsNotFinalWithoutASignature()
    {
        Scene scene;
        scene.engine.sign = [](const CeremonyRequest&) -> Result<Bytes> {
            return failure(error(ErrorCode::Network));
        };
        const Job job = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        QCOMPARE(scene.approve(job.jobId)->state, JobState::Failed);
        QVERIFY(scene.report().has_value());
        const Json failed = scene.told(job.jobId).back();
        QCOMPARE(textOf(failed, "state"), std::string("failed"));
        QVERIFY(!failed.at("final").get<bool>());
        QCOMPARE(textOf(failed.at("result"), "error"), std::string("said the test"));
        QVERIFY(scene.desk.reject(job.jobId, "no").has_value());
        QVERIFY(scene.report().has_value());
        const Json rejected = scene.told(job.jobId).back();
        QCOMPARE(textOf(rejected, "state"), std::string("rejected"));
        QVERIFY(rejected.at("final").get<bool>());
        QVERIFY(!rejected.contains("result"));
    }

    void tellsInOrderAndGoesOnAfterAnError()
    {
        Scene scene;
        scene.relay.post.always = failure(error(ErrorCode::Network, "no relay"));
        std::vector<std::string> jobIds;
        for (const char* text : {"a", "b", "c"}) {
            jobIds.push_back(
                scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", text}})).jobId);
        }
        for (auto jobId = jobIds.rbegin(); jobId != jobIds.rend(); ++jobId) {
            QVERIFY(scene.desk.reject(*jobId, "no").has_value());
        }
        const auto failed = scene.report();
        QVERIFY(!failed.has_value());
        QCOMPARE(failed.error().detail, QStringLiteral("no relay"));
        QCOMPARE(scene.store.unreported()->size(), std::size_t{3});
        // In the order in which they came, and one refusal does not keep the others back.
        scene.relay.posted.clear();
        scene.relay.post.next = {Status(), failure(error(ErrorCode::Denied, "not that one")), Status()};
        const auto partly = scene.report();
        QCOMPARE(partly.error().detail, QStringLiteral("not that one"));
        std::vector<std::string> posted;
        for (const auto& [jobId, envelope] : scene.relay.posted) {
            posted.push_back(jobId);
        }
        QCOMPARE(posted, jobIds);
        QCOMPARE(scene.store.unreported()->size(), std::size_t{1});
        scene.relay.post.always = Status();
        QVERIFY(scene.report().has_value());
        QVERIFY(scene.store.unreported()->empty());
    }

    void manyRefusalsKeepNothingBack()
    {
        Scene scene;
        std::string last;
        for (int i = 0; i < 102; ++i) {
            last =
                scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", std::to_string(i)}}))
                    .jobId;
        }
        scene.profile.database->handle().exec("UPDATE job SET state = 'rejected'");
        // Of another relay, say: they are refused every time.
        scene.relay.post.next.assign(101, failure(error(ErrorCode::Denied, "not yours")));
        QCOMPARE(scene.report().error().code, ErrorCode::Denied);
        QCOMPARE(scene.relay.posted.size(), std::size_t{102});
        QCOMPARE(scene.relay.posted.back().first, last);
        // A relay that is not there is not asked a hundred times.
        scene.relay.post.always = failure(error(ErrorCode::Timeout));
        QCOMPARE(scene.report().error().code, ErrorCode::Timeout);
        QCOMPARE(scene.relay.posted.size(), std::size_t{103});
    }

    void whatAnotherDeskFinishedNeedsNoWord()
    {
        Scene scene;
        scene.relay.post.always = failure(error(ErrorCode::Busy, "finished"));
        const Job rejected = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "a"}}));
        QVERIFY(scene.desk.reject(rejected.jobId, "no").has_value());
        QVERIFY(scene.report().has_value());
        QVERIFY(scene.store.unreported()->empty());
        // A signature of ours is told again until the relay has it.
        const Job signedJob = scene.submitFromRelay(documentOf(evmWalletId, "evm.message", {{"text", "b"}}));
        scene.relay.post.always = Status();
        scene.engine.whenAsked = [&] {
            scene.relay.post.always = failure(error(ErrorCode::Busy, "finished"));
        };
        QCOMPARE(scene.approve(signedJob.jobId)->state, JobState::Signed);
        QCOMPARE(scene.report().error().code, ErrorCode::Busy);
        QCOMPARE(scene.store.unreported()->size(), std::size_t{1});
    }
};

COUNTERSIGN_GUILESS_TEST(JobDeskRelayTest)
#include "JobDeskRelay_test.moc"
