#include "core/inspection/wallets/WalletCheckStore.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

using namespace countersign;

namespace {

struct WalletChecksScene : TestProfile
{
    WalletCheckStore store{*database};

    Status put(const WalletCheck& check)
    {
        return transact(*database, [&] { return store.put(check); });
    }
};

const WalletCheck sampleCheck = {"w1", WalletVerdict::AddressDiffers, "there 0xB", "revokeOnNextSignOn", 7};

}  // namespace

class WalletCheckStoreTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void verdictsHaveTheirNames_data()
    {
        QTest::addColumn<int>("verdict");
        QTest::addColumn<QByteArray>("name");
        const std::vector<const char*> names = {"ok",        "address-differs", "chain-differs",
                                                "not-found", "no-delegation",   "refused"};
        for (std::size_t i = 0; i < names.size(); ++i) {
            QTest::newRow(names.at(i)) << static_cast<int>(i) << QByteArray(names.at(i));
        }
    }

    void verdictsHaveTheirNames()
    {
        QFETCH(const int, verdict);
        QFETCH(const QByteArray, name);
        const auto value = static_cast<WalletVerdict>(verdict);
        QCOMPARE(QByteArray(toText(value).data(), static_cast<qsizetype>(toText(value).size())), name);
        QVERIFY(walletVerdictFrom(name.toStdString()) == value);
        WalletChecksScene scene;
        const WalletCheck check = {"w", value, {}, {}, 1};
        QVERIFY(scene.put(check).has_value());
        QVERIFY(**scene.store.find("w") == check);
    }

    void otherWordsAreNone()
    {
        for (const char* text : {"", "OK", "ok ", "gone"}) {
            QVERIFY(!walletVerdictFrom(text));
        }
    }

    void keepsTheNewestOfEachWallet()
    {
        WalletChecksScene scene;
        QVERIFY(!scene.store.find("w1")->has_value());
        QVERIFY(scene.put(sampleCheck).has_value());
        QVERIFY(**scene.store.find("w1") == sampleCheck);
        const WalletCheck newer = {"w1", WalletVerdict::Ok, {}, {}, 9};
        QVERIFY(scene.put(newer).has_value());
        QVERIFY(**scene.store.find("w1") == newer);
        QVERIFY(!scene.store.find("w2")->has_value());
    }

    /// Whoever writes the file: nothing unbounded is read.
    void whatSomebodyWroteIsBounded()
    {
        WalletChecksScene scene;
        QVERIFY(scene.put(sampleCheck).has_value());
        scene.database->handle().exec(
            "UPDATE wallet_check SET detail = printf('%.*c', 100000, 'x'), "
            "pending_change = printf('%.*c', 100000, 'y')");
        const auto check = **scene.store.find("w1");
        QCOMPARE(check.detail.size(), std::size_t{500});
        QCOMPARE(check.pendingChange.size(), std::size_t{200});
    }

    void whatSomebodyWroteInsteadIsNone()
    {
        WalletChecksScene scene;
        QVERIFY(scene.put(sampleCheck).has_value());
        scene.database->handle().exec("PRAGMA ignore_check_constraints = ON");
        scene.database->handle().exec("UPDATE wallet_check SET verdict = 'fine'");
        QVERIFY(!scene.store.find("w1")->has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(WalletCheckStoreTest)
#include "WalletCheckStore_test.moc"
