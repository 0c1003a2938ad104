#include "core/revocation/WalletTimeline.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/revocation/RevocationScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using Kind = WalletHappening::Kind;

namespace {

std::vector<WalletHappening> timelineOf(RevocationScene& scene, const std::string& walletId)
{
    const WalletTimeline timeline(*scene.profile.database);
    return *timeline.rows(*timeline.ids(walletId));
}

}  // namespace

class WalletTimelineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLastAnswerOfDynamicIsInIt()
    {
        RevocationScene scene;
        const UnixMillis now = scene.profile.clock.now();
        scene.profile.database->handle().exec(
            "INSERT INTO wallet_check (wallet_id, verdict, detail, pending_change, checked_at) VALUES "
            "('evm-wallet', 'no-delegation', 'gone', 'revokeOnNextSignOn', " +
            std::to_string(now) + ')');
        const auto line = timelineOf(scene, evmWalletId);
        const auto check = std::ranges::find(line, Kind::Check, &WalletHappening::kind);
        QVERIFY(check != line.end());
        QCOMPARE(check->at, now);
        QCOMPARE(check->state, std::string("no-delegation"));
        QCOMPARE(check->what, std::string("revokeOnNextSignOn"));
        QCOMPARE(check->detail, std::string("gone"));
        QVERIFY(check->entryKind.empty());
        QCOMPARE(check->life, std::int64_t{1});
        const auto other = timelineOf(scene, solanaWalletId);
        QVERIFY(std::ranges::find(other, Kind::Check, &WalletHappening::kind) == other.end());
    }

    void everyLifeIsInOneLine()
    {
        RevocationScene scene;
        const Job job = scene.message();
        const auto runner = scene.makeRunner();
        const std::string id = scene.begin(*runner, RevocationScene::request({evmWalletId}));
        QVERIFY(RevocationScene::carryOut(*runner, {id}).has_value());
        scene.profile.clock.advance(std::chrono::hours(1));
        scene.delegate(evmWalletId, "EVM", toText(scene.evmKey.address), "again", scene.profile.clock.now());
        const auto line = timelineOf(scene, evmWalletId);
        QCOMPARE(line.size(), std::size_t{4});
        QVERIFY(std::ranges::is_sorted(line, std::greater(), &WalletHappening::at));
        QCOMPARE(line.front().kind, Kind::Delegation);
        QCOMPARE(line.front().life, std::int64_t{2});
        QVERIFY(line.front().hasMaterial);
        QCOMPARE(line.back().kind, Kind::Delegation);
        QCOMPARE(line.back().life, std::int64_t{1});
        QVERIFY(!line.back().hasMaterial);
        const auto revocation = std::ranges::find(line, Kind::Revocation, &WalletHappening::kind);
        QVERIFY(revocation != line.end());
        QCOMPARE(revocation->state, std::string("revoked"));
        QCOMPARE(revocation->what, std::string("lost laptop"));
        QCOMPARE(revocation->reference, id);
        QCOMPARE(revocation->life, std::int64_t{1});
        const auto signing = std::ranges::find(line, Kind::Job, &WalletHappening::kind);
        QCOMPARE(signing == line.end() ? std::string() : signing->reference, job.jobId);
    }

    /// What brought a delegation is not told twice; everything else that came for the wallet is.
    void deliveriesAreTheRest()
    {
        RevocationScene scene;
        scene.profile.database->handle().exec(
            "INSERT INTO delivery (id, source_id, seq, kind, received_at, stored_at, headers, body, "
            "body_sha256, verdict, event_name, event_at, wallet_id) VALUES "
            "(2, 1, 2, 'webhook', 9, 0, '[]', x'', x'', 'duplicate', 'wallet.delegation.created', 7, "
            "'evm-wallet'), (3, 1, 3, 'webhook', 5, 0, '[]', x'', x'', 'unknown', NULL, NULL, "
            "'evm-wallet'), (4, 1, 4, 'webhook', 5, 0, '[]', x'', x'', 'unknown', NULL, NULL, 'other')");
        const auto line = timelineOf(scene, evmWalletId);
        QCOMPARE(line.size(), std::size_t{3});
        QCOMPARE(line[1].what, std::string("wallet.delegation.created"));
        QCOMPARE(line[1].at, UnixMillis{7});
        QCOMPARE(line[1].deliveryId, std::int64_t{2});
        QCOMPARE(line[2].at, UnixMillis{5});
        QCOMPARE(line[2].life, std::int64_t{0});
        QVERIFY(timelineOf(scene, "nobody").empty());
    }

    void idsThatAreGoneAreLeftOut()
    {
        RevocationScene scene;
        const WalletTimeline timeline(*scene.profile.database);
        auto ids = *timeline.ids(evmWalletId);
        ids.push_back(4'000'001);
        ids.push_back(-3);
        QCOMPARE(timeline.rows(ids)->size(), std::size_t{1});
        QVERIFY(timeline.rows({})->empty());
    }
};

COUNTERSIGN_GUILESS_TEST(WalletTimelineTest)
#include "WalletTimeline_test.moc"
