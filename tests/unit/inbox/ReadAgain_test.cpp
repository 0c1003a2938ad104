#include "core/delegation/WalletCatalog.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/InboxScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

/// A feed that is read again from its start, and whoever repeats in it what was signed once.
class ReadAgainTest : public QObject
{
    Q_OBJECT

private:
    static void startOver(InboxScene& scene)
    {
        InboxScene::demand(scene.ingestor.startOver(InboxScene::url, InboxScene::inbox, "test").has_value(),
                           "start over");
        scene.seq = 0;
    }

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    /// Dropped, and sent several times: none of the copies stands for the one that was dropped.
    void whatWasDroppedComesBackThoughItHadRepeats()
    {
        for (unsigned seed = 1; seed <= 5; ++seed) {
            InboxScene scene;
            std::mt19937 random(seed);
            const DelegationParts parts;
            const Json body = scene.foreign.created(parts);
            std::vector<FeedEntry> entries;
            for (auto left = 1 + random() % 4; left > 0; --left) {
                entries.push_back(scene.webhooks.entry(0, body));
            }
            scene.take(entries);
            QCOMPARE(scene.counts().waiting, 1);
            QCOMPARE(scene.ingestor.drop({.ids = *scene.quarantine.ids({})})->genuine, 1);
            scene.sweepAll();
            // Not the repeats' ciphertexts either.
            QCOMPARE(scene.number("SELECT count(*) FROM delivery WHERE redacted_at IS NULL"), 0);
            scene.addKey("late", InboxScene::otherKey());
            startOver(scene);
            QCOMPARE(scene.take(entries).applied, 1);
            QCOMPARE(WalletCatalog(*scene.profile.database).find(parts.walletId)->status,
                     WalletStatus::Active);
            startOver(scene);
            const auto rows = scene.number("SELECT count(*) FROM delivery");
            QCOMPARE(scene.take(entries).duplicates, static_cast<int>(entries.size()));
            QCOMPARE(scene.number("SELECT count(*) FROM delivery"), rows);
        }
    }

    /// One body under hundreds of signatures, and the genuine one among them: it is found whatever its place.
    void manyWithOneBodyHideNothing()
    {
        InboxScene scene;
        const DelegationParts parts;
        const Json body = scene.foreign.created(parts);
        std::vector<FeedEntry> entries;
        for (int i = 0; i < 300; ++i) {
            FeedEntry forged = scene.stranger.entry(0, body);
            forged.headers.emplace_back("x-dyn-n", std::to_string(i));
            forged.headers.front().second += std::to_string(i);
            entries.push_back(forged);
        }
        entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(scene.random() % entries.size()),
                       scene.webhooks.entry(0, body));
        scene.take(entries);
        scene.addKey("late", InboxScene::otherKey());
        startOver(scene);
        scene.take(entries);
        QVERIFY(scene.ingestor.retryAll().has_value());
        QCOMPARE(WalletCatalog(*scene.profile.database).find(parts.walletId)->status, WalletStatus::Active);
        QCOMPARE(scene.number("SELECT count(*) FROM quarantine WHERE reason_code <> 'signature'"), 0);
    }

    /// Headers are not signed, and a body is signed for ever: whoever reads a feed can repeat it.
    void repeatsTakeNoRoom()
    {
        InboxScene scene;
        const Json created = scene.webhooks.created({});
        const Json ping = WebhookFactory::head("ping", "p", 1);
        const Json elsewhere = [&] {
            Json json = scene.webhooks.created({});
            json["eventName"] = "wallet.created";
            return json;
        }();
        std::int64_t rows = 0;
        for (int i = 0; i < 4; ++i) {
            std::vector<FeedEntry> entries;
            for (int j = 0; j < 20; ++j) {
                for (const Json& body : {created, ping, elsewhere}) {
                    entries.push_back(scene.webhooks.entry(0, body));
                    entries.back().headers.emplace_back("x-dyn-n", std::to_string(scene.random()));
                }
            }
            scene.take(entries);
            rows = rows == 0 ? scene.number("SELECT count(*) FROM delivery") : rows;
        }
        QVERIFY(rows <= 3 * 16);
        QCOMPARE(scene.number("SELECT count(*) FROM delivery"), rows);
        QCOMPARE(scene.number("SELECT count(*) FROM wallet WHERE status = 'active'"), 1);
    }

    /// A relay's clock must not end what comes tomorrow.
    void aRevocationWithoutATimeIsOfNowAtTheLatest()
    {
        InboxScene scene;
        const UnixMillis now = scene.profile.clock.now();
        scene.take(scene.webhooks.created({.walletId = "w", .at = now - 1000}));
        Json revoked = WebhookFactory::revoked("w", now);
        revoked.erase("timestamp");
        FeedEntry entry = scene.webhooks.entry(0, revoked);
        entry.receivedAt = 253'402'300'799'999;  // the year 9999
        scene.take({entry});
        QCOMPARE(WalletCatalog(*scene.profile.database).find("w")->status, WalletStatus::Revoked);
        scene.take(scene.webhooks.created({.walletId = "w", .at = now + 60'000}));
        QCOMPARE(WalletCatalog(*scene.profile.database).find("w")->status, WalletStatus::Active);
    }
};

COUNTERSIGN_GUILESS_TEST(ReadAgainTest)
#include "ReadAgain_test.moc"
