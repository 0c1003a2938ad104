#include "core/inspection/reconciliation/UnheldWallets.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/inspection/InspectionScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct UnheldScene : InspectionScene
{
    UnheldWallets unheld{*profile.database};

    void note(const std::vector<OwnedWallet>& owned, UnixMillis now = 1'760'000'000'000)
    {
        QVERIFY(transact(*profile.database, [&] { return unheld.note(owned, now); }).has_value());
    }
    static OwnedWallet shown(const std::string& id, const std::string& address,
                             std::optional<bool> isDelegated)
    {
        OwnedWallet wallet;
        wallet.id = id;
        wallet.address = address;
        wallet.isDelegated = isDelegated;
        return wallet;
    }
    std::optional<WalletCheck> check(const std::string& id) { return *checks.find(id); }
};

}  // namespace

class UnheldWalletsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatNeverCameIsKept()
    {
        UnheldScene scene;
        scene.note({UnheldScene::shown("w9", "0x0000000000000000000000000000000000000009", true),
                    UnheldScene::shown("w8", "0x0000000000000000000000000000000000000008", false),
                    UnheldScene::shown("w7", "0x0000000000000000000000000000000000000007", {})});
        QVERIFY(scene.check("w9") == (WalletCheck{"w9", WalletVerdict::Ok, {}, {}, 1'760'000'000'000}));
        QVERIFY(!scene.check("w8") && !scene.check("w7"));
        // Until Dynamic says that it is over; silence about it says nothing.
        scene.note({UnheldScene::shown("w9", "", {})}, 1'760'000'000'001);
        QVERIFY(scene.check("w9")->verdict == WalletVerdict::Ok);
        scene.note({UnheldScene::shown("w9", "", false)}, 1'760'000'000'002);
        QVERIFY(scene.check("w9")->verdict == WalletVerdict::NoDelegation);
        QCOMPARE(scene.check("w9")->checkedAt, 1'760'000'000'002);
    }

    /// By the id, or by the address where the credential has an id of its own; also when it is over.
    void whatIsHeldIsLeftAlone()
    {
        UnheldScene scene;
        scene.delegate("w1");
        const std::string address = scene.wallet("w1").address;
        std::string lower = address;
        std::ranges::transform(lower, lower.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        const std::vector<OwnedWallet> owned = {UnheldScene::shown("w1", "", true),
                                                UnheldScene::shown("credential", lower, true),
                                                UnheldScene::shown("w 2", "", true)};
        scene.note(owned);
        scene.take({WebhookFactory::revoked("w1", 1'755'000'000'000)});
        scene.note(owned);
        QCOMPARE(scene.number("SELECT count(*) FROM wallet_check"), 0);
    }

    /// Else the health board would miss it for ever.
    void whatCameUnderAnotherIdIsMissedNoMore()
    {
        UnheldScene scene;
        scene.delegate("other");
        const std::string address = scene.wallet("other").address;
        scene.note({UnheldScene::shown("credential", "0x0000000000000000000000000000000000000009", true)});
        QVERIFY(scene.check("credential").has_value());
        QVERIFY(transact(*scene.profile.database, [&] {
                    return scene.checks.put({"other", WalletVerdict::Ok, {}, {}, 1});
                }).has_value());
        // As if its delegation had come meanwhile.
        scene.note(
            {UnheldScene::shown("credential", address, true), UnheldScene::shown("other", address, true)});
        QVERIFY(!scene.check("credential"));
        QVERIFY(scene.check("other").has_value());
    }

    void ofOneUserNotEverythingIsLookedAt()
    {
        UnheldScene scene;
        std::vector<OwnedWallet> owned;
        for (std::size_t i = 0; i < UnheldWallets::mostOfUser + 5; ++i) {
            owned.push_back(UnheldScene::shown("w" + std::to_string(i), {}, true));
        }
        scene.note(owned);
        QCOMPARE(scene.number("SELECT count(*) FROM wallet_check"), int(UnheldWallets::mostOfUser));
    }
};

COUNTERSIGN_GUILESS_TEST(UnheldWalletsTest)
#include "UnheldWallets_test.moc"
