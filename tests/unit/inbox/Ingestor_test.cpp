#include "core/inbox/Ingestor.h"

#include "core/delegation/DelegationStore.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/IngestorDesk.h"
#include "tests/support/fixtures/inbox/RandomDeliveries.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

class IngestorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesADelegation()
    {
        IngestorDesk desk;
        const DelegationParts parts{.shareSetId = "set-1", .kid = "kid-1"};
        const IngestReport report = desk.take({desk.webhooks.created(parts)});
        QCOMPARE(report.received, 1);
        QCOMPARE(report.applied, 1);
        QCOMPARE(report.quarantined, 0);
        QCOMPARE(report.cursor, 1);
        const Wallet wallet = desk.wallet(parts.walletId);
        QCOMPARE(wallet.status, WalletStatus::Active);
        QCOMPARE(wallet.health, WalletHealth::Unconfirmed);
        QCOMPARE(wallet.address, std::string("0x52908400098527886E0F7030069857D2E4169EE7"));
        QCOMPARE(wallet.chain, std::string("EVM"));
        QCOMPARE(wallet.shareSetId, std::optional<std::string>("set-1"));
        QCOMPARE(desk.number("SELECT count(*) FROM audit WHERE kind = 'sync.page'"), 1);

        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        DelegationStore store(*desk.profile.database);
        const auto material = store.open(parts.walletId, "test", *desk.profile.vault, audit);
        QVERIFY(material.has_value());
        QVERIFY(material->share.equals(asBytes(parts.share)));
        QVERIFY(material->walletApiKey.equals(asBytes(parts.walletApiKey)));
        QCOMPARE(desk.number("SELECT count(*) FROM audit WHERE kind = 'material.opened'"), 1);
        const auto verified = audit.verify();
        QVERIFY(verified.has_value() && verified->intact);
    }

    void keepsRawBytesAndHeaders()
    {
        IngestorDesk desk;
        FeedEntry entry = desk.webhooks.entry(7, std::string("{\"eventName\": \"ping\" ,\"data\":{}}"));
        entry.headers.emplace_back("x-dyn-twice", "a");
        entry.headers.emplace_back("x-dyn-twice", "b");
        const IngestReport report = desk.takeEntries({entry});
        QCOMPARE(report.applied, 1);
        QCOMPARE(report.cursor, 7);
        const auto content = desk.deliveries.content(1);
        QCOMPARE(content->body, entry.body);
        QCOMPARE(content->bodySha256, toBytes(sha256(entry.body)));
        QVERIFY(!content->redactedAt.has_value());
        QVERIFY(content->headersJson.find(R"(["x-dyn-twice","a"],["x-dyn-twice","b"])") != std::string::npos);
        QCOMPARE(desk.text("SELECT verdict FROM delivery"), std::string("ping"));
    }

    void countsPingsUnknownEventsAndOtherKindsAsApplied()
    {
        IngestorDesk desk;
        const Json unknown = WebhookFactory::head("wallet.activity", "event-u", 5);
        FeedEntry job;
        job.seq = 100;
        job.kind = "job";
        job.body = toBytes(asBytes("\x01\xff anything"));
        std::vector<FeedEntry> entries = {desk.webhooks.entry(1, WebhookFactory::head("ping", "event-p", 5)),
                                          desk.webhooks.entry(2, WebhookFactory::head("ping", "event-p", 5)),
                                          desk.webhooks.entry(3, unknown), desk.webhooks.entry(4, unknown),
                                          job};
        const IngestReport report = desk.takeEntries(entries);
        QCOMPARE(report.applied, 3);
        QCOMPARE(report.duplicates, 2);
        QCOMPARE(report.quarantined, 0);
        QCOMPARE(desk.text("SELECT group_concat(verdict) FROM (SELECT verdict FROM delivery ORDER BY seq)"),
                 std::string("ping,duplicate,unknown,duplicate,unknown"));
        QCOMPARE(desk.deliveries.content(5)->body, job.body);
    }

    /// Read again from the start: what is here is not stored again, what waits is tried again, what is new is
    /// taken, and in the end everything is as if each had come once.
    void readsAFeedAgain()
    {
        IngestorDesk desk;
        const WebhookFactory other(IngestorDesk::otherKey().publicKey(), IngestorDesk::secret);
        const RandomDeliveries random(desk.webhooks, other, 5, 300);
        std::vector<FeedEntry> half(random.entries.begin(), random.entries.begin() + 150);
        desk.takeEntries(half);
        const auto rows = desk.number("SELECT count(*) FROM delivery");
        QVERIFY(desk.ingestor.startOver(IngestorDesk::url, IngestorDesk::inbox, "test").has_value());
        const IngestReport same = desk.takeEntries(half);
        QCOMPARE(same.received, 150);
        QCOMPARE(same.duplicates, 150);
        QCOMPARE(desk.number("SELECT count(*) FROM delivery"), rows);

        // A replaced relay: another order, other numbers, and more.
        QVERIFY(desk.ingestor.startOver(IngestorDesk::url, IngestorDesk::inbox, "test").has_value());
        std::vector<FeedEntry> all = random.entries;
        std::shuffle(all.begin(), all.end(), std::mt19937(3));
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i].seq = static_cast<std::int64_t>(i) + 1;
        }
        desk.takeEntries(all);
        QCOMPARE(walletsOf(desk), random.wallets);
        checkMaterial(desk);
        QVERIFY(desk.number("SELECT count(*) FROM delivery") <= 300);

        // What waits is taken up by a reading, once it can be.
        desk.addKey("late", IngestorDesk::otherKey());
        QVERIFY(desk.ingestor.startOver(IngestorDesk::url, IngestorDesk::inbox, "test").has_value());
        QVERIFY(desk.takeEntries(all).applied > 0);
        QCOMPARE(desk.number("SELECT count(*) FROM quarantine WHERE reason_code <> 'signature'"), 0);
        QCOMPARE(desk.number("SELECT count(*) FROM wallet WHERE status = 'unusable'"), 0);
        checkMaterial(desk);
        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        QVERIFY(audit.verify()->intact);
    }

    void keepsTheFeedsWordsWithTheCursor()
    {
        IngestorDesk desk;
        QCOMPARE(desk.ingestor.position(IngestorDesk::url, IngestorDesk::inbox).value(), FeedPosition());
        FeedPage page = pageOf({desk.webhooks.entry(1, WebhookFactory::head("ping", "a", 1))});
        page.identity = "feed";
        page.history = "one";
        QVERIFY(desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 0, page).has_value());
        QCOMPARE(desk.ingestor.position(IngestorDesk::url, IngestorDesk::inbox).value(),
                 FeedPosition({1, "feed", "one"}));
        FeedPage other = pageOf({desk.webhooks.entry(2, WebhookFactory::head("ping", "b", 1))});
        other.identity = "another";
        QCOMPARE(desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 1, other).error().code,
                 ErrorCode::Busy);
        other.identity.clear();  // an old relay
        QVERIFY(desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 1, other).has_value());
        QCOMPARE(desk.ingestor.position(IngestorDesk::url, IngestorDesk::inbox).value(),
                 FeedPosition({2, "feed", {}}));
        QVERIFY(desk.ingestor.startOver(IngestorDesk::url, IngestorDesk::inbox, "test").has_value());
        QCOMPARE(desk.ingestor.position(IngestorDesk::url, IngestorDesk::inbox).value(), FeedPosition());
    }

    void refusesPagesOutOfOrder()
    {
        IngestorDesk desk;
        const auto first = desk.webhooks.entry(5, WebhookFactory::head("ping", "a", 1));
        const auto second = desk.webhooks.entry(4, WebhookFactory::head("ping", "b", 1));
        QVERIFY(desk.ingestor.cursor(IngestorDesk::url, IngestorDesk::inbox).has_value());
        QCOMPARE(desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 0, pageOf({first, second}))
                     .error()
                     .code,
                 ErrorCode::InvalidInput);
        QCOMPARE(desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 0, pageOf({first, first}))
                     .error()
                     .code,
                 ErrorCode::InvalidInput);
        FeedPage behind = pageOf({first});
        behind.cursor = 4;
        QCOMPARE(desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 0, behind).error().code,
                 ErrorCode::InvalidInput);
        // The cursor moved meanwhile.
        QCOMPARE(
            desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 3, pageOf({first})).error().code,
            ErrorCode::Busy);
        QCOMPARE(desk.number("SELECT count(*) FROM delivery"), 0);
        QCOMPARE(desk.ingestor.cursor(IngestorDesk::url, IngestorDesk::inbox).value(), 0);
    }

    /// Cutting the record's last entry off is seen at once, so every page and every retry moved the seal.
    void sealsTheRecordOfWhatItTakes()
    {
        IngestorDesk desk;
        const WebhookFactory other(IngestorDesk::otherKey().publicKey(), IngestorDesk::secret);
        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        const auto cutIsSeen = [&] {
            SQLite::Transaction undone(desk.profile.database->handle());
            desk.profile.database->handle().exec(
                "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)");
            return !audit.verify()->intact;
        };
        QCOMPARE(desk.take({other.created({})}).quarantined, 1);
        QVERIFY(audit.verify()->intact);
        QVERIFY(cutIsSeen());
        QCOMPARE(desk.ingestor.retryAll()->quarantined, 1);
        QVERIFY(audit.verify()->intact);
        QVERIFY(cutIsSeen());
    }

    /// Both start from the same cursor, and while they open envelopes neither knows of the other.
    void twoProcessesShareAFeed()
    {
        IngestorDesk desk;
        std::vector<FeedEntry> entries;
        for (int i = 0; i < 150; ++i) {
            entries.push_back(desk.webhooks.entry(++desk.seq, desk.webhooks.created({})));
        }
        QVERIFY(desk.ingestor.cursor(IngestorDesk::url, IngestorDesk::inbox).has_value());
        std::atomic<std::int64_t> received = 0;
        std::atomic<int> surprises = 0;
        const auto process = [&] {
            const auto database = desk.profile.openDatabase();
            Ingestor ingestor(desk.profile.vault, *database, desk.profile.clock);
            std::int64_t after = 0;
            while (after < desk.seq) {
                const auto report = ingestor.ingest(
                    IngestorDesk::url, IngestorDesk::inbox, after,
                    pageOf({entries.begin() + static_cast<std::ptrdiff_t>(after), entries.end()}));
                received += report ? report->received : 0;
                surprises += report || report.error().code == ErrorCode::Busy ? 0 : 1;
                after = surprises > 0
                            ? desk.seq
                            : ingestor.cursor(IngestorDesk::url, IngestorDesk::inbox).value_or(desk.seq);
            }
        };
        std::thread other(process);
        process();
        other.join();
        QCOMPARE(surprises.load(), 0);
        QCOMPARE(received.load(), desk.seq);
        QCOMPARE(desk.number("SELECT count(*) FROM delivery WHERE verdict = 'applied'"), 150);
        QCOMPARE(desk.number("SELECT count(*) FROM wallet WHERE status = 'active'"), 150);
        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        QVERIFY(audit.verify()->intact);
    }

    void writesNothingWhileLocked()
    {
        IngestorDesk desk;
        const FeedPage page = pageOf({desk.webhooks.entry(1, desk.webhooks.created({}))});
        QVERIFY(desk.ingestor.cursor(IngestorDesk::url, IngestorDesk::inbox).has_value());
        desk.profile.vault->lock();
        QCOMPARE(desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 0, page).error().code,
                 ErrorCode::Locked);
        QCOMPARE(desk.number("SELECT count(*) FROM delivery"), 0);
        QVERIFY(unlockVault(*desk.profile.vault).has_value());
        QCOMPARE(desk.ingestor.ingest(IngestorDesk::url, IngestorDesk::inbox, 0, page)->applied, 1);
    }

    /// A thousand random events in pages of random size, against the model; then the same events in another
    /// order, with the missing key imported in the middle.
    void agreesWithTheModel_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 3; ++seed) {
            QTest::addRow("seed %u", seed) << seed;
        }
    }

    void agreesWithTheModel()
    {
        QFETCH(unsigned, seed);
        IngestorDesk desk;
        const WebhookFactory other(IngestorDesk::otherKey().publicKey(), IngestorDesk::secret);
        const RandomDeliveries random(desk.webhooks, other, seed, 1000);
        std::mt19937 sizes(seed);
        IngestReport total;
        for (std::size_t begin = 0; begin < random.entries.size();) {
            const std::size_t size = std::min<std::size_t>(1 + sizes() % 150, random.entries.size() - begin);
            const auto from = random.entries.begin() + static_cast<std::ptrdiff_t>(begin);
            total += desk.takeEntries({from, from + static_cast<std::ptrdiff_t>(size)});
            begin += size;
            if (sizes() % 3 == 0) {
                QVERIFY(desk.ingestor.retryAll().has_value());  // changes nothing without the key
            }
        }
        QCOMPARE(total.received, 1000);
        QCOMPARE(total.applied, random.counts.applied);
        QCOMPARE(total.duplicates, random.counts.duplicates);
        QCOMPARE(total.quarantined, random.counts.quarantined);
        QCOMPARE(desk.deliveries.quarantineCount().value(), random.counts.stillWaiting);
        QCOMPARE(walletsOf(desk), random.wallets);
        checkMaterial(desk);

        desk.addKey("late", IngestorDesk::otherKey());
        QVERIFY(desk.ingestor.retryAll().has_value());
        auto mended = random.wallets;
        for (auto& [id, wallet] : mended) {
            wallet.status = wallet.status == WalletStatus::Unusable ? WalletStatus::Active : wallet.status;
        }
        QCOMPARE(walletsOf(desk), mended);
        QCOMPARE(desk.number("SELECT count(*) FROM quarantine WHERE reason_code <> 'signature'"), 0);
        checkMaterial(desk);
        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        QVERIFY(audit.verify()->intact);
    }

private:
    static std::map<std::string, RandomDeliveries::Wallet> walletsOf(IngestorDesk& desk)
    {
        std::map<std::string, RandomDeliveries::Wallet> wallets;
        SQLite::Statement query(desk.profile.database->handle(),
                                "SELECT w.wallet_id, w.status, d.event_id, w.last_event_at FROM wallet w "
                                "JOIN delegation d ON d.id = w.delegation_id");
        while (query.executeStep()) {
            wallets[query.getColumn(0).getString()] = {*walletStatusFrom(query.getColumn(1).getString()),
                                                       query.getColumn(2).getString(),
                                                       query.getColumn(3).getInt64()};
        }
        return wallets;
    }

    /// Sealed material exactly where a wallet is active, ciphertexts only where material is or is still
    /// wanted.
    static void checkMaterial(IngestorDesk& desk)
    {
        QCOMPARE(desk.number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL"),
                 desk.number("SELECT count(*) FROM wallet WHERE status = 'active'"));
        QCOMPARE(desk.number("SELECT count(*) FROM delivery v JOIN delegation d ON d.event_id = v.event_id "
                             "WHERE v.redacted_at IS NULL AND d.state IN ('superseded', 'revoked')"),
                 0);
        QCOMPARE(desk.number("SELECT count(*) FROM delivery v JOIN delegation d ON d.event_id = v.event_id "
                             "WHERE v.redacted_at IS NOT NULL AND d.state IN ('current', 'undecryptable')"),
                 0);
    }
};

COUNTERSIGN_GUILESS_TEST(IngestorTest)
#include "Ingestor_test.moc"
