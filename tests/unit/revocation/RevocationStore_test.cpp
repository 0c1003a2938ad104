#include "core/revocation/RevocationStore.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

Revocation sample(const std::string& id)
{
    Revocation revocation;
    revocation.id = id;
    revocation.reason = "because";
    revocation.startedAt = 5;
    for (const char* wallet : {"w1", "w2"}) {
        RevocationItem item;
        item.walletId = wallet;
        item.address = "0xA";
        item.chain = "EVM";
        item.eventId = std::string("event of ") + wallet;
        item.delegatedAt = 3;
        item.shareSetIds = {"set"};
        item.jobsStopped = 2;
        revocation.items.push_back(item);
    }
    return revocation;
}

struct Scene : TestProfile
{
    RevocationStore store{*database, *vault};

    Status add(const Revocation& revocation)
    {
        return transact(*database, [&] { return store.add(revocation); });
    }
    Status update(const std::string& id, const RevocationItem& item)
    {
        return transact(*database, [&] { return store.update(id, item); });
    }
};

}  // namespace

class RevocationStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatItIsGiven()
    {
        Scene scene;
        Revocation revocation = sample("r1");
        QVERIFY(scene.add(revocation).has_value());
        QVERIFY(*scene.store.load("r1") == revocation);
        QVERIFY(*scene.store.unfinished() == std::vector<std::string>{"r1"});
        QVERIFY(*scene.store.pendingFor("w1") == std::vector<std::string>{"r1"});
        RevocationItem& item = revocation.items.at(1);
        item.outcome = RevocationOutcome::Refused;
        item.httpStatus = 403;
        item.answeredAt = 9;
        item.sentence = "no";
        item.detail = "HTTP 403";
        item.tryAfter = 11;
        item.isHeld = true;
        item.destroyedAt = 13;
        item.onlyShareSet = "s2";
        item.signingCheck = SigningCheck::Possible;
        item.checkedAt = 14;
        item.checkDetail = "a room";
        QVERIFY(scene.update("r1", item).has_value());
        QVERIFY(*scene.store.load("r1") == revocation);
        QVERIFY(scene.store.pendingFor("w2")->empty());
        QVERIFY(transact(*scene.database, [&] { return scene.store.end(revocation, 20); }).has_value());
        QCOMPARE(scene.store.load("r1")->endedAt, 20);
        QVERIFY(scene.store.unfinished()->empty());
        QVERIFY(scene.add(sample("r2")).has_value());
        QVERIFY(*scene.store.ids() == (std::vector<std::string>{"r2", "r1"}));
        QVERIFY(*scene.store.allOf("w1") == (std::vector<std::string>{"r2", "r1"}));
        QVERIFY(scene.store.allOf("w3")->empty());
    }

    void whatIsNotThereIsNotFound()
    {
        Scene scene;
        QVERIFY(scene.store.load("r1").error().code == ErrorCode::NotFound);
        RevocationItem item = sample("r1").items.at(0);
        QVERIFY(scene.update("r1", item).error().code == ErrorCode::Corrupt);
    }

    /// Whoever writes the profile's file while it is locked.
    void everyChangeIsSeen_data()
    {
        QTest::addColumn<QByteArray>("sql");
        for (const char* column : {"wallet_id", "sentence", "detail", "address", "chain", "event_id",
                                   "only_share_set", "check_detail"}) {
            QTest::newRow(column) << "UPDATE revocation_wallet SET " + QByteArray(column) +
                                         " = 'other' WHERE wallet_id = 'w1'";
        }
        for (const char* column : {"http_status", "answered_at", "try_after", "destroyed_at", "delegated_at",
                                   "jobs_stopped", "checked_at"}) {
            QTest::newRow(column) << "UPDATE revocation_wallet SET " + QByteArray(column) +
                                         " = 200 WHERE wallet_id = 'w1'";
        }
        QTest::newRow("held") << QByteArray("UPDATE revocation_wallet SET held = 1 WHERE wallet_id = 'w1'");
        QTest::newRow("outcome") << QByteArray(
            "UPDATE revocation_wallet SET at_dynamic = 'revoked' WHERE wallet_id = 'w1'");
        QTest::newRow("check") << QByteArray(
            "UPDATE revocation_wallet SET signing_check = 'refused' WHERE wallet_id = 'w1'");
        QTest::newRow("check afterwards")
            << QByteArray("UPDATE revocation SET check_afterwards = 1 WHERE revocation_id = 'r1'");
        QTest::newRow("share sets") << QByteArray(
            "UPDATE revocation_wallet SET share_sets = '[]' WHERE wallet_id = 'w1'");
        QTest::newRow("share sets that are none")
            << QByteArray("UPDATE revocation_wallet SET share_sets = '[1]' WHERE wallet_id = 'w1'");
        QTest::newRow("code") << QByteArray(
            "UPDATE revocation_wallet SET code = x'00' WHERE wallet_id = 'w1'");
        QTest::newRow("a wallet less") << QByteArray("DELETE FROM revocation_wallet WHERE wallet_id = 'w1'");
        QTest::newRow("a wallet of another one") << QByteArray(
            "UPDATE revocation_wallet SET wallet_id = 'w3', revocation_id = 'r1' "
            "WHERE revocation_id = 'r2' AND wallet_id = 'w1'");
        QTest::newRow("reason") << QByteArray(
            "UPDATE revocation SET reason = 'x' WHERE revocation_id = 'r1'");
        QTest::newRow("number") << QByteArray("UPDATE revocation SET wallets = 1 WHERE revocation_id = 'r1'");
        QTest::newRow("ended") << QByteArray("UPDATE revocation SET ended_at = 1 WHERE revocation_id = 'r1'");
        QTest::newRow("started") << QByteArray(
            "UPDATE revocation SET started_at = 1 WHERE revocation_id = 'r1'");
        QTest::newRow("local first") << QByteArray(
            "UPDATE revocation SET local_first = 1 WHERE revocation_id = 'r1'");
    }
    void everyChangeIsSeen()
    {
        QFETCH(QByteArray, sql);
        Scene scene;
        QVERIFY(scene.add(sample("r1")).has_value());
        QVERIFY(scene.add(sample("r2")).has_value());
        scene.database->handle().exec(sql.toStdString());
        const auto loaded = scene.store.load("r1");
        QVERIFY(!loaded && loaded.error().code == ErrorCode::Corrupt);
        QVERIFY(!loaded.error().sentence.isEmpty());
    }

    void noneIsMadeToLookEnded()
    {
        Scene scene;
        QVERIFY(scene.add(sample("r1")).has_value());
        scene.database->handle().exec("UPDATE revocation SET ended_at = 1");
        QVERIFY(*scene.store.unfinished() == std::vector<std::string>{"r1"});
        QVERIFY(scene.store.load("r1").error().code == ErrorCode::Corrupt);
    }

    void lockedIsNotChanged()
    {
        Scene scene;
        QVERIFY(scene.add(sample("r1")).has_value());
        scene.vault->lock();
        QVERIFY(scene.store.load("r1").error().code == ErrorCode::Locked);
    }
};

COUNTERSIGN_GUILESS_TEST(RevocationStoreTest)
#include "RevocationStore_test.moc"
