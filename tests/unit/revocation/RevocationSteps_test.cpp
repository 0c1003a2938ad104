#include "core/revocation/RevocationSteps.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// A revocation that Dynamic did not answer before the wallet was delegated again.
struct HeldScene : RevocationScene
{
    std::unique_ptr<RevocationRunner> runner = makeRunner();
    std::string id;

    explicit HeldScene(const std::string& newShareSet)
    {
        script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 503));
        id = begin(*runner, request({evmWalletId}));
        if (!carryOut(*runner, {id})) {
            qFatal("not carried out");
        }
        delegate(evmWalletId, "EVM", toText(evmKey.address), "evm-event-2", 20, newShareSet);
        if (!carryOut(*runner, {id}) || !load(id).items.at(0).isHeld) {
            qFatal("not held");
        }
        script.asked.clear();
    }
};

}  // namespace

class RevocationStepsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aHeldWalletIsReleasedByEndingItsOldShareSet()
    {
        HeldScene scene("set-2");
        QVERIFY(!scene.isUsable(evmWalletId));
        QVERIFY(scene.runner->release(scene.id, evmWalletId).has_value());
        QVERIFY(!scene.isUsable(evmWalletId));  // until Dynamic has answered
        QVERIFY(RevocationScene::carryOut(*scene.runner, {scene.id}).has_value());
        QVERIFY(scene.script.asked == std::vector<std::string>{"set evm-wallet set-1"});
        const RevocationItem item = scene.load(scene.id).items.at(0);
        QVERIFY(item.outcome == RevocationOutcome::Revoked && item.isDone());
        QVERIFY(scene.isUsable(evmWalletId) && scene.hasMaterial(evmWalletId));
        QVERIFY(scene.wallet(evmWalletId).status == WalletStatus::Active);
        QVERIFY(scene.load(scene.id).endedAt != 0);
        QVERIFY(scene.audit.verify()->intact);
    }

    /// The call for the old one would end the new one.
    void aShareSetThatIsInUseIsNotAskedAbout()
    {
        HeldScene scene("set-1");
        QVERIFY(scene.runner->release(scene.id, evmWalletId).has_value());
        QVERIFY(RevocationScene::carryOut(*scene.runner, {scene.id}).has_value());
        QVERIFY(scene.script.asked.empty());
        const RevocationItem item = scene.load(scene.id).items.at(0);
        QVERIFY(item.outcome == RevocationOutcome::Absent);
        QVERIFY(item.httpStatus == 0 && item.answeredAt == 0);  // it was not asked about
        QVERIFY(!item.detail.empty());
        QVERIFY(scene.isUsable(evmWalletId));
    }

    /// Each hold is an operator's to decide.
    void endingAnOldShareSetReleasesNothingElse()
    {
        HeldScene scene("set-2");
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 429));
        const std::string second = scene.begin(*scene.runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*scene.runner, {second}).has_value());
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "evm-event-3", 30, "set-3");
        QVERIFY(RevocationScene::carryOut(*scene.runner, {second}).has_value());
        QVERIFY(scene.load(second).items.at(0).isHeld);
        QVERIFY(scene.runner->release(scene.id, evmWalletId).has_value());
        QVERIFY(RevocationScene::carryOut(*scene.runner, {scene.id}).has_value());
        QVERIFY(scene.load(scene.id).isDone());
        QVERIFY(scene.load(second).items.at(0).isHeld && !scene.isUsable(evmWalletId));
    }

    /// The newer share set alone ends: what the older revocation asks for is still the operator's to decide.
    void aNewerShareSetAloneSettlesNothingHeld()
    {
        HeldScene scene("set-2");
        RevocationRequest part = RevocationScene::request({evmWalletId});
        part.onlyShareSet = "set-2";
        const std::string second = scene.begin(*scene.runner, part);
        QVERIFY(RevocationScene::carryOut(*scene.runner, {second}).has_value());
        QVERIFY(scene.load(second).isDone());
        QVERIFY(scene.load(scene.id).items.at(0).isHeld && !scene.load(scene.id).isDone());
    }

    void onlyWhatIsHeldIsReleased()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(runner->release(id, evmWalletId).error().code == ErrorCode::InvalidInput);
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(runner->release(id, evmWalletId).error().code == ErrorCode::InvalidInput);
        QVERIFY(!runner->release("nothing", evmWalletId).has_value());
    }

    /// The wallet was delegated again; its older share set alone goes.
    void endingAnOlderShareSetLeavesTheNewerOne()
    {
        RevocationScene scene;
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "evm-event-2", 20, "set-2");
        RevocationRequest request = RevocationScene::request({evmWalletId});
        request.onlyShareSet = "set-1";
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, request);
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.script.asked == std::vector<std::string>{"set evm-wallet set-1"});
        QVERIFY(scene.load(id).isDone());
        QVERIFY(scene.isUsable(evmWalletId) && scene.hasMaterial(evmWalletId));
    }

    void endingTheCurrentShareSetEndsTheWallet()
    {
        RevocationScene scene;
        RevocationRequest request = RevocationScene::request({evmWalletId});
        request.onlyShareSet = "set-1";
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, request);
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(!scene.isUsable(evmWalletId) && !scene.hasMaterial(evmWalletId));
        QVERIFY(scene.wallet(evmWalletId).health == WalletHealth::RevokedHere);
        // What comes late of that share set is over; another one is a new life.
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "evm-event-2", 9, "set-1");
        QVERIFY(!scene.isUsable(evmWalletId));
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "evm-event-3", 30, "set-2");
        QVERIFY(scene.isUsable(evmWalletId));
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationStepsTest)
#include "RevocationSteps_test.moc"
