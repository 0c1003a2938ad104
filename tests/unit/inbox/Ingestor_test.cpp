#include "core/inbox/Ingestor.h"

#include "core/delegation/DelegationStore.h"
#include "core/delegation/WalletCatalog.h"
#include "core/inbox/DeliveryCatalog.h"
#include "core/vault/KeyRing.h"
#include "core/vault/SecretStore.h"
#include "core/vault/Settings.h"
#include "tests/support/TestProfile.h"
#include "tests/support/WebhookFactory.h"

#include <QFile>
#include <QTest>

using namespace countersign;

namespace {

constexpr const char* url = "https://relay.example";
constexpr const char* inbox = "main";
constexpr const char* webhookSecret = "dyn_test_webhook_secret";

/// One key for the whole test: making one takes longer than everything else here.
const RsaPrivateKey& testKey()
{
    static const RsaPrivateKey key = *RsaPrivateKey::generate(2048);
    return key;
}

const RsaPrivateKey& otherKey()
{
    static const RsaPrivateKey key = *RsaPrivateKey::generate(2048);
    return key;
}

struct Desk
{
    enum class Setup { Complete, WithoutKey, WithoutSecret };

    explicit Desk(Setup setup = Setup::Complete)
        : ingestor(profile.vault, *profile.database, profile.clock),
          webhooks(testKey().publicKey(), webhookSecret),
          wallets(*profile.database),
          deliveries(*profile.database)
    {
        if (setup != Setup::WithoutKey) {
            addKey("kid-1", testKey());
        }
        if (setup != Setup::WithoutSecret) {
            addSecret("first", webhookSecret);
        }
    }

    void addKey(std::string_view kid, const RsaPrivateKey& key)
    {
        const auto added = KeyRing(*profile.database, *profile.vault).add(kid, key, true, 0);
        QVERIFY(added.has_value());
    }

    void addSecret(std::string_view name, std::string_view secret)
    {
        const auto put = SecretStore(*profile.database, *profile.vault)
                             .put(webhookSecretKind, name, SecretBytes::copyOf(secret), 0);
        QVERIFY(put.has_value());
    }

    /// Takes bodies in as the next entries.
    IngestReport take(std::initializer_list<Json> bodies)
    {
        std::vector<FeedEntry> entries;
        for (const Json& body : bodies) {
            entries.push_back(webhooks.entry(++seq, body));
        }
        return takeEntries(std::move(entries));
    }

    IngestReport takeEntries(std::vector<FeedEntry> entries)
    {
        const auto after = ingestor.cursor(url, inbox);
        const auto report = ingestor.ingest(url, inbox, *after, pageOf(std::move(entries)));
        if (!report) {
            qFatal("not ingested: %s", qUtf8Printable(report.error().sentence + report.error().detail));
        }
        return *report;
    }

    Wallet wallet(const std::string& walletId) { return *wallets.find(walletId); }
    int number(const std::string& sql) { return profile.database->handle().execAndGet(sql).getInt(); }
    std::string text(const std::string& sql)
    {
        return profile.database->handle().execAndGet(sql).getString();
    }

    TestProfile profile;
    Ingestor ingestor;
    WebhookFactory webhooks;
    WalletCatalog wallets;
    DeliveryCatalog deliveries;
    std::int64_t seq = 0;
};

}  // namespace

class IngestorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesADelegation()
    {
        Desk desk;
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

    void takesAnUndecryptableDelegationOnceTheKeyIsThere()
    {
        Desk desk;
        const WebhookFactory other(otherKey().publicKey(), webhookSecret);
        const DelegationParts parts{.kid = "kid-2"};
        const Json body = other.created(parts);
        QCOMPARE(desk.take({body}).quarantined, 1);
        // The same event again neither doubles nor hides it.
        QCOMPARE(desk.take({body}).duplicates, 1);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Unusable);
        QCOMPARE(desk.wallet(parts.walletId).health, WalletHealth::Undecryptable);
        QVERIFY(desk.wallet(parts.walletId).healthDetail.find("kid-2") != std::string::npos);
        const auto waiting = desk.deliveries.quarantine();
        QCOMPARE(waiting->size(), std::size_t{1});
        QCOMPARE(waiting->front().reasonCode, std::string("undecryptable"));
        QCOMPARE(waiting->front().eventId, std::optional(parts.eventId));

        QCOMPARE(desk.ingestor.retry(waiting->front().id)->quarantined, 1);
        QCOMPARE(desk.deliveries.quarantine()->front().retries, 1);
        desk.addKey("kid-2", otherKey());
        QCOMPARE(desk.ingestor.retry(waiting->front().id)->applied, 1);
        QCOMPARE(desk.deliveries.quarantineCount().value(), 0);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Active);
        QCOMPARE(desk.ingestor.retry(waiting->front().id).error().code, ErrorCode::NotFound);
        QCOMPARE(desk.take({body}).duplicates, 1);
    }
};

QTEST_GUILESS_MAIN(IngestorTest)
#include "Ingestor_test.moc"
