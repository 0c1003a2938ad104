#include "core/search/SearchCatalog.h"

#include "core/delegation/WalletCatalog.h"
#include "core/signing/store/JobCatalog.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"

#include <QTest>

#include <algorithm>
#include <set>
#include <span>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct Scene
{
    Scene()
    {
        jobs.add({.submitter = "payout-service", .reason = "Payout 4711 for =cmd"});
        jobs.add({.submitter = "treasury", .reason = "100% of it_all"});
        profile.database().handle().exec(
            "INSERT INTO revocation (revocation_id, reason, local_first, started_at, ended_at, wallets, "
            "code) VALUES "
            "('rev-1', 'lost laptop', 0, 1769904000000, 0, 1, x'00');"
            "INSERT INTO revocation_wallet (revocation_id, wallet_id, at_dynamic, http_status, answered_at, "
            "sentence, detail, try_after, held, destroyed_at, address, chain, event_id, delegated_at, "
            "share_sets, jobs_stopped, code) SELECT 'rev-1', wallet_id, 'revoked', 204, 1, '', '', 0, 0, 1, "
            "address, chain, 'e', 1, '[]', 0, x'00' FROM wallet WHERE id = 5");
    }

    std::vector<std::int64_t> ids(const std::string& text, SearchGroup group)
    {
        const auto query = SearchQuery::parse(text);
        if (!query) {
            return {-1};
        }
        const auto hits = catalog.find(*query, group);
        return hits ? hits->ids : std::vector<std::int64_t>{-2};
    }
    std::size_t count(const std::string& text, SearchGroup group) { return ids(text, group).size(); }
    Wallet wallet(std::int64_t id)
    {
        const std::vector<std::int64_t> wanted = {id};
        return WalletCatalog(profile.database()).rows(wanted)->front();
    }
    std::int64_t counted(const std::string& sql)
    {
        return profile.database().handle().execAndGet(sql).getInt64();
    }

    /// 25,000 deliveries behind all others: the oldest alone has its name, the next one its time, and the
    /// third one is the only one of "bulk-a" and "user-a", each of which holds for more than 12,000.
    void addBroadEvents()
    {
        profile.database().handle().exec(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) "
            "INSERT INTO delivery (source_id, seq, kind, received_at, stored_at, headers, body, body_sha256, "
            "verdict, event_id, event_name, user_id) SELECT 1, 90000000 + i, 'webhook', "
            "iif(i = 2, 1000, 1770200000000 + i), 1, '', x'00', zeroblob(32), 'unknown', "
            "iif(i = 3 OR i > 12500, 'bulk-a', 'bulk-b') || i, iif(i = 1, 'rare.name', 'bulk.' || (i % 50)), "
            "iif(i <= 12500, 'user-a', 'user-b') || i FROM n");
    }

    ProfileFixture profile{{.wallets = 60, .deliveriesPerWallet = 3}};
    JobFixture jobs{profile};
    SearchCatalog catalog{profile.database()};
};

}  // namespace

class SearchCatalogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsEntriesOfTheRecord()
    {
        Scene scene;
        scene.profile.database().handle().exec(
            "DELETE FROM audit;"
            "INSERT INTO audit (seq, at, kind, subject, detail, hash) VALUES "
            "(1, 1769904000000, 'wallet.checked', 'wallet-9', '{\"verdict\":\"not-found\"}', x'00'),"
            "(2, 1769990400000, 'job.approved', 'job-1', '{\"digest\":\"0xabc\"}', x'00'),"
            "(3, 1770076800000, 'setting.changed', 'rpc.solana', '{\"note\":\"100% of it_all\"}', x'00'),"
            "(9223372036854775807, 1770076800000, 'job.forged', 'job-2', '{}', x'00')");
        using Ids = std::vector<std::int64_t>;
        QCOMPARE(scene.ids("job.", SearchGroup::Record), Ids{2});
        QCOMPARE(scene.ids("NOT-FOUND", SearchGroup::Record), Ids{1});
        QCOMPARE(scene.ids("wallet:wallet-9", SearchGroup::Record), Ids{1});
        QCOMPARE(scene.ids("wallet:allet-9", SearchGroup::Record), Ids());
        QCOMPARE(scene.ids("job:job-1 0xabc", SearchGroup::Record), Ids{2});
        QCOMPARE(scene.ids("0%", SearchGroup::Record), Ids{3});
        QCOMPARE(scene.ids("kind:record after:2026-02-02", SearchGroup::Record), (Ids{3, 2}));
        QCOMPARE(scene.ids("kind:record before:2026-02-02", SearchGroup::Record), Ids{1});
        QCOMPARE(scene.ids("kind:job", SearchGroup::Record), Ids());
    }

    void onlyTheNewestEntriesOfALongRecordAreLookedAt()
    {
        Scene scene;
        scene.profile.database().handle().exec(
            "DELETE FROM audit;"
            "INSERT INTO audit (seq, at, kind, subject, detail, hash) VALUES "
            "(1, 1, 'old', 'x', '{}', x'00'), (2, 1, 'old', 'x', '{}', x'00'),"
            "(50001, 1, 'new', 'x', '{}', x'00')");
        QCOMPARE(scene.ids("old", SearchGroup::Record), std::vector<std::int64_t>{2});
    }

    void findsAWalletByAnyPart()
    {
        Scene scene;
        const Wallet wallet = scene.wallet(7);
        const std::vector<std::int64_t> expected = {7};
        QCOMPARE(scene.ids(wallet.address, SearchGroup::Wallets), expected);
        QCOMPARE(scene.ids(wallet.address.substr(6, 12), SearchGroup::Wallets), expected);
        QCOMPARE(scene.ids(wallet.walletId.substr(9), SearchGroup::Wallets), expected);
        QCOMPARE(scene.ids("wallet:" + wallet.walletId.substr(0, 18), SearchGroup::Wallets), expected);
        QCOMPARE(scene.ids("wallet:" + wallet.walletId.substr(9), SearchGroup::Wallets).size(), 0U);
        QVERIFY(scene.count("user:" + wallet.userId->substr(0, 13), SearchGroup::Wallets) >= 1U);
        QCOMPARE(static_cast<std::int64_t>(scene.count("status:active chain:sol", SearchGroup::Wallets)),
                 scene.counted("SELECT count(*) FROM wallet WHERE status = 'active' AND chain = 'SVM'"));
        QCOMPARE(scene.count("after:1970-01-01", SearchGroup::Wallets), 60U);
        QCOMPARE(scene.count("before:1971-01-01", SearchGroup::Wallets), 0U);
    }

    void findsJobs()
    {
        Scene scene;
        const auto all = JobCatalog(scene.profile.database()).firstRows({}, {}, 10);
        QCOMPARE(all->size(), 2U);
        const Job& payout = all->front().submitter == "treasury" ? all->back() : all->front();
        const std::vector<std::int64_t> expected = {payout.id};
        QCOMPARE(scene.ids("4711", SearchGroup::Jobs), expected);
        QCOMPARE(scene.ids("PAYOUT", SearchGroup::Jobs), expected);
        QCOMPARE(scene.ids("reason:\"Payout 4711\"", SearchGroup::Jobs), expected);
        QCOMPARE(scene.ids("submitter:payout", SearchGroup::Jobs), expected);
        QCOMPARE(scene.ids(payout.jobId.substr(0, 10), SearchGroup::Jobs), expected);
        QCOMPARE(scene.ids("job:" + payout.jobId, SearchGroup::Jobs), expected);
        QVERIFY(scene.count("address:" + payout.address, SearchGroup::Jobs) >= 1U);
        QVERIFY(scene.count("wallet:" + payout.walletId, SearchGroup::Jobs) >= 1U);
        QCOMPARE(scene.count("status:pending", SearchGroup::Jobs), 2U);
        QCOMPARE(scene.count("status:rejected", SearchGroup::Jobs), 0U);
        // Wildcards of SQL mean themselves.
        QCOMPARE(scene.count("100%", SearchGroup::Jobs), 1U);
        QCOMPARE(scene.count("1%1", SearchGroup::Jobs), 0U);
        QCOMPARE(scene.count("it_all", SearchGroup::Jobs), 1U);
        QCOMPARE(scene.count("4_11", SearchGroup::Jobs), 0U);
        QCOMPARE(scene.count("' OR 1=1 --", SearchGroup::Jobs), 0U);
    }

    void findsEventsByBeginnings()
    {
        Scene scene;
        const Wallet wallet = scene.wallet(7);
        QCOMPARE(scene.count(wallet.walletId, SearchGroup::Events), 3U);
        QCOMPARE(scene.count(wallet.walletId.substr(0, 12), SearchGroup::Events), 3U);
        QCOMPARE(scene.count(wallet.address, SearchGroup::Events), 3U);
        QCOMPARE(scene.count("address:" + wallet.address.substr(0, 12), SearchGroup::Events), 3U);
        QCOMPARE(scene.count("wallet.activity " + wallet.walletId, SearchGroup::Events), 2U);
        QCOMPARE(scene.count("event:wallet.delegation wallet:" + wallet.walletId, SearchGroup::Events), 1U);
        QCOMPARE(scene.count("wallet.", SearchGroup::Events), 180U);
        QCOMPARE(scene.count("event:wallet.activity", SearchGroup::Events), 120U);
        QCOMPARE(scene.count("activity", SearchGroup::Events), 0U);  // no beginning
        QCOMPARE(static_cast<std::int64_t>(scene.count("verdict:quarantined", SearchGroup::Events)),
                 scene.counted("SELECT count(*) FROM delivery WHERE verdict = 'quarantined'"));
        QCOMPARE(scene.count("before:1971-01-01", SearchGroup::Events), 0U);
        QCOMPARE(scene.count("after:1971-01-01 verdict:unknown", SearchGroup::Events), 120U);
        const auto ids = scene.ids("wallet.", SearchGroup::Events);
        QVERIFY(std::ranges::is_sorted(ids, std::greater<>()));
    }

    void findsRevocations()
    {
        Scene scene;
        const Wallet wallet = scene.wallet(5);
        for (const std::string& text :
             {std::string("laptop"), std::string("reason:lost"), std::string("rev-"), wallet.walletId,
              "address:" + wallet.address, std::string("kind:revocation after:2026-01-01")}) {
            QVERIFY2(scene.count(text, SearchGroup::Revocations) == 1U, text.c_str());
        }
        QCOMPARE(scene.count("before:2026-01-01", SearchGroup::Revocations), 0U);
        const auto rows = scene.catalog.rows(scene.ids("laptop", SearchGroup::Revocations));
        QCOMPARE(rows->front().walletId, wallet.walletId);
        QCOMPARE(rows->front().atDynamic, std::string("revoked"));
        QCOMPARE(scene.catalog.rows(std::vector<std::int64_t>(1001, 1)).error().code,
                 ErrorCode::InvalidInput);
    }

    void everyWordHasToHold()
    {
        Scene scene;
        const Wallet wallet = scene.wallet(7);
        for (const SearchGroup group : searchGroups) {
            QCOMPARE(scene.count(wallet.walletId + " nowhere", group), 0U);
            QCOMPARE(scene.count("", group), 0U);
        }
        QCOMPARE(scene.count("kind:job " + wallet.walletId, SearchGroup::Wallets), 0U);
    }

    void saysWhenThereIsMore()
    {
        Scene scene;
        const auto query = SearchQuery::parse("wallet.");
        const auto few = scene.catalog.find(*query, SearchGroup::Events, 10);
        QCOMPARE(few->ids.size(), 10U);
        QVERIFY(few->isMore);
        const auto exact = scene.catalog.find(*SearchQuery::parse("status:active"), SearchGroup::Wallets);
        QVERIFY(!exact->isMore);
        // More candidates than are looked at: the rare word is what decides.
        const Wallet wallet = scene.wallet(7);
        const auto rare = SearchQuery::parse("wallet. " + wallet.walletId);
        QCOMPARE(scene.catalog.find(*rare, SearchGroup::Events, 10)->ids.size(), 3U);
    }

    /// Old ones are found behind any number of newer ones, by words that each hold for too many.
    void everyEventIsFoundWhateverItsAge()
    {
        Scene scene;
        scene.addBroadEvents();
        const auto oldest = scene.counted("SELECT min(id) FROM delivery WHERE event_id LIKE 'bulk-%'");
        QCOMPARE(scene.ids("bulk- event:rare.name", SearchGroup::Events), std::vector<std::int64_t>{oldest});
        QCOMPARE(scene.ids("bulk- user:user- verdict:unknown before:1971-01-01", SearchGroup::Events),
                 std::vector<std::int64_t>{oldest + 1});
        QCOMPARE(scene.ids("event:bulk-a user:user-a", SearchGroup::Events),
                 std::vector<std::int64_t>{oldest + 2});
        const auto newest = scene.ids("event:bulk- user:user-", SearchGroup::Events);
        QCOMPARE(newest.size(), std::size_t{SearchCatalog::most});
        QCOMPARE(newest.front(), oldest + 24'999);
    }

    void pagesOnToTheEnd()
    {
        Scene scene;
        scene.addBroadEvents();
        for (const auto& [text, group] : {std::pair("bulk-", SearchGroup::Events),
                                          std::pair("event:bulk. user:user-", SearchGroup::Events),
                                          std::pair("after:1970-01-01", SearchGroup::Events),
                                          std::pair("verdict:unknown", SearchGroup::Events),
                                          std::pair("after:1970-01-01", SearchGroup::Wallets),
                                          std::pair("status:pending", SearchGroup::Jobs),
                                          std::pair("laptop", SearchGroup::Revocations)}) {
            const auto query = SearchQuery::parse(text);
            std::vector<std::int64_t> paged;
            auto hits = scene.catalog.find(*query, group, 700);
            while (hits && !hits->ids.empty()) {
                paged.insert(paged.end(), hits->ids.begin(), hits->ids.end());
                hits = hits->isMore ? scene.catalog.find(*query, group, 700, hits->ids.back())
                                    : Result<SearchHits>(SearchHits());
            }
            QVERIFY2(hits.has_value() && !paged.empty(), text);
            QCOMPARE(std::set(paged.begin(), paged.end()).size(), paged.size());
            const auto whole = scene.ids(text, group);
            QVERIFY2(std::ranges::equal(whole, std::span(paged).first(whole.size())), text);
            QVERIFY(whole.size() == paged.size() || whole.size() == std::size_t{SearchCatalog::most});
        }
    }

    /// Indexes are followed: no list of a million is read through.
    void eventsAreNeverReadThrough()
    {
        Scene scene;
        for (const char* text : {"e-1", "event:ping", "wallet:0", "user:0", "address:0x0 verdict:applied"}) {
            const auto query = SearchQuery::parse(text);
            QVERIFY(query && scene.catalog.find(*query, SearchGroup::Events).has_value());
        }
        for (const char* column : {"event_id", "message_id", "wallet_id", "user_id", "event_name"}) {
            SQLite::Statement plan(scene.profile.database().handle(),
                                   std::string("EXPLAIN QUERY PLAN SELECT id FROM delivery WHERE ") + column +
                                       " >= 'a' AND " + column + " < 'b'");
            QVERIFY(plan.executeStep());
            const std::string detail = plan.getColumn(3).getString();
            QVERIFY2(detail.starts_with("SEARCH"), detail.c_str());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(SearchCatalogTest)
#include "SearchCatalog_test.moc"
