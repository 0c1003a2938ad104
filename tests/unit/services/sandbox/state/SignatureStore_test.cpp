#include "services/sandbox/state/SignatureStore.h"

#include "services/sandbox/state/StateDatabase.h"
#include "tests/support/TestProgram.h"

#include <QTemporaryDir>
#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

class SignatureStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheOrderAndOnePerRoom()
    {
        const auto database = std::move(*StateDatabase::open({}));
        SignatureStore store(*database);
        QVERIFY(store.all()->empty());
        QVERIFY(store.add({"w", "d1", "r1", 5, "ecdsa"}).has_value());
        QVERIFY(store.add({"w", "d1", "r2", 4, "ed25519"}).has_value());
        const Status again = store.add({"w", "d2", "r1", 6, "ecdsa"});
        QVERIFY(!again && again.error().code == ErrorCode::AlreadyExists);
        const auto all = store.all();
        QCOMPARE(all->size(), std::size_t(2));
        QCOMPARE((*all)[0].digest, std::string("d1"));
        QCOMPARE((*all)[0].at, UnixMillis(5));
        QCOMPARE((*all)[1].roomId, std::string("r2"));
        QCOMPARE((*all)[1].algorithm, std::string("ed25519"));
    }

    /// State files of the version before know no signatures.
    void anOldStateFileGetsItsTable()
    {
        const QTemporaryDir folder;
        const std::string file = folder.filePath(QStringLiteral("state")).toStdString();
        {
            const auto database = std::move(*StateDatabase::open(file));
            database->handle().exec(
                "DROP TABLE signatures; ALTER TABLE share_sets DROP COLUMN share_digest; "
                "DROP TABLE api_tokens; DROP TABLE wallet_settings; DROP INDEX wallets_by_user; "
                "DROP INDEX messages_by_event; DROP INDEX failed_messages; DROP INDEX messages_by_time; "
                "PRAGMA user_version=1");
        }
        {
            const auto database = std::move(*StateDatabase::open(file));
            QVERIFY(SignatureStore(*database).add({"w", "d", "r", 1, "ecdsa"}).has_value());
        }
        const auto database = std::move(*StateDatabase::open(file));
        QCOMPARE(SignatureStore(*database).all()->size(), std::size_t(1));
    }
};

COUNTERSIGN_APPLESS_TEST(SignatureStoreTest)
#include "SignatureStore_test.moc"
