#include "core/revocation/RevocationPlanner.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

Result<RevocationPlan> planOf(RevocationScene& scene, const RevocationRequest& request)
{
    return planRevocation(*scene.profile.database, *scene.profile.vault, request);
}

}  // namespace

class RevocationPlannerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheDelegationThatIsEnded()
    {
        RevocationScene scene;
        const auto plan =
            planOf(scene, RevocationScene::request({evmWalletId, toText(scene.evmKey.address)}));
        QVERIFY(plan.has_value());
        QCOMPARE(plan->toEnd.size(), 1U);  // id and address of one wallet
        const RevocationItem& item = plan->toEnd.at(0);
        QCOMPARE(item.walletId, std::string(evmWalletId));
        QCOMPARE(item.eventId, std::string("evm-event"));
        QCOMPARE(item.delegatedAt, 10);
        QVERIFY(item.shareSetIds == std::vector<std::string>{"set-1"});
        QVERIFY(item.outcome == RevocationOutcome::Pending);
        QVERIFY(scene.isUsable(evmWalletId));  // nothing has happened
        QVERIFY(scene.recorded().empty());
    }

    void refusesWhatCannotBe()
    {
        RevocationScene scene;
        QVERIFY(planOf(scene, RevocationScene::request({"nobody"})).error().code == ErrorCode::NotFound);
        QVERIFY(planOf(scene, RevocationScene::request({})).error().code == ErrorCode::InvalidInput);
        for (const std::string& reason : {std::string(), std::string("  \n"), std::string(4001, 'x')}) {
            RevocationRequest request = RevocationScene::request({evmWalletId});
            request.reason = reason;
            QVERIFY(planOf(scene, request).error().code == ErrorCode::InvalidInput);
        }
    }

    void theCallFollowsFromWhatIsMeant()
    {
        RevocationScene scene;
        RevocationRequest one = RevocationScene::request({evmWalletId});
        QVERIFY(plannedCall(*planOf(scene, one)) == RevocationCall::Single);
        QVERIFY(plannedCall(*planOf(scene, RevocationScene::request({evmWalletId, solanaWalletId}))) ==
                RevocationCall::Bulk);
        one.onlyShareSet = "set-1";
        QVERIFY(plannedCall(*planOf(scene, one)) == RevocationCall::ShareSet);
        scene.SigningScene::revoke(evmWalletId);
        one.onlyShareSet.reset();
        QVERIFY(plannedCall(*planOf(scene, one)) == RevocationCall::None);
        for (const RevocationCall call :
             {RevocationCall::None, RevocationCall::Single, RevocationCall::Bulk, RevocationCall::ShareSet}) {
            QVERIFY(!toText(call).empty() && !reasonOf(call).isEmpty());
        }
    }

    void aShareSetNamesItsDelegation()
    {
        RevocationScene scene;
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "evm-event-2", 20, "set-2");
        RevocationRequest request = RevocationScene::request({evmWalletId});
        request.onlyShareSet = "set-1";
        const auto older = planOf(scene, request);
        QCOMPARE(older->toEnd.at(0).eventId, std::string("evm-event"));
        QCOMPARE(older->toEnd.at(0).onlyShareSet, std::string("set-1"));
        request.onlyShareSet = "set-2";
        QCOMPARE(planOf(scene, request)->toEnd.at(0).eventId, std::string("evm-event-2"));
        request.onlyShareSet = "set-3";
        QVERIFY(planOf(scene, request).error().code == ErrorCode::NotFound);
        request.onlyShareSet = "set-1";
        request.wallets.emplace_back(solanaWalletId);
        QVERIFY(planOf(scene, request).error().code == ErrorCode::InvalidInput);
    }

    /// What ended a share set alone does not stand for the wallet.
    void aShareSetThatEndedIsNotTheWallet()
    {
        RevocationScene scene;
        RevocationRequest part = RevocationScene::request({evmWalletId});
        part.onlyShareSet = "set-1";
        const RevocationRequest whole = RevocationScene::request({evmWalletId});
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, part);
        QVERIFY(planOf(scene, part)->pending.size() == 1);
        QVERIFY(planOf(scene, whole)->pending.empty() && planOf(scene, whole)->toEnd.size() == 1);
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(planOf(scene, whole)->toEnd.size() == 1 && planOf(scene, whole)->ended.empty());
        QVERIFY(std::ranges::count(*walletsToRevoke(*scene.profile.database), evmWalletId) == 1);
        const std::string second = scene.begin(*runner, whole);
        QVERIFY(planOf(scene, part)->pending.size() == 1);  // the whole wallet goes already
        QVERIFY(RevocationScene::carryOut(*runner, {second}).has_value());
        QVERIFY(scene.script.asked.back() == "one evm-wallet");
        QVERIFY(planOf(scene, whole)->toEnd.empty() && planOf(scene, whole)->ended.size() == 1);
        QVERIFY(std::ranges::count(*walletsToRevoke(*scene.profile.database), evmWalletId) == 0);
    }

    /// Whoever writes the profile's file may call a wallet revoked; what is here of it is ended all the same.
    void aRowsWordAloneEndsNothing()
    {
        RevocationScene scene;
        scene.profile.database->handle().exec("UPDATE wallet SET status = 'revoked'");
        const auto plan = planOf(scene, RevocationScene::request({evmWalletId}));
        QVERIFY(plan->ended.empty() && plan->toEnd.size() == 1);
        QCOMPARE(walletsToRevoke(*scene.profile.database)->size(), 2U);
    }

    void aCheckAfterwardsIsBounded()
    {
        RevocationScene scene;
        RevocationRequest request = RevocationScene::request(std::vector<std::string>(100, evmWalletId));
        request.checkAfterwards = true;
        QVERIFY(planOf(scene, request).has_value());
        request.wallets.emplace_back(evmWalletId);
        QVERIFY(planOf(scene, request).error().code == ErrorCode::InvalidInput);
    }

    void whatIsRevokedIsNotEndedAgain()
    {
        RevocationScene scene;
        scene.SigningScene::revoke(evmWalletId);
        const auto plan = planOf(scene, RevocationScene::request({evmWalletId, solanaWalletId}));
        QCOMPARE(plan->toEnd.size(), 1U);
        QCOMPARE(plan->ended.size(), 1U);
        QVERIFY(plan->ended.at(0).outcome == RevocationOutcome::Revoked);
        QVERIFY(*walletsToRevoke(*scene.profile.database) == std::vector<std::string>{solanaWalletId});
    }

    void allIsAlsoWhatIsNotEndedAtDynamic()
    {
        for (const auto outcome : {RevocationOutcome::Pending, RevocationOutcome::Refused}) {
            RevocationScene scene;
            scene.script.single[evmWalletId].push_back(revocationAnswer(outcome, 403));
            const auto runner = scene.makeRunner();
            const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}, true));
            QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
            QVERIFY(scene.wallet(evmWalletId).status == WalletStatus::Revoked);  // here
            QCOMPARE(walletsToRevoke(*scene.profile.database)->size(), 2U);
        }
    }

    void whatWaitsGoesOn()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        const auto plan = planOf(scene, RevocationScene::request({evmWalletId, solanaWalletId}));
        QCOMPARE(plan->pending.size(), 1U);
        QVERIFY(plan->pending.at(0) == std::pair(id, std::string(evmWalletId)));
        QCOMPARE(plan->toEnd.size(), 1U);
        QCOMPARE(plan->toEnd.at(0).walletId, std::string(solanaWalletId));
    }

    void whatWasRefusedMayBeAskedAnew()
    {
        for (const bool localFirst : {false, true}) {
            RevocationScene scene;
            scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Refused, 403));
            const auto runner = scene.makeRunner();
            const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}, localFirst));
            QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
            const auto plan = planOf(scene, RevocationScene::request({evmWalletId}));
            QCOMPARE(plan->toEnd.size(), 1U);
            QVERIFY(plan->toEnd.at(0).outcome == RevocationOutcome::Pending);
            QCOMPARE(plan->toEnd.at(0).httpStatus, 0);
        }
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationPlannerTest)
#include "RevocationPlanner_test.moc"
