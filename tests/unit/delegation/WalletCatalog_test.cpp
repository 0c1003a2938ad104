#include "core/delegation/WalletCatalog.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"

#include <QTest>

#include <algorithm>
#include <set>

using namespace countersign;
using countersign::testing::ProfileFixture;

class WalletCatalogTest : public QObject
{
    Q_OBJECT

private:
    static void insert(ProfileFixture& profile, const char* walletId, const char* chain, const char* address)
    {
        SQLite::Statement wallet(
            profile.database().handle(),
            "INSERT INTO wallet (wallet_id, chain, address, address_bytes, status, health, "
            "received_at, last_event_at, last_event) "
            "VALUES (?, ?, ?, x'00', 'active', 'ok', 1, 1, 'wallet.delegation.created')");
        wallet.bind(1, walletId);
        wallet.bind(2, chain);
        wallet.bind(3, address);
        wallet.exec();
    }

private Q_SLOTS:
    void readsIdsAndRowsInEveryOrder()
    {
        ProfileFixture profile({.wallets = 200});
        const WalletCatalog catalog(profile.database());
        QCOMPARE(*catalog.count(), 200);
        using Column = WalletOrder::Column;
        for (const Column column : {Column::Address, Column::Chain, Column::User, Column::StatusAndHealth,
                                    Column::Received, Column::LastEvent}) {
            const auto down = catalog.ids({}, {column, true});
            const auto up = catalog.ids({}, {column, false});
            QVERIFY(down && up);
            QCOMPARE(down->size(), std::size_t(200));
            QVERIFY(std::equal(down->begin(), down->end(), up->rbegin()));
            const auto rows = catalog.rows(*up);
            QCOMPARE(rows->size(), std::size_t(200));
            for (std::size_t i = 0; i < rows->size(); ++i) {
                QCOMPARE((*rows)[i].id, (*up)[i]);
            }
            const auto first = catalog.firstRows({}, {column, true}, 25);
            QCOMPARE(first->size(), std::size_t(25));
            for (std::size_t i = 0; i < first->size(); ++i) {
                QCOMPARE((*first)[i].id, (*down)[i]);
            }
        }
        const auto byTime = catalog.rows(*catalog.ids({}, {Column::Received, true}));
        QVERIFY(std::is_sorted(byTime->rbegin(), byTime->rend(),
                               [](const Wallet& a, const Wallet& b) { return a.receivedAt < b.receivedAt; }));
    }

    void findsWhatANamedKeyOpenedAndWhatWasNotSeen()
    {
        ProfileFixture profile({.wallets = 10, .healthy = true});
        const WalletCatalog catalog(profile.database());
        profile.database().handle().exec(
            "UPDATE delegation SET kid = 'Kid-1' WHERE wallet_id IN (SELECT wallet_id FROM wallet WHERE id < "
            "4);"
            "UPDATE delegation SET state = 'revoked' WHERE wallet_id = (SELECT wallet_id FROM wallet WHERE "
            "id = 1);"
            "INSERT INTO wallet_check SELECT wallet_id, CASE id WHEN 2 THEN 'refused' ELSE 'ok' END, '', '', "
            "100 "
            "FROM wallet WHERE id < 6");
        const WalletOrder byTime{WalletOrder::Column::Received, true};
        QCOMPARE(catalog.ids({.key = "kid-1"}, byTime)->size(), std::size_t(2));
        QCOMPARE(catalog.ids({.key = "kid"}, byTime)->size(), std::size_t(0));
        QCOMPARE(catalog.ids({.notSeenSince = 100}, byTime)->size(), std::size_t(6));
        QCOMPARE(catalog.ids({.notSeenSince = 101}, byTime)->size(), std::size_t(10));
        QCOMPARE(catalog.firstRows({.key = "kid-1", .notSeenSince = 100}, byTime, 5)->front().id, 2);
    }

    void leavesOutWhatIsGoneAndBoundsTheCall()
    {
        ProfileFixture profile({.wallets = 3});
        const WalletCatalog catalog(profile.database());
        const std::vector<std::int64_t> asked = {3, 99, 1};
        const auto rows = catalog.rows(asked);
        QCOMPARE(rows->size(), std::size_t(2));
        QCOMPARE((*rows)[0].id, 3);
        QCOMPARE((*rows)[1].id, 1);
        QVERIFY(catalog.rows({})->empty());
        QCOMPARE(catalog.rows(std::vector<std::int64_t>(1001, 1)).error().code, ErrorCode::InvalidInput);
    }

    void narrowsByEveryMember()
    {
        ProfileFixture profile({.wallets = 100});
        const WalletCatalog catalog(profile.database());
        const auto check = [&](const WalletFilter& filter, const auto& holds) {
            const auto ids = catalog.ids(filter, {});
            QVERIFY(ids && !ids->empty() && ids->size() < 100);
            std::set<std::int64_t> found(ids->begin(), ids->end());
            const auto all = catalog.rows(*catalog.ids({}, {}));
            for (const Wallet& wallet : *all) {
                QCOMPARE(found.contains(wallet.id), holds(wallet));
            }
        };
        check({.chain = "svm"}, [](const Wallet& w) { return w.chain == "SVM"; });
        check({.status = WalletStatus::Revoked},
              [](const Wallet& w) { return w.status == WalletStatus::Revoked; });
        check({.health = WalletHealth::Undecryptable},
              [](const Wallet& w) { return w.health == WalletHealth::Undecryptable; });
        check({.onlyProblems = true}, [](const Wallet& w) { return w.status == WalletStatus::Unusable; });
        check({.chain = "EVM", .status = WalletStatus::Active},
              [](const Wallet& w) { return w.chain == "EVM" && w.status == WalletStatus::Active; });
    }

    void searchesLiterally()
    {
        ProfileFixture profile({.wallets = 40});
        const WalletCatalog catalog(profile.database());
        const Wallet wallet = catalog.rows(*catalog.ids({.chain = "EVM"}, {}))->front();
        for (const std::string& part :
             {wallet.address.substr(8, 20), wallet.walletId.substr(3, 20), wallet.walletId}) {
            const auto ids = catalog.ids({.text = part}, {});
            QCOMPARE(*ids, std::vector<std::int64_t>{wallet.id});
        }
        std::string lower = wallet.address;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        QCOMPARE(catalog.ids({.text = lower}, {})->size(), std::size_t(1));
        for (const char* wildcard : {"%", "_", "0x%", "\\", "a_b", "'; DROP TABLE wallet; --"}) {
            QVERIFY2(catalog.ids({.text = wildcard}, {})->empty(), wildcard);
        }
        insert(profile, "odd_100%\\id", "EVM", "0xodd");
        for (const char* text : {"d_1", "0%\\", "%", "\\"}) {
            QCOMPARE(catalog.ids({.text = text}, {})->size(), std::size_t(1));
        }
        QCOMPARE(catalog.ids({.text = std::string(513, 'a')}, {}).error().code, ErrorCode::InvalidInput);
    }

    void findsOneByIdOrAddress()
    {
        ProfileFixture profile({.wallets = 10});
        const WalletCatalog catalog(profile.database());
        const auto wallets = catalog.rows(*catalog.ids({}, {}));
        for (const Wallet& wallet : *wallets) {
            QCOMPARE(catalog.find(wallet.walletId)->id, wallet.id);
            QCOMPARE(catalog.find(wallet.address)->id, wallet.id);
            const QString lower = QString::fromStdString(wallet.address).toLower();
            const auto found = catalog.find(lower.toStdString());
            QCOMPARE(found.has_value(), wallet.chain == "EVM");
        }
        QCOMPARE(catalog.find("0xnothing").error().code, ErrorCode::NotFound);
        insert(profile, "twin-1", "EVM", "0xTwin");
        insert(profile, "twin-2", "BTC", "0xTwin");
        QCOMPARE(catalog.find("0xTwin").error().code, ErrorCode::NotFound);
        QVERIFY(catalog.find("twin-1").has_value());
    }

    void tellsTheHistory()
    {
        ProfileFixture profile({.wallets = 20});
        const WalletCatalog catalog(profile.database());
        const auto active = catalog.rows(*catalog.ids({.status = WalletStatus::Active}, {}))->front();
        const auto history = catalog.history(active.walletId);
        QCOMPARE(history->size(), std::size_t(1));
        QCOMPARE(history->front().state, std::string("current"));
        QVERIFY(history->front().hasMaterial);
        QVERIFY(!history->front().endedAt);
        const auto revoked = catalog.rows(*catalog.ids({.status = WalletStatus::Revoked}, {}))->front();
        QVERIFY(!catalog.history(revoked.walletId)->front().hasMaterial);
        QVERIFY(catalog.history(revoked.walletId)->front().endedAt.has_value());
        QVERIFY(catalog.history("nobody")->empty());
    }
};

COUNTERSIGN_APPLESS_TEST(WalletCatalogTest)
#include "WalletCatalog_test.moc"
