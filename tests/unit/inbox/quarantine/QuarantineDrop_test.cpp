#include "core/inbox/quarantine/QuarantineDrop.h"

#include "core/delegation/WalletCatalog.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/InboxScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

/// What an operator takes out of quarantine: gone, on record, and nothing genuine unnoticed.
class QuarantineDropTest : public QObject
{
    Q_OBJECT

private:
    static Json recorded(InboxScene& scene)
    {
        InboxScene::demand(scene.number("SELECT count(*) FROM audit WHERE kind = 'quarantine.dropped'") == 1,
                           "one entry");
        return *parseJson(scene.text("SELECT detail FROM audit WHERE kind = 'quarantine.dropped'"));
    }

    static void flood(InboxScene& scene, int number, std::size_t bytes = 50)
    {
        std::vector<FeedEntry> entries;
        for (int i = 0; i < number; ++i) {
            entries.push_back(scene.forged(bytes));
        }
        scene.take(std::move(entries));
    }

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void manyAreOneEntryInTheRecord()
    {
        InboxScene scene;
        flood(scene, 300);
        scene.take(scene.foreign.created({}));
        const auto report = scene.ingestor.drop({.filter = {.reason = "signature"}});
        QCOMPARE(report->dropped, 300);
        QCOMPARE(report->genuine, 0);
        // At once for whoever looks, and from the file slice by slice.
        QCOMPARE(scene.counts().waiting, 1);
        QCOMPARE(scene.quarantine.ids({})->size(), std::size_t{1});
        scene.sweepAll();
        QCOMPARE(scene.number("SELECT count(*) FROM delivery"), 1);
        QCOMPARE(scene.number("SELECT count(*) FROM quarantine"), 1);
        QCOMPARE(scene.number("SELECT count(*) FROM unverified"), 0);
        QCOMPARE(scene.counts().notKept, 0);  // nobody lost them
        const Json entry = recorded(scene);
        QCOMPARE(entry["dropped"].get<int>(), 300);
        QCOMPARE(entry["reason"].get<std::string>(), std::string("signature"));
        QVERIFY(!entry.contains("genuineDeliveries"));
        AuditLog audit(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        QVERIFY(audit.verify()->intact);
    }

    /// A crash right after the record: whoever comes next goes on.
    void goesOnAfterACrash()
    {
        InboxScene scene;
        flood(scene, 200);
        QCOMPARE(scene.ingestor.drop({.filter = {}})->dropped, 200);
        QVERIFY(scene.ingestor.sweep().value());
        QVERIFY(scene.number("SELECT count(*) FROM delivery") > 0);
        Ingestor restarted(scene.profile.vault, *scene.profile.database, scene.profile.clock);
        while (restarted.sweep().value()) {
        }
        QCOMPARE(scene.number("SELECT count(*) FROM delivery"), 0);
    }

    void whatIsGenuineIsNamed()
    {
        InboxScene scene;
        const DelegationParts parts;
        const Json body = scene.foreign.created(parts);
        scene.take(body);
        const std::int64_t id = scene.quarantine.ids({})->front();
        // A question may spare it.
        QCOMPARE(scene.ingestor.drop({.ids = {id}, .isGenuineSpared = true})->dropped, 0);
        const auto report = scene.ingestor.drop({.ids = {id}});
        QCOMPARE(report->dropped, 1);
        QCOMPARE(report->genuine, 1);
        QCOMPARE(report->firstGenuine.front().eventId, std::optional(parts.eventId));
        const Json named = recorded(scene)["genuineDeliveries"][0];
        QCOMPARE(named["eventId"].get<std::string>(), parts.eventId);
        QCOMPARE(named["walletId"].get<std::string>(), parts.walletId);
        scene.sweepAll();
        // It stays among the events, without its ciphertexts.
        const auto row = scene.deliveries.firstRows({}, 1)->front();
        QCOMPARE(row.verdict, Verdict::Unknown);
        QVERIFY(!row.reason.empty());
        QVERIFY(scene.deliveries.content(row.id)->redactedAt.has_value());
        const auto wallet = WalletCatalog(*scene.profile.database).find(parts.walletId);
        QVERIFY(wallet->healthDetail.find("dropped") != std::string::npos);
        // Delivered again it counts as if it had never been here.
        scene.addKey("late", InboxScene::otherKey());
        QCOMPARE(scene.take(body).applied, 1);
        QCOMPARE(WalletCatalog(*scene.profile.database).find(parts.walletId)->status, WalletStatus::Active);
    }

    /// Whoever writes the file can call unverified what brought a delegation: dropping goes on all the same.
    void whatADelegationCameWithStays()
    {
        InboxScene scene;
        scene.take(scene.webhooks.created({}));
        scene.take(scene.foreign.created({.walletId = "other"}));
        flood(scene, 100);
        scene.profile.database->handle().exec(
            "INSERT INTO unverified (delivery_id, size, kept_bytes) SELECT id, 1, 1 FROM delivery WHERE id "
            "<= 2");
        QCOMPARE(scene.ingestor.drop({.filter = {}})->dropped, 101);
        scene.sweepAll();
        QCOMPARE(scene.number("SELECT count(*) FROM delivery"), 2);
        QCOMPARE(scene.number("SELECT count(*) FROM quarantine WHERE reason_code <> 'dropped'"), 0);
        scene.ingestor.setUnverifiedLimits({.bytes = 1000, .rows = 5});
        flood(scene, 100);
        QVERIFY(scene.number("SELECT count(*) FROM unverified") <= 5);
        QCOMPARE(scene.number("SELECT count(*) FROM delegation d JOIN delivery e ON e.id = d.delivery_id"),
                 2);
    }

    /// Random selections over random contents against a model.
    void dropsWhatWasSelected_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 5; ++seed) {
            QTest::addRow("seed %u", seed) << seed;
        }
    }

    void dropsWhatWasSelected()
    {
        QFETCH(const unsigned, seed);
        std::mt19937 random(seed);
        InboxScene scene;
        std::vector<FeedEntry> entries;
        for (int i = 0; i < 60; ++i) {
            switch (random() % 3) {
                case 0:
                    entries.push_back(scene.forged(random() % 500));
                    break;
                case 1:
                    entries.push_back(scene.foreign.entry(0, scene.foreign.created({})));
                    break;
                default:
                    entries.push_back(scene.webhooks.entry(0, std::string("[]")));
            }
        }
        scene.take(std::move(entries));
        const auto all = *scene.quarantine.firstRows({}, 1000);
        for (int round = 0; round < 6; ++round) {
            const auto before = *scene.quarantine.firstRows({}, 1000);
            QuarantineSelection selection;
            selection.isGenuineSpared = random() % 2 == 0;
            selection.newest = random() % 2 == 0 ? 0 : all[random() % all.size()].id;
            if (random() % 2 == 0 || before.empty()) {
                selection.filter.reason = quarantineReasons[random() % 4];
            } else {
                for (const QuarantineItem& item : before) {
                    if (random() % 8 == 0) {
                        selection.ids.push_back(item.id);
                    }
                }
            }
            const auto means = [&](const QuarantineItem& item) {
                const bool named =
                    selection.ids.empty()
                        ? selection.filter.reason.empty() || item.reasonCode == selection.filter.reason
                        : std::ranges::find(selection.ids, item.id) != selection.ids.end();
                return named && (selection.newest == 0 || item.id <= selection.newest) &&
                       !(selection.isGenuineSpared && item.isGenuine);
            };
            const auto meant = std::ranges::count_if(before, means);
            QCOMPARE(scene.ingestor.drop(selection)->dropped, std::int64_t{meant});
            if (random() % 2 == 0) {
                scene.sweepAll();
            }
            const auto after = *scene.quarantine.firstRows({}, 1000);
            QCOMPARE(after.size(), before.size() - static_cast<std::size_t>(meant));
            QVERIFY(std::ranges::none_of(after, means));
        }
        scene.sweepAll();
        // What was genuine is still among the events.
        QCOMPARE(scene.number("SELECT count(*) FROM delivery"),
                 std::ranges::count_if(all, &QuarantineItem::isGenuine) +
                     scene.number("SELECT count(*) FROM unverified"));
        AuditLog audit(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        QVERIFY(audit.verify()->intact);
    }

    void anUnknownIdDropsNothing()
    {
        InboxScene scene;
        flood(scene, 3);
        const auto ids = *scene.quarantine.ids({});
        const auto refused = scene.ingestor.drop({.ids = {ids[0], 999, ids[1]}});
        QCOMPARE(refused.error().code, ErrorCode::NotFound);
        QVERIFY(refused.error().sentence.contains(QStringLiteral("999")));
        QCOMPARE(scene.counts().waiting, 3);
        QCOMPARE(scene.number("SELECT count(*) FROM audit WHERE kind = 'quarantine.dropped'"), 0);
        QCOMPARE(scene.ingestor.drop({.filter = {.reason = "job"}})->dropped, 0);
        QCOMPARE(scene.number("SELECT count(*) FROM audit WHERE kind = 'quarantine.dropped'"), 0);
        // Twice is once.
        QCOMPARE(scene.ingestor.drop({.ids = {ids[0]}})->dropped, 1);
        QCOMPARE(scene.ingestor.drop({.ids = {ids[0]}}).error().code, ErrorCode::NotFound);
        QCOMPARE(scene.ingestor.retry(ids[0]).error().code, ErrorCode::NotFound);
        QCOMPARE(scene.ingestor.retryAll()->received, 2);
    }

    void nothingIsDroppedWhileLocked()
    {
        InboxScene scene;
        flood(scene, 2);
        scene.profile.vault->lock();
        QCOMPARE(scene.ingestor.drop({.filter = {}}).error().code, ErrorCode::Locked);
        QCOMPARE(scene.counts().waiting, 2);
    }

    /// Bytes that were dropped leave the files, and the disk gets them back.
    void theDiskGetsItBack()
    {
        InboxScene scene;
        for (int page = 0; page < 4; ++page) {
            flood(scene, 40, 255 * 1024);
        }
        QVERIFY(scene.rawFiles().size() > 40'000'000);
        QVERIFY(scene.ingestor.drop({.filter = {}}).has_value());
        scene.sweepAll();
        QVERIFY(!scene.rawFiles().contains(QByteArray(300, 'x')));
        QVERIFY(compact(*scene.profile.database).has_value());
        QVERIFY2(scene.rawFiles().size() < 5'000'000, std::to_string(scene.rawFiles().size()).c_str());
        QCOMPARE(scene.text("PRAGMA integrity_check"), std::string("ok"));
    }
};

COUNTERSIGN_GUILESS_TEST(QuarantineDropTest)
#include "QuarantineDrop_test.moc"
