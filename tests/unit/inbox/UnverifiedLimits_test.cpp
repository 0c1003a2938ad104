#include "core/base/encoding/Hex.h"
#include "core/inbox/quarantine/UnverifiedStore.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/InboxScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

/// Whoever knows an inbox's name can post to it: what that costs a profile is bounded, and what is genuine
/// pays nothing of it.
class UnverifiedLimitsTest : public QObject
{
    Q_OBJECT

private:
    static std::int64_t kept(InboxScene& scene)
    {
        return scene.number(
            "SELECT coalesce(sum(length(CAST(d.body AS BLOB)) + length(CAST(d.headers AS BLOB))), 0) "
            "FROM unverified u JOIN delivery d ON d.id = u.delivery_id WHERE u.kept_bytes > 0");
    }

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    /// docs/security.md names them.
    void limitsAreAsDocumented()
    {
        QCOMPARE(UnverifiedLimits().bytes, 64LL * 1024 * 1024);
        QCOMPARE(UnverifiedLimits().rows, 10'000);
    }

    void floodsOfAnyKindStayWithinThem_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 6; ++seed) {
            QTest::addRow("seed %u", seed) << seed;
        }
    }

    void floodsOfAnyKindStayWithinThem()
    {
        QFETCH(const unsigned, seed);
        std::mt19937 random(seed);
        const auto below = [&](unsigned bound) { return static_cast<int>(random() % bound); };
        InboxScene scene;
        const UnverifiedLimits limits{.bytes = 100'000 + below(400'000), .rows = 20 + below(60)};
        scene.ingestor.setUnverifiedLimits(limits);
        std::int64_t forged = 0;
        std::vector<std::string> genuine;
        while (forged < 400) {
            std::vector<FeedEntry> page;
            const int size = 1 + below(150);
            for (int i = 0; i < size; ++i) {
                switch (below(12)) {
                    case 0: {
                        const DelegationParts parts;
                        genuine.push_back(parts.eventId);
                        page.push_back(scene.foreign.entry(0, scene.foreign.created(parts)));
                        break;
                    }
                    case 1: {
                        FeedEntry other = scene.forged(static_cast<std::size_t>(below(3000)));
                        other.kind = "gossip";
                        page.push_back(std::move(other));
                        ++forged;
                        break;
                    }
                    case 2: {
                        FeedEntry unsignedOne = scene.webhooks.entry(0, scene.webhooks.created({}));
                        unsignedOne.headers.clear();
                        page.push_back(std::move(unsignedOne));
                        ++forged;
                        break;
                    }
                    default:
                        page.push_back(
                            scene.forged(static_cast<std::size_t>(below(below(8) == 0 ? 60'000 : 900))));
                        ++forged;
                }
            }
            scene.take(std::move(page));
            QVERIFY2(kept(scene) <= limits.bytes, std::to_string(kept(scene)).c_str());
            QVERIFY(scene.number("SELECT count(*) FROM unverified") <= limits.rows);
            QVERIFY(scene.number("SELECT count(*) FROM delivery") <=
                    limits.rows + static_cast<std::int64_t>(genuine.size()));
        }
        // Every one is either here or counted; the newest are here.
        QCOMPARE(scene.number("SELECT count(*) FROM unverified") + scene.counts().notKept, forged);
        QCOMPARE(
            scene.number("SELECT count(*) FROM unverified u WHERE u.kept_bytes = 0 AND EXISTS (SELECT 1 FROM "
                         "unverified o WHERE o.delivery_id < u.delivery_id AND o.kept_bytes > 0)"),
            0);
        // Of what is genuine nothing is missing, and it is found at once.
        const auto found = scene.quarantine.firstRows({.isGenuine = true}, 1000);
        QCOMPARE(found->size(), genuine.size());
        QCOMPARE(scene.counts().genuine, static_cast<std::int64_t>(genuine.size()));
        for (const QuarantineItem& item : *found) {
            QCOMPARE(item.reasonCode, std::string("undecryptable"));
            QVERIFY(item.canBeRetried);
            QVERIFY(!scene.deliveries.content(item.deliveryId)->body.empty());
        }
        scene.addKey("late", InboxScene::otherKey());
        QCOMPARE(scene.ingestor.retryAll()->applied, static_cast<std::int64_t>(genuine.size()));
        AuditLog audit(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        QVERIFY(audit.verify()->intact);
    }

    /// 30 MB of posts, of which 2 MB may stay: the pages that become free are used again.
    void theFileDoesNotGrowWithTheFlood()
    {
        InboxScene scene;
        scene.ingestor.setUnverifiedLimits({.bytes = 2'000'000, .rows = 1000});
        for (int page = 0; page < 5; ++page) {
            std::vector<FeedEntry> entries;
            for (int i = 0; i < 24; ++i) {
                entries.push_back(scene.forged(255 * 1024));
            }
            scene.take(std::move(entries));
        }
        QVERIFY2(scene.rawFiles().size() < 16'000'000, std::to_string(scene.rawFiles().size()).c_str());
        QVERIFY(scene.profile.paths.database().string().size() > 0);
        QVERIFY(scene.number("SELECT count(*) FROM quarantine") == 5 * 24);
    }

    void whatIsLeftOfADroppedBodyIsBounded()
    {
        InboxScene scene;
        scene.ingestor.setUnverifiedLimits({.bytes = 3000, .rows = 100});
        FeedEntry entry = scene.forged(2500);
        entry.headers.emplace_back("user-agent", std::string(4000, 'u'));
        const Bytes body = entry.body;
        scene.take({entry});
        scene.take({scene.forged(2500)});
        const auto item = scene.quarantine.firstRows({}, 10)->back();
        QVERIFY(!item.isBodyKept);
        QVERIFY(!item.canBeRetried);
        const auto content = scene.deliveries.content(item.deliveryId);
        QVERIFY(!content->isBodyKept);
        QVERIFY(content->body.empty());
        QCOMPARE(content->bodySha256, toBytes(sha256(body)));
        QVERIFY(content->headersJson.size() < 700);
        QVERIFY(content->headersJson.find("x-dynamic-signature-256") != std::string::npos);
        QVERIFY(content->headersJson.find("x-forged") == std::string::npos);
        QCOMPARE(scene.deliveries.rows(std::array{item.deliveryId})->front().bodySize,
                 static_cast<std::int64_t>(body.size()));
        QCOMPARE(scene.counts().bodiless, 1);
        QCOMPARE(scene.counts().notKept, 0);
        // It cannot be verified any more, which is said and not tried.
        const auto retried = scene.ingestor.retry(item.id);
        QCOMPARE(retried.error().code, ErrorCode::NotFound);
        QVERIFY(retried.error().sentence.contains(QStringLiteral("--from-start")));
        QCOMPARE(scene.ingestor.retryAll()->received, 1);
    }

    /// What was taken for a forgery because the secret was missing is genuine once it is there.
    void whatTurnsOutGenuineLeavesTheLimits()
    {
        InboxScene scene;
        scene.take({scene.stranger.entry(0, scene.foreign.created({}))});
        QCOMPARE(scene.counts().genuine, 0);
        scene.addSecret("second", "a secret that this profile does not have");
        QCOMPARE(scene.ingestor.retryAll()->quarantined, 1);
        QCOMPARE(scene.counts().genuine, 1);
        QCOMPARE(scene.number("SELECT count(*) FROM unverified"), 0);
        scene.ingestor.setUnverifiedLimits({.bytes = 0, .rows = 0});
        scene.sweepAll();
        QCOMPARE(scene.counts().genuine, 1);
    }

    /// A profile that took a flood before there were limits comes within them, a slice at a time.
    void anOldExcessGoesBySlices()
    {
        InboxScene scene;
        scene.ingestor.setUnverifiedLimits({.bytes = 1'000'000'000, .rows = 100'000});
        for (int page = 0; page < 5; ++page) {
            std::vector<FeedEntry> entries;
            for (int i = 0; i < 200; ++i) {
                entries.push_back(scene.forged(100));
            }
            scene.take(std::move(entries));
        }
        scene.ingestor.setUnverifiedLimits({.bytes = 20'000, .rows = 100});
        int slices = 0;
        while (scene.ingestor.sweep().value()) {
            ++slices;
        }
        QVERIFY2(slices >= 5, std::to_string(slices).c_str());
        QCOMPARE(scene.number("SELECT count(*) FROM unverified"), 100);
        QVERIFY(kept(scene) <= 20'000);
        QCOMPARE(scene.counts().notKept, 900);
    }

    void pagesAndFiltersByReason()
    {
        InboxScene scene;
        std::vector<FeedEntry> entries;
        for (int i = 0; i < 30; ++i) {
            entries.push_back(scene.forged(10));
        }
        const DelegationParts parts;
        entries.push_back(scene.foreign.entry(0, scene.foreign.created(parts)));
        entries.push_back(scene.webhooks.entry(0, std::string("{}")));
        scene.take(std::move(entries));
        QCOMPARE(scene.quarantine.ids({})->size(), std::size_t{32});
        QCOMPARE(scene.quarantine.ids({.reason = "signature"})->size(), std::size_t{30});
        const auto ids = scene.quarantine.ids({.reason = "undecryptable"});
        QCOMPARE(ids->size(), std::size_t{1});
        QCOMPARE(scene.quarantine.rows(*ids)->front().eventId, std::optional(parts.eventId));
        QCOMPARE(scene.quarantine.ids({.text = parts.walletId.substr(3, 9)})->size(), std::size_t{1});
        QCOMPARE(scene.quarantine.ids({.isGenuine = false})->size(), std::size_t{30});
        QCOMPARE(scene.quarantine.ids({.text = "webhook", .reason = "unreadable", .isGenuine = true})->size(),
                 std::size_t{1});
        const std::string sentence = scene.quarantine.rows(*ids)->front().reason;
        QCOMPARE(*scene.quarantine.ids({.reason = sentence}), *ids);
        QCOMPARE(scene.quarantine.ids({.text = std::string(513, 'a')}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.quarantine.firstRows({}, 5)->size(), std::size_t{5});
        QCOMPARE(scene.counts().waiting, 32);
    }
};

COUNTERSIGN_GUILESS_TEST(UnverifiedLimitsTest)
#include "UnverifiedLimits_test.moc"
