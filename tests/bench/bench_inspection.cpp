#include "core/base/SecretBytes.h"
#include "core/delegation/WalletCatalog.h"
#include "core/health/HealthReader.h"
#include "core/revocation/WalletTimeline.h"
#include "core/search/SearchCatalog.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

// What the health board, the wallets' table and a search cost on 100,000 wallets, a million events and 50,000
// jobs: the time until the first rows are there, beside the plain SQL behind it in the same run. Bounds: 100
// ms for a first answer, 16 ms for each further page; what is read behind a first answer has 500 ms. Usage:
// bench_inspection [WALLETS] [EVENTS-PER-WALLET] [JOBS]. Exit status: 0, 1 where a bound was not kept, 2
// where something could not be measured.

using namespace countersign;
using countersign::testing::fixtureNow;
using countersign::testing::ProfileFixture;

namespace {

constexpr int rounds = 5;

template <typename Work>
double medianMs(Work work)
{
    std::vector<double> times;
    for (int i = 0; i <= rounds; ++i) {
        QElapsedTimer timer;
        timer.start();
        work();
        if (i > 0) {  // the first one fills the caches
            times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

void fail(const char* what)
{
    std::fprintf(stderr, "%s failed\n", what);
    std::exit(2);
}

void require(bool holds, const char* what)
{
    if (!holds) {
        fail(what);
    }
}

/// Steps through all rows of a statement.
double sqlMs(Database& database, const std::string& sql)
{
    return medianMs([&] {
        SQLite::Statement query(database.handle(), sql);
        while (query.executeStep()) {
        }
    });
}

/// What is being done, on standard error.
void say(const std::string& what)
{
    std::fprintf(stderr, "%s\n", what.c_str());
}

int beyond = 0;  ///< measurements that were longer than their bounds

void report(const char* what, double ours, double sql, double bound)
{
    beyond += ours <= bound ? 0 : 1;
    std::printf("%-44s %8.2f ms  plain SQL %8.2f ms  ratio %6.2f  %s %.0f ms\n", what, ours, sql,
                sql > 0 ? ours / sql : 0, ours <= bound ? "within" : "BEYOND", bound);
    std::fflush(stdout);
}

/// A million deliveries in a minute: wallet by wallet in the order of the one index that stays, in
/// transactions that the log holds, and the other indexes are made when all are there.
void addEvents(Database& database, int perWallet)
{
    std::vector<std::pair<std::string, std::string>> indexes;
    {
        SQLite::Statement query(database.handle(),
                                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = "
                                "'delivery' AND sql IS NOT NULL");
        while (query.executeStep()) {
            indexes.emplace_back(query.getColumn(0).getString(), query.getColumn(1).getString());
        }
    }
    for (const auto& [name, sql] : indexes) {
        database.handle().exec("DROP INDEX " + name);
    }
    const std::int64_t last = database.handle().execAndGet("SELECT max(id) FROM delivery").getInt64();
    for (int i = 1; i < perWallet; ++i) {
        SQLite::Statement insert(
            database.handle(),
            "INSERT INTO delivery (source_id, seq, kind, received_at, stored_at, headers, body, body_sha256, "
            "verdict, event_id, message_id, event_name, event_at, wallet_id, user_id) SELECT 1, "
            "1000000000 * ?1 + id, kind, received_at + ?1, stored_at + ?1, headers, zeroblob(600), "
            "zeroblob(32), 'unknown', event_id || '-' || ?1, message_id || '-' || ?1, 'wallet.activity', "
            "event_at + ?1, wallet_id, user_id FROM delivery WHERE id <= ?2 AND event_name = "
            "'wallet.delegation.created' ORDER BY id");
        insert.bind(1, static_cast<std::int64_t>(i));
        insert.bind(2, last);
        insert.exec();
        say("deliveries: " + std::to_string(i + 1) + " of " + std::to_string(perWallet) + " a wallet");
    }
    for (const auto& [name, sql] : indexes) {
        database.handle().exec(sql);
        say("index " + name);
    }
}

void addJobs(Database& database, int jobs)
{
    database.handle().exec("BEGIN");
    database.handle().exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(jobs) +
        ") INSERT INTO job (job_id, origin, submitter, wallet_id, chain, address, kind, document, broadcast, "
        "reason, created_at, expires_at, state, state_at, signature) SELECT printf('%064x', i * 2654435761), "
        "'relay', 'payout-service', w.wallet_id, w.chain, w.address, 'evm.message', zeroblob(600), 0, "
        "'Payout ' || i, 1770000000000 + i, 1770100000000 + i, 'signed', 1770000000000 + i, x'01' FROM n "
        "JOIN "
        "wallet w ON w.id = 1 + i % (SELECT max(id) FROM wallet)");
    database.handle().exec("COMMIT");
}

void addChecks(Database& database)
{
    database.handle().exec(
        "BEGIN; INSERT INTO wallet_check SELECT wallet_id, CASE WHEN id % 500 = 0 THEN 'no-delegation' ELSE "
        "'ok' END, '', CASE WHEN id % 700 = 0 THEN 'revokeOnNextSignOn' ELSE '' END, 1770120000000 FROM "
        "wallet "
        "WHERE id % 10 <> 0; COMMIT");
}

void measureHealth(Database& database)
{
    HealthQuestion question;
    question.now = fixtureNow;
    question.limits.maxAge = std::chrono::days(1);
    const HealthReader reader(database, question);
    const double states = sqlMs(database, "SELECT status, health, count(*) FROM wallet GROUP BY 1, 2");
    report(
        "health: first rows", medianMs([&] { require(reader.firstRows({}, 128).has_value(), "firstRows"); }),
        sqlMs(database,
              "SELECT * FROM wallet WHERE status IN ('active', 'unusable') AND health = 'address-mismatch' "
              "LIMIT 128"),
        100);
    report("health: summary", medianMs([&] { require(reader.summary().has_value(), "summary"); }), states,
           100);
    std::size_t findings = 0;
    report("health: all keys", medianMs([&] {
               const auto ids = reader.ids({});
               require(ids.has_value(), "ids");
               findings = ids->size();
           }),
           sqlMs(database,
                 "SELECT id FROM wallet w WHERE status = 'active' AND NOT EXISTS (SELECT 1 FROM job j WHERE "
                 "j.wallet_id = w.wallet_id AND j.signature IS NOT NULL)"),
           500);
    report("health: counts", medianMs([&] { require(reader.counts().has_value(), "counts"); }), states, 500);
    const auto ids = reader.ids({});
    const std::span<const std::int64_t> page(ids->data() + ids->size() / 2, 64);
    report("health: a further page", medianMs([&] { require(reader.rows(page)->size() == 64, "page"); }),
           sqlMs(database, "SELECT * FROM wallet WHERE id BETWEEN 50000 AND 50063"), 16);
    report("health: keys and their wallets",
           medianMs([&] { require(reader.keyUse().has_value(), "keyUse"); }),
           sqlMs(database,
                 "SELECT kid, state, count(*) FROM delegation WHERE state IN ('current', 'undecryptable') "
                 "GROUP BY kid, state"),
           100);
    std::printf("%zu findings\n", findings);
}

void measureWallets(Database& database)
{
    const WalletCatalog catalog(database);
    const std::string all = "SELECT * FROM wallet ORDER BY received_at DESC, id DESC LIMIT 128";
    report("wallets: first rows",
           medianMs([&] { require(catalog.firstRows({}, {}, 128).has_value(), "firstRows"); }),
           sqlMs(database, all), 100);
    const auto ids = catalog.ids({}, {});
    report("wallets: all keys", medianMs([&] { require(catalog.ids({}, {}).has_value(), "ids"); }),
           sqlMs(database, "SELECT id FROM wallet ORDER BY received_at DESC, id DESC"), 100);
    const std::span<const std::int64_t> page(ids->data() + ids->size() / 2, 64);
    report("wallets: a further page", medianMs([&] { require(catalog.rows(page)->size() == 64, "page"); }),
           sqlMs(database, "SELECT * FROM wallet WHERE id BETWEEN 50000 AND 50063"), 16);
    report("wallets: not seen for a day", medianMs([&] {
               require(catalog.ids({.notSeenSince = fixtureNow + 1}, {}).has_value(), "not seen");
           }),
           sqlMs(database, "SELECT id FROM wallet WHERE status = 'active'"), 500);
    const std::string wallet =
        database.handle().execAndGet("SELECT wallet_id FROM wallet WHERE id = 777").getString();
    report("wallets: history of one",
           medianMs([&] { require(catalog.history(wallet).has_value(), "history"); }),
           sqlMs(database, "SELECT * FROM delegation WHERE wallet_id = '" + wallet + '\''), 16);
}

/// All that a wallet's page shows of its past: what is there at once, and a page of it.
void measureTimeline(Database& database)
{
    const WalletTimeline timeline(database);
    const std::string wallet =
        database.handle().execAndGet("SELECT wallet_id FROM wallet WHERE id = 777").getString();
    std::size_t happenings = 0;
    report("wallet page: time line", medianMs([&] {
               const auto ids = timeline.ids(wallet);
               require(ids.has_value() && !ids->empty(), "time line");
               happenings = ids->size();
           }),
           sqlMs(database, "SELECT id FROM delivery WHERE wallet_id = '" + wallet +
                               "' UNION ALL SELECT id FROM job WHERE wallet_id = '" + wallet + '\''),
           100);
    const auto ids = timeline.ids(wallet);
    const std::span<const std::int64_t> page(ids->data(), std::min<std::size_t>(ids->size(), 64));
    report("wallet page: rows of the time line",
           medianMs([&] { require(timeline.rows(page)->size() == page.size(), "rows"); }),
           sqlMs(database, "SELECT * FROM delivery WHERE wallet_id = '" + wallet + '\''), 16);
    std::printf("    %zu happenings\n", happenings);
}

void measureSearch(Database& database)
{
    const SearchCatalog catalog(database);
    const std::string wallet =
        database.handle().execAndGet("SELECT wallet_id FROM wallet WHERE id = 777").getString();
    const std::string address =
        database.handle().execAndGet("SELECT address FROM wallet WHERE id = 777").getString();
    const struct
    {
        const char* name;
        std::string text;
        SearchGroup group;
        std::string sql;
    } searches[] = {
        {"wallets: part of an address", address.substr(8, 10), SearchGroup::Wallets,
         "SELECT id FROM wallet WHERE address LIKE '%" + address.substr(8, 10) + "%'"},
        {"wallets: status and chain", "status:active chain:sol", SearchGroup::Wallets,
         "SELECT id FROM wallet WHERE status = 'active' AND chain = 'SVM' LIMIT 2001"},
        {"jobs: part of a reason", "49999", SearchGroup::Jobs,
         "SELECT id FROM job INDEXED BY job_by_reason WHERE reason LIKE '%49999%'"},
        {"jobs: a wallet", "wallet:" + wallet, SearchGroup::Jobs,
         "SELECT id FROM job WHERE wallet_id = '" + wallet + '\''},
        {"jobs: a day", "before:2026-02-03 kind:job", SearchGroup::Jobs,
         "SELECT id FROM job ORDER BY created_at DESC, id DESC LIMIT 2001"},
        {"events: a wallet", wallet, SearchGroup::Events,
         "SELECT id FROM delivery WHERE wallet_id = '" + wallet + '\''},
        {"events: an address", address, SearchGroup::Events,
         "SELECT d.id FROM delivery d JOIN wallet w ON w.wallet_id = d.wallet_id WHERE w.address = '" +
             address + '\''},
        {"events: a name of a million", "event:wallet.activity", SearchGroup::Events,
         "SELECT id FROM delivery WHERE event_name = 'wallet.activity' ORDER BY id DESC LIMIT 2001"},
        {"events: a name and a wallet", "wallet.activity " + wallet, SearchGroup::Events,
         "SELECT id FROM delivery WHERE wallet_id = '" + wallet + "' AND event_name = 'wallet.activity'"},
        {"events: two broad words", "event:wallet. verdict:unknown", SearchGroup::Events,
         "SELECT id FROM delivery WHERE event_name >= 'wallet.' AND event_name < 'wallet/' AND verdict = "
         "'unknown' ORDER BY id DESC LIMIT 2001"},
        {"events: nothing", "nowhere-at-all", SearchGroup::Events,
         "SELECT id FROM delivery WHERE event_id = 'nowhere-at-all'"},
        {"events: a verdict", "verdict:quarantined", SearchGroup::Events,
         "SELECT id FROM delivery WHERE verdict = 'quarantined' ORDER BY id DESC LIMIT 2001"},
        {"events: before a day", "before:2026-02-01 kind:event", SearchGroup::Events,
         "SELECT id FROM delivery WHERE received_at < 1769904000000 ORDER BY received_at DESC LIMIT 2001"},
    };
    for (const auto& search : searches) {
        const auto query = SearchQuery::parse(search.text);
        std::size_t hits = 0;
        const double ours = medianMs([&] {
            const auto found = catalog.find(*query, search.group);
            require(found.has_value(), search.name);
            hits = found->ids.size();
        });
        report(search.name, ours, sqlMs(database, search.sql), 100);
        std::printf("    %zu hits\n", hits);
    }
}

}  // namespace

int main(int argc, char* argv[])
{
    initialiseSodium();
    const QCoreApplication application(argc, argv);
    const int wallets = argc > 1 ? std::atoi(argv[1]) : 100'000;
    const int events = argc > 2 ? std::atoi(argv[2]) : 10;
    const int jobs = argc > 3 ? std::atoi(argv[3]) : 50'000;
    std::printf("%d wallets, %d events, %d jobs\n", wallets, wallets * events, jobs);
    std::fflush(stdout);
    ProfileFixture profile({.wallets = wallets});
    say(std::to_string(wallets) + " wallets are there");
    profile.database().handle().exec("PRAGMA synchronous = OFF");  // nobody has to find this after a crash
    addEvents(profile.database(), events);
    addJobs(profile.database(), jobs);
    addChecks(profile.database());
    say("jobs and checks are there");
    measureHealth(profile.database());
    measureWallets(profile.database());
    measureTimeline(profile.database());
    measureSearch(profile.database());
    std::printf("%d beyond their bounds\n", beyond);
    return beyond == 0 ? 0 : 1;
}
