#include "core/inbox/delivery/DeliveryCatalog.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"

#include <QCryptographicHash>
#include <QTest>

#include <algorithm>

using namespace countersign;
using countersign::testing::fixtureNow;
using countersign::testing::ProfileFixture;

class DeliveryCatalogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pagesNewestFirst()
    {
        ProfileFixture profile({.wallets = 30, .deliveriesPerWallet = 2});
        const DeliveryCatalog catalog(profile.database());
        QCOMPARE(*catalog.count(), 60);
        const auto ids = catalog.ids({});
        QCOMPARE(ids->size(), std::size_t(60));
        QVERIFY(std::is_sorted(ids->rbegin(), ids->rend()));
        const auto rows = catalog.rows(*ids);
        const auto first = catalog.firstRows({}, 60);
        QCOMPARE(rows->size(), first->size());
        for (std::size_t i = 0; i < rows->size(); ++i) {
            QCOMPARE((*rows)[i].id, (*ids)[i]);
            QCOMPARE((*first)[i].id, (*ids)[i]);
            QVERIFY((*rows)[i].bodySize > 0);
        }
        QCOMPARE(catalog.firstRows({}, 7)->size(), std::size_t(7));
        QCOMPARE(catalog.rows(std::vector<std::int64_t>(1001, 1)).error().code, ErrorCode::InvalidInput);
    }

    void narrows()
    {
        ProfileFixture profile({.wallets = 40, .deliveriesPerWallet = 2});
        const DeliveryCatalog catalog(profile.database());
        const auto quarantined = catalog.rows(*catalog.ids({.verdict = Verdict::Quarantined}));
        QCOMPARE(quarantined->size(), std::size_t(2));
        for (const Delivery& delivery : *quarantined) {
            QCOMPARE(delivery.verdict, Verdict::Quarantined);
            QVERIFY(!delivery.reason.empty());
        }
        const std::string walletId = *quarantined->front().walletId;
        QCOMPARE(catalog.ids({.walletId = walletId})->size(), std::size_t(2));
        QCOMPARE(catalog.ids({.text = walletId})->size(), std::size_t(2));
        QCOMPARE(catalog.ids({.text = "WALLET.ACT"})->size(), std::size_t(40));
        QCOMPARE(catalog.ids({.text = *quarantined->front().eventId})->size(), std::size_t(1));
        for (const char* wildcard : {"%", "wallet_activity", "\\"}) {
            QVERIFY(catalog.ids({.text = wildcard})->empty());
        }
        QCOMPARE(catalog.ids({.text = std::string(513, 'a')}).error().code, ErrorCode::InvalidInput);
    }

    void givesTheBytesBack()
    {
        ProfileFixture profile({.wallets = 0});
        const DeliveryCatalog catalog(profile.database());
        const std::string body("{\"a\":\0 \xff<b>}", 13);
        const std::int64_t id = profile.addDelivery("ping", "ping", body, R"([["x","y"]])");
        const auto content = catalog.content(id);
        QVERIFY(content.has_value());
        QCOMPARE(std::string(asText(content->body)), body);
        QCOMPARE(content->headersJson, std::string(R"([["x","y"]])"));
        const QByteArray digest =
            QCryptographicHash::hash(QByteArray::fromStdString(body), QCryptographicHash::Sha256);
        QCOMPARE(std::string(asText(content->bodySha256)), digest.toStdString());
        QVERIFY(!content->redactedAt);
        QCOMPARE(catalog.content(id + 1).error().code, ErrorCode::NotFound);
        QCOMPARE(catalog.rows(std::vector{id})->front().bodySize, 13);
    }

    void listsQuarantineAndFeeds()
    {
        ProfileFixture profile({.wallets = 20});
        const DeliveryCatalog catalog(profile.database());
        const std::int64_t id = profile.addQuarantined("signature", "The signature does not match.");
        QCOMPARE(*catalog.quarantineCount(), 2);
        const auto items = catalog.quarantine();
        QCOMPARE(items->size(), std::size_t(2));
        QCOMPARE(items->front().id, id);
        QCOMPARE(items->front().reasonCode, std::string("signature"));
        QVERIFY(!items->front().walletId);
        QVERIFY(items->back().walletId.has_value());
        QCOMPARE(items->back().retries, 0);
        profile.setContact(fixtureNow, "refused");
        const auto feeds = catalog.feeds();
        QCOMPARE(feeds->size(), std::size_t(1));
        QCOMPARE(feeds->front().lastContactAt, std::optional<UnixMillis>(fixtureNow));
        QCOMPARE(feeds->front().lastError, std::optional<std::string>("refused"));
        QCOMPARE(feeds->front().inbox, std::string("demo"));
        QCOMPARE(feeds->front().cursor, 21);
    }

    void namesVerdicts()
    {
        for (const char* name : {"applied", "duplicate", "stale", "unknown", "ping", "quarantined"}) {
            QCOMPARE(toText(verdictFrom(name).value()), std::string_view(name));
        }
        QVERIFY(!verdictFrom("Applied"));
    }
};

COUNTERSIGN_APPLESS_TEST(DeliveryCatalogTest)
#include "DeliveryCatalog_test.moc"
