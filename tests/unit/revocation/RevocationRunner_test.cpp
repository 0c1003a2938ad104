#include "core/revocation/RevocationRunner.h"

#include "core/vault/database/FileSync.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/SyncWatch.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

/// What it asks of Dynamic, and what becomes of the answers.
class RevocationRunnerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsOneWallet()
    {
        RevocationScene scene;
        scene.jobs.jobs = 3;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(scene.script.asked.empty());
        QVERIFY(!scene.isUsable(evmWalletId));  // from now on
        QVERIFY(scene.hasMaterial(evmWalletId));
        QVERIFY(scene.jobs.stopped == Strings{evmWalletId});
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.script.asked == Strings{"one evm-wallet"});
        const Revocation revocation = scene.load(id);
        QVERIFY(revocation.isDone() && revocation.endedAt != 0);
        const RevocationItem& item = revocation.items.at(0);
        QVERIFY(item.outcome == RevocationOutcome::Revoked);
        QCOMPARE(item.httpStatus, 204);
        QCOMPARE(item.jobsStopped, 3);
        QVERIFY(item.answeredAt != 0 && item.destroyedAt != 0);
        QVERIFY(!scene.hasMaterial(evmWalletId));
        QVERIFY(scene.wallet(evmWalletId).status == WalletStatus::Revoked);
        QVERIFY(scene.wallet(evmWalletId).health == WalletHealth::RevokedHere);
        QVERIFY(scene.isUsable(solanaWalletId));
        QVERIFY(scene.recorded() == wholeRecord);
        QVERIFY(scene.audit.verify()->intact);
    }

    void severalGoInBulk()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId, solanaWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.script.asked == Strings{"many evm-wallet solana-wallet"});
        QVERIFY(scene.load(id).isDone());
        QVERIFY(!scene.hasMaterial(evmWalletId) && !scene.hasMaterial(solanaWalletId));
    }

    /// What a bulk answer says of the second wallet, and what becomes of it.
    void bulkAnswersDecideOnlyWhatTheySay_data()
    {
        QTest::addColumn<bool>("mentioned");
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("askedSingly");
        QTest::addColumn<QString>("outcome");
        QTest::newRow("left out") << false << 0 << false << "pending";
        QTest::newRow("failed without a status") << true << 0 << true << "revoked";
        QTest::newRow("not found") << true << 404 << true << "revoked";
        QTest::newRow("forbidden") << true << 403 << false << "refused";
        QTest::newRow("too many requests") << true << 429 << false << "pending";
        QTest::newRow("broken") << true << 503 << false << "pending";
        QTest::newRow("success that failed") << true << 200 << false << "pending";
    }

    void bulkAnswersDecideOnlyWhatTheySay()
    {
        QFETCH(bool, mentioned);
        QFETCH(int, status);
        QFETCH(bool, askedSingly);
        QFETCH(QString, outcome);
        RevocationScene scene;
        BulkRevocationAnswer answer{.whole = revocationAnswer(RevocationOutcome::Revoked, 200),
                                    .results = {}};
        answer.results.push_back({.walletId = evmWalletId, .success = true, .status = {}, .error = {}});
        if (mentioned) {
            answer.results.push_back({.walletId = solanaWalletId,
                                      .success = false,
                                      .status = status == 0 ? std::nullopt : std::optional(status),
                                      .error = QStringLiteral("no")});
        }
        scene.script.bulk.push_back(answer);
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId, solanaWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QCOMPARE(scene.script.asked.size(), askedSingly ? 2U : 1U);
        if (askedSingly) {
            QCOMPARE(scene.script.asked.back(), std::string("one solana-wallet"));
        }
        const Revocation revocation = scene.load(id);
        QVERIFY(revocation.items.at(0).outcome == RevocationOutcome::Revoked);
        QCOMPARE(std::string(toText(revocation.items.at(1).outcome)), outcome.toStdString());
        QCOMPARE(scene.hasMaterial(solanaWalletId), outcome != QStringLiteral("revoked"));
        QVERIFY(!scene.isUsable(solanaWalletId) || outcome == QStringLiteral("refused"));
    }

    void answersDecide_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<RevocationOutcome>("told");
        QTest::addColumn<bool>("destroyed");
        QTest::newRow("revoked") << 204 << RevocationOutcome::Revoked << true;
        QTest::newRow("absent") << 404 << RevocationOutcome::Absent << true;
        QTest::newRow("refused") << 403 << RevocationOutcome::Refused << false;
        QTest::newRow("pending") << 500 << RevocationOutcome::Pending << false;
        QTest::newRow("no answer") << 0 << RevocationOutcome::Pending << false;
    }

    void answersDecide()
    {
        QFETCH(int, status);
        QFETCH(RevocationOutcome, told);
        QFETCH(bool, destroyed);
        for (const bool localFirst : {false, true}) {
            RevocationScene scene;
            scene.script.single[evmWalletId].push_back(
                revocationAnswer(told, status, QStringLiteral("said the test")));
            const auto runner = scene.makeRunner();
            const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}, localFirst));
            QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
            const RevocationItem item = scene.load(id).items.at(0);
            QVERIFY(item.outcome == told);
            QCOMPARE(item.httpStatus, status);
            QCOMPARE(item.isDone(), told != RevocationOutcome::Pending);
            QCOMPARE(scene.hasMaterial(evmWalletId), !destroyed && !localFirst);
            QCOMPARE(item.destroyedAt != 0, destroyed || localFirst);
            // Never on local deletion alone.
            QCOMPARE(scene.load(id).isDone(), told != RevocationOutcome::Pending);
        }
    }

    void localFirstDestroysBeforeDynamicIsAsked()
    {
        RevocationScene scene;
        bool wasThere = true;
        scene.script.whenAsked = [&] { wasThere = scene.hasMaterial(evmWalletId); };
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}, true));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(!wasThere);
        QVERIFY(scene.recorded() == (Strings{"revocation.begun", "material.destroyed", "revocation.answered",
                                             "revocation.ended"}));
    }

    void withoutATokenItWaitsAndSaysWhy()
    {
        RevocationScene scene;
        scene.hasApiToken = false;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId, solanaWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        for (const RevocationItem& item : scene.load(id).items) {
            QVERIFY(item.outcome == RevocationOutcome::Pending && !item.sentence.empty());
        }
        scene.hasApiToken = true;
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.load(id).isDone());
    }

    void nothingIsDoneTwice()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.begin(*runner, RevocationScene::request({evmWalletId})).empty());
        QCOMPARE(scene.script.asked.size(), 1U);
        QVERIFY(scene.recorded() == wholeRecord);
    }

    void whatWasRefusedIsAskedAnew()
    {
        for (const bool localFirst : {false, true}) {
            RevocationScene scene;
            scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Refused, 403));
            const auto runner = scene.makeRunner();
            for (int i = 0; i < 2; ++i) {
                const std::string id =
                    scene.begin(*runner, RevocationScene::request({evmWalletId}, localFirst));
                QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
            }
            QCOMPARE(scene.script.asked.size(), 2U);
        }
    }

    /// An emergency: the record's entries are bounded, the calls too.
    void aThousandWalletsAreEnded()
    {
        RevocationScene scene;
        std::vector<std::string> ids;
        for (int i = 0; i < 1000; ++i) {
            ids.push_back("00000000-0000-0000-0000-" + std::to_string(100'000'000'000 + i));
            scene.delegate(ids.back(), "EVM", toText(scene.evmKey.address), "event of " + ids.back(), 10);
        }
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request(ids));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QCOMPARE(scene.script.asked.size(), 10U);
        QVERIFY(scene.load(id).isDone() && scene.load(id).endedAt != 0);
        QVERIFY(scene.audit.verify()->intact);
    }

    void aSilentServiceIsNotAskedAThousandTimes()
    {
        RevocationScene scene;
        for (const char* wallet : {evmWalletId, solanaWalletId}) {
            scene.script.single[wallet].push_back(revocationAnswer(RevocationOutcome::Pending, 0));
        }
        const auto runner = scene.makeRunner();
        const std::string one = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        const std::string two = scene.begin(*runner, RevocationScene::request({solanaWalletId}, true));
        QVERIFY(RevocationScene::carryOut(*runner, {one, two}).has_value());
        QCOMPARE(scene.script.asked.size(), 1U);
        QVERIFY(!scene.hasMaterial(solanaWalletId));  // that needs nobody
    }

    void successWithAnotherStatusIsAskedSingly()
    {
        RevocationScene scene;
        BulkRevocationAnswer answer{.whole = revocationAnswer(RevocationOutcome::Revoked, 200),
                                    .results = {}};
        for (const char* wallet : {evmWalletId, solanaWalletId}) {
            answer.results.push_back({.walletId = wallet, .success = true, .status = 500, .error = {}});
        }
        scene.script.bulk.push_back(answer);
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId, solanaWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QCOMPARE(scene.script.asked.size(), 3U);
    }

    void whatWaitsIsDestroyedWhenThatIsAskedForLater()
    {
        RevocationScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 503));
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(scene.hasMaterial(evmWalletId));
        QVERIFY(scene.begin(*runner, RevocationScene::request({evmWalletId}, true)).empty());
        QVERIFY(!scene.hasMaterial(evmWalletId));
        QVERIFY(!scene.load(id).isDone());
    }

    /// Whoever makes the record's head unwritable does not make Dynamic's answer undone.
    void anAnswerIsKeptThoughTheHeadCannotBeWritten()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const auto headFile = scene.profile.paths.auditHead();
        const Bytes head = readSmallFile(headFile, 1000).value();
        failSync(2);  // the commit's comes first
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        failSync(0);
        QVERIFY(overwriteFile(headFile, head));  // it stayed what it was
        scene.script.whenAsked = [] { failSync(2); };
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        failSync(0);
        QVERIFY(scene.load(id).items.at(0).outcome == RevocationOutcome::Revoked);
        QVERIFY(!scene.hasMaterial(evmWalletId));
    }

    void anotherTokenIsUsedAsSoonAsItIsThere()
    {
        RevocationScene scene;
        int made = 0;
        RevocationServices services = scene.services();
        services.api = [&, real = services.api] {
            ++made;
            return real();
        };
        RevocationRunner runner(services, scene.jobs);
        for (const char* wallet : {evmWalletId, solanaWalletId}) {
            const std::string id = scene.begin(runner, RevocationScene::request({wallet}));
            QVERIFY(RevocationScene::carryOut(runner, {id}).has_value());
        }
        QCOMPARE(made, 2);
    }

    void aPointerInTheFileKeepsNoMaterial()
    {
        RevocationScene scene;
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        scene.profile.database->handle().exec(
            "UPDATE wallet SET delegation_id = NULL WHERE wallet_id = 'evm-wallet'");
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        QVERIFY(!scene.hasMaterial(evmWalletId));
        QVERIFY(scene.load(id).items.at(0).destroyedAt != 0);
    }

    void aChangedRowStopsItsRevocationAlone()
    {
        RevocationScene scene;
        scene.script.single[evmWalletId].push_back(revocationAnswer(RevocationOutcome::Pending, 503));
        const auto runner = scene.makeRunner();
        const std::string bad = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        const std::string good = scene.begin(*runner, RevocationScene::request({solanaWalletId}));
        scene.profile.database->handle().exec(
            "UPDATE revocation_wallet SET at_dynamic = 'revoked' WHERE wallet_id = 'evm-wallet'");
        const Status done = RevocationScene::carryOut(*runner, {bad, good});
        QVERIFY(!done && done.error().code == ErrorCode::Corrupt);
        QVERIFY(scene.load(good).isDone());
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationRunnerTest)
#include "RevocationRunner_test.moc"
