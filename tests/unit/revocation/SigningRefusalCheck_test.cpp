#include "core/revocation/SigningRefusalCheck.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

RevocationRequest checkedRequest()
{
    RevocationRequest request = RevocationScene::request({evmWalletId});
    request.checkAfterwards = true;
    return request;
}

Result<std::string> roomRefusal(ErrorCode code)
{
    return failure(code, QStringLiteral("said the test"), QStringLiteral("HTTP 403"));
}

}  // namespace

class SigningRefusalCheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatTheRoomSaysDecides_data()
    {
        QTest::addColumn<bool>("opens");
        QTest::addColumn<ErrorCode>("code");
        QTest::addColumn<QByteArray>("told");
        QTest::newRow("a room") << true << ErrorCode::Internal << QByteArray("possible");
        QTest::newRow("denied") << false << ErrorCode::Denied << QByteArray("refused");
        QTest::newRow("not found") << false << ErrorCode::NotFound << QByteArray("refused");
        QTest::newRow("busy") << false << ErrorCode::Busy << QByteArray("not-tried");
        QTest::newRow("silent") << false << ErrorCode::Timeout << QByteArray("not-tried");
        QTest::newRow("not understood") << false << ErrorCode::InvalidInput << QByteArray("not-tried");
        QTest::newRow("broken") << false << ErrorCode::Network << QByteArray("not-tried");
    }
    void whatTheRoomSaysDecides()
    {
        QFETCH(bool, opens);
        QFETCH(ErrorCode, code);
        QFETCH(QByteArray, told);
        RevocationScene scene;
        if (!opens) {
            scene.api.room = roomRefusal(code);
        }
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        QVERIFY(scene.api.rooms.empty());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        const Revocation revocation = scene.load(id);
        QVERIFY(revocation.isOver() && revocation.endedAt != 0);
        const RevocationItem& item = revocation.items.at(0);
        QCOMPARE(QByteArray(toText(item.signingCheck).data()), told);
        QVERIFY(item.checkedAt != 0 && !item.checkDetail.empty());
        // The delegation's own credential, after its material was destroyed; and no ceremony.
        QCOMPARE(scene.api.rooms.size(), 1U);
        QCOMPARE(scene.api.rooms.at(0).walletApiKey, std::string("key of evm-event"));
        QVERIFY(scene.api.rooms.at(0).shareSetId == std::optional<std::string>("set-1"));
        QVERIFY(scene.engine.ceremonies.empty());
        QVERIFY(!scene.hasMaterial(evmWalletId));
        QVERIFY(scene.audit.verify()->intact);
    }

    /// An error within the event stream may be anything.
    void anErrorOfTheStreamProvesNothing()
    {
        RevocationScene scene;
        scene.api.room = failure(ErrorCode::Denied, QStringLiteral("no"), QStringLiteral("error event"));
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::NotTried);
    }

    /// A console next to the command line goes on with the same revocation.
    void whatWasTriedSaysMoreThanWhatWasNot()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        RevocationSteps steps(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        const auto told = [&](SigningCheck check) {
            if (!steps.noteCheck(id, evmWalletId, check, QStringLiteral("x"))) {
                qFatal("not noted");
            }
            return scene.load(id).items.at(0).signingCheck;
        };
        QVERIFY(told(SigningCheck::NotTried) == SigningCheck::NotTried);
        QVERIFY(told(SigningCheck::Possible) == SigningCheck::Possible);
        QVERIFY(told(SigningCheck::NotTried) == SigningCheck::Possible);
        QVERIFY(told(SigningCheck::Refused) == SigningCheck::Possible);
    }

    /// Somebody waits for days: what was held back does not lie about so long.
    void whatIsHeldForLongIsLetGo()
    {
        RevocationScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 503));
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        scene.profile.clock.set(scene.profile.clock.now() + SigningRefusalCheck::holdTime + 1);
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::NotTried);
        QVERIFY(scene.api.rooms.empty());
    }

    /// A damaged credential is no reason to leave the delegation in force.
    void whatCannotBeOpenedIsRevokedAllTheSame()
    {
        RevocationScene scene;
        scene.profile.database->handle().exec(
            "UPDATE delegation SET sealed_wallet_api_key = x'00' WHERE wallet_id = 'evm-wallet'");
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).isOver());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::NotTried);
    }

    void aTokenThatIsRefusedProvesNothing()
    {
        RevocationScene scene;
        scene.api.wallet.always = failure(ErrorCode::Denied, QStringLiteral("no"));
        scene.api.room = roomRefusal(ErrorCode::Denied);
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::NotTried);
        QVERIFY(scene.api.rooms.empty());
    }

    void aWalletThatIsGoneIsTriedAllTheSame()
    {
        RevocationScene scene;
        scene.api.wallet.always = failure(ErrorCode::NotFound, QStringLiteral("gone"));
        scene.api.room = roomRefusal(ErrorCode::NotFound);
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::Refused);
    }

    /// The credential was in the memory of a program that ended.
    void whatWasNotHeldBackIsNotTried()
    {
        RevocationScene scene;
        const std::string id = scene.begin(*scene.makeRunner(), checkedRequest());
        const auto another = scene.makeRunner();
        QVERIFY(RevocationScene::carryOut(*another, {id}).has_value());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::NotTried);
        QVERIFY(scene.api.rooms.empty() && scene.load(id).endedAt != 0);
    }

    void aRefusedRevocationIsNotTried()
    {
        RevocationScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Refused, 403));
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::NotTried);
        QVERIFY(scene.api.rooms.empty() && scene.load(id).endedAt != 0);
    }

    /// Between two runs of one program it stays held back.
    void itWaitsForDynamicsAnswer()
    {
        RevocationScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 503));
        scene.api.room = roomRefusal(ErrorCode::Denied);
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::NotChecked);
        QVERIFY(scene.api.rooms.empty());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::Refused);
    }

    void stoppedWhileItIsTried()
    {
        RevocationScene scene;
        scene.api.roomIsSilent = true;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, checkedRequest());
        bool isOver = false;
        runner->carryOut({id}, [&](const Status&) { isOver = true; });
        QVERIFY(waitUntil([&] { return scene.api.held == 1; }, patienceMs));
        runner->stop();
        QVERIFY(waitUntil([&] { return isOver; }, patienceMs));
        QCOMPARE(scene.api.held, 0);
        QVERIFY(scene.load(id).isDone() && scene.load(id).endedAt == 0);
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).items.at(0).signingCheck == SigningCheck::NotTried);
    }

    void withoutAskingNothingIsOpened()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.api.rooms.empty());
        const auto page = scene.audit.page(0, 100);
        QVERIFY(std::ranges::none_of(*page, [](const AuditEntry& entry) {
            return entry.kind == "material.opened" || entry.kind == "revocation.checked";
        }));
    }
};

COUNTERSIGN_GUILESS_TEST(SigningRefusalCheckTest)
#include "SigningRefusalCheck_test.moc"
