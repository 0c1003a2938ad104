#include "core/revocation/RevocationResumer.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class RevocationResumerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesOnWithWhatWaits()
    {
        RevocationScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 503));
        std::string id;
        {
            const auto runner = scene.makeRunner();
            id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
            QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
            QVERIFY(!scene.load(id).isDone());
        }
        JobDesk desk(scene.parts());
        const RevocationResumer resumer(scene.services(), desk);
        QVERIFY(waitUntil([&] { return scene.load(id).isDone(); }, patienceMs));
        QVERIFY(!scene.hasMaterial(evmWalletId));
    }

    /// A revocation that was begun while another one is being carried out has its turn right afterwards.
    void goesOnBehindTheRunThatIsGoingOn()
    {
        RevocationScene scene;
        JobDesk desk(scene.parts());
        RevocationResumer resumer(scene.services(), desk);
        const std::string first = scene.begin(resumer.runner(), RevocationScene::request({evmWalletId}));
        resumer.resume();
        QVERIFY(resumer.runner().isRunning());
        const std::string second = scene.begin(resumer.runner(), RevocationScene::request({solanaWalletId}));
        resumer.resume();
        QVERIFY(waitUntil([&] { return scene.load(second).isDone(); }, patienceMs));
        QVERIFY(scene.load(first).isDone());
    }

    /// The profile is locked while Dynamic has not answered.
    void isLetGoInTheMiddle()
    {
        RevocationScene scene;
        scene.script.isSilent = true;
        std::string id;
        {
            const auto runner = scene.makeRunner();
            id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        }
        JobDesk desk(scene.parts());
        {
            const RevocationResumer resumer(scene.services(), desk);
            QVERIFY(waitUntil([&] { return scene.script.held == 1; }, patienceMs));
        }
        QCOMPARE(scene.script.held, 0);
        QVERIFY(!scene.load(id).isDone() && !scene.isUsable(evmWalletId));
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationResumerTest)
#include "RevocationResumer_test.moc"
