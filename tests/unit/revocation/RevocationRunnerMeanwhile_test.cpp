#include "core/revocation/RevocationRunner.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

/// What happens while a revocation is on its way: restarts, ceremonies, webhooks, new delegations.
class RevocationRunnerMeanwhileTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsPendingGoesOn()
    {
        RevocationScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 503));
        std::string id;
        {
            const auto runner = scene.makeRunner();
            id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
            QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
            QVERIFY(!scene.load(id).isDone());
            QVERIFY(*runner->unfinished() == Strings{id});
        }
        const auto again = scene.makeRunner();  // another process
        QVERIFY(RevocationScene::carryOut(*again, *again->unfinished()).has_value());
        QVERIFY(scene.load(id).isDone());
        QVERIFY(again->unfinished()->empty());
        QCOMPARE(scene.script.asked.size(), 2U);
        // What was no answer to keep is not in the record: a silent service must not fill it.
        QVERIFY(scene.recorded() == wholeRecord);
    }

    void aPauseIsKeptOverARestart()
    {
        RevocationScene scene;
        RevocationAnswer later = revocationAnswer(RevocationOutcome::Pending, 429);
        later.retryAfter = 2h;
        scene.script.single[evmWalletId].push_back(later);
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        const auto again = scene.makeRunner();
        QVERIFY(RevocationScene::carryOut(*again, {id}).has_value());
        QCOMPARE(scene.script.asked.size(), 1U);
        scene.profile.clock.advance(2h + 1ms);
        QVERIFY(RevocationScene::carryOut(*again, {id}).has_value());
        QCOMPARE(scene.script.asked.size(), 2U);
        QVERIFY(scene.load(id).isDone());
    }

    void theWebhookMayBeFirst()
    {
        RevocationScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Absent, 404));
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        scene.SigningScene::revoke(evmWalletId);  // the user's, before anybody was asked
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        // What the file says of it is no answer of Dynamic.
        QCOMPARE(scene.script.asked.size(), 1U);
        const RevocationItem item = scene.load(id).items.at(0);
        QVERIFY(item.isDone() && item.outcome == RevocationOutcome::Absent);
        QCOMPARE(item.httpStatus, 404);
        QVERIFY(scene.wallet(evmWalletId).health == WalletHealth::Revoked);
    }

    void twoProgramsDoNotBeginTheSame()
    {
        RevocationScene scene;
        const auto one = scene.makeRunner();
        const auto other = scene.makeRunner();
        const auto request = RevocationScene::request({evmWalletId});
        const auto plan = other->plan(request);
        QVERIFY(!scene.begin(*one, request).empty());
        const auto second = other->begin(request, *plan);
        QVERIFY(!second && second.error().code == ErrorCode::Busy);
        QCOMPARE(RevocationStore(*scene.profile.database, *scene.profile.vault).ids()->size(), 1U);
    }

    void oneDelegatedWhileDynamicAnswersIsEndedByTheSameCall()
    {
        RevocationScene scene;
        RevocationAnswer answer = revocationAnswer(RevocationOutcome::Revoked, 204);
        answer.serverTime = 1000;
        scene.script.single[evmWalletId].push_back(answer);
        scene.script.whenAsked = [&] {
            scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "evm-event-2", 900);
        };
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(!scene.isUsable(evmWalletId) && !scene.hasMaterial(evmWalletId));
    }

    void theWebhookMayBeLast()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        scene.SigningScene::revoke(evmWalletId);
        QVERIFY(scene.wallet(evmWalletId).health == WalletHealth::RevokedHere);
        QVERIFY(!scene.hasMaterial(evmWalletId));
    }

    void aWalletDelegatedAgainIsHeld()
    {
        RevocationScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 503));
        const auto runner = scene.makeRunner();
        const std::string old = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {old}).has_value());
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "evm-event-2", 20);
        QVERIFY(RevocationScene::carryOut(*runner, {old}).has_value());
        QCOMPARE(scene.script.asked.size(), 1U);  // the old call does not end the new delegation
        QVERIFY(scene.load(old).items.at(0).isHeld);
        QVERIFY(scene.hasMaterial(evmWalletId) && !scene.isUsable(evmWalletId));
        // The operator wants that one ended, too.
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(id != old && !scene.load(old).isDone());
        QVERIFY(RevocationScene::carryOut(*runner, {id, old}).has_value());
        QVERIFY(scene.load(old).isDone());
        QVERIFY(scene.load(old).items.at(0).outcome == RevocationOutcome::Absent);
        QVERIFY(scene.load(id).items.at(0).eventId == "evm-event-2");
        QVERIFY(scene.load(id).isDone() && !scene.hasMaterial(evmWalletId));
    }

    void aDelegationAfterTheEndIsALifeOfItsOwn()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "evm-event-2", 20);
        QVERIFY(scene.isUsable(evmWalletId));
        QVERIFY(scene.wallet(evmWalletId).status == WalletStatus::Active);
    }

    void whatDynamicMadeBeforeItAnsweredIsOverToo()
    {
        RevocationScene scene;
        RevocationAnswer answer = revocationAnswer(RevocationOutcome::Revoked, 204);
        answer.serverTime = 1000;
        scene.script.single[evmWalletId].push_back(answer);
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "late", 900);
        QVERIFY(!scene.isUsable(evmWalletId));
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "new", 1001);
        QVERIFY(scene.isUsable(evmWalletId));
    }

    void aClockThatIsFarAheadEndsNothingThatComes()
    {
        RevocationScene scene;
        RevocationAnswer answer = revocationAnswer(RevocationOutcome::Revoked, 204);
        answer.serverTime = scene.profile.clock.now() + 86'400'000;
        scene.script.single[evmWalletId].push_back(answer);
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "new", 20);
        QVERIFY(scene.isUsable(evmWalletId));
    }

    void aCeremonyInItsRoomIsWaitedFor()
    {
        RevocationScene scene;
        scene.jobs.signing.insert(evmWalletId);
        const auto runner = scene.makeRunner();
        runner->setCeremonyPatience(1h);
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}, true));
        bool isOver = false;
        runner->carryOut({id}, [&](const Status&) { isOver = true; });
        QVERIFY(waitUntil([&] { return !scene.load(id).items.at(0).sentence.empty(); }, patienceMs));
        QVERIFY(!isOver && scene.script.asked.empty() && scene.hasMaterial(evmWalletId));
        scene.jobs.signing.clear();
        QVERIFY(waitUntil([&] { return isOver; }, patienceMs));
        QVERIFY(scene.load(id).isDone() && !scene.hasMaterial(evmWalletId));
    }

    void aCeremonyWithoutEndIsNotWaitedForForEver()
    {
        RevocationScene scene;
        scene.jobs.signing.insert(evmWalletId);
        const auto runner = scene.makeRunner();
        runner->setCeremonyPatience(0ms);
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(!scene.load(id).isDone() && scene.script.asked.empty());
    }

    void stopLeavesItPending()
    {
        RevocationScene scene;
        scene.script.isSilent = true;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        bool isOver = false;
        runner->carryOut({id}, [&](const Status&) { isOver = true; });
        QVERIFY(waitUntil([&] { return scene.script.held == 1; }, patienceMs));
        runner->stop();
        QVERIFY(waitUntil([&] { return isOver; }, patienceMs));
        QCOMPARE(scene.script.held, 0);
        QVERIFY(scene.load(id).items.at(0).outcome == RevocationOutcome::Pending);
        QVERIFY(!scene.isUsable(evmWalletId));
    }

    void oneRunAtATime()
    {
        RevocationScene scene;
        scene.script.isSilent = true;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        runner->carryOut({id}, [](const Status&) {});
        const Status second = RevocationScene::carryOut(*runner, {id});
        QVERIFY(!second && second.error().code == ErrorCode::Busy);
        runner->stop();
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationRunnerMeanwhileTest)
#include "RevocationRunnerMeanwhile_test.moc"
