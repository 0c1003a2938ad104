#include "core/inbox/Ingestor.h"

#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/delegation/DelegationStore.h"
#include "core/delegation/WalletCatalog.h"
#include "core/inbox/DeliveryCatalog.h"
#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/RandomDeliveries.h"
#include "tests/support/fixtures/TrustedChanges.h"
#include "tests/support/fixtures/WebhookFactory.h"

#include <QFile>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

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

struct IngestorDesk
{
    enum class Setup { Complete, WithoutKey, WithoutSecret };

    explicit IngestorDesk(Setup setup = Setup::Complete)
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
        QVERIFY(countersign::addKey(profile, kid, key).has_value());
    }

    void addSecret(std::string_view name, std::string_view secret)
    {
        QVERIFY(storeSecret(profile, webhookSecretKind, name, secret).has_value());
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

    void takesAnUndecryptableDelegationOnceTheKeyIsThere()
    {
        IngestorDesk desk;
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

    void quarantinesWhatIsNotGenuineAndTakesItOnceTheSecretIsThere()
    {
        IngestorDesk desk(IngestorDesk::Setup::WithoutSecret);
        const DelegationParts parts;
        const Json body = desk.webhooks.created(parts);
        QCOMPARE(desk.take({body, body}).quarantined, 2);
        const auto waiting = desk.deliveries.quarantine().value();
        QCOMPARE(waiting.size(), std::size_t{2});
        QCOMPARE(waiting[0].reasonCode, std::string("signature"));
        QVERIFY(!waiting[0].eventId.has_value());  // nothing of an unverified body is believed
        QCOMPARE(desk.number("SELECT count(*) FROM wallet"), 0);

        desk.addSecret("wrong", "another secret");
        QCOMPARE(desk.ingestor.retryAll()->quarantined, 2);
        desk.addSecret("right", webhookSecret);
        const auto report = desk.ingestor.retryAll();
        QCOMPARE(report->applied, 1);
        QCOMPARE(report->duplicates, 1);
        QCOMPARE(desk.deliveries.quarantineCount().value(), 0);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Active);
    }

    void survivesRotationOfTheSecret()
    {
        IngestorDesk desk;
        const WebhookFactory rotated(testKey().publicKey(), "the new secret");
        desk.addSecret("second", "the new secret");
        QCOMPARE(desk.take({desk.webhooks.created({})}).applied, 1);
        QCOMPARE(desk.takeEntries({rotated.entry(++desk.seq, rotated.created({}))}).applied, 1);
        FeedEntry doubled = rotated.entry(++desk.seq, rotated.created({}));
        doubled.headers.push_back(doubled.headers.back());
        QCOMPARE(desk.takeEntries({doubled}).quarantined, 1);
    }

    void quarantinesOtherEnvironments()
    {
        IngestorDesk desk;
        setSetting(desk.profile, settingKeys::environment, "99999999-2222-4333-8444-555555555555");
        const DelegationParts parts;
        const Json body = desk.webhooks.created(parts);
        QCOMPARE(desk.take({body}).quarantined, 1);
        QCOMPARE(desk.take({body}).duplicates, 1);
        QCOMPARE(desk.deliveries.quarantine()->front().reasonCode, std::string("environment"));
        Json without = desk.webhooks.created({});
        without["environmentId"] = nullptr;
        QCOMPARE(desk.take({without}).applied, 1);
        setSetting(desk.profile, settingKeys::environment, WebhookFactory::environmentId);
        // A redelivery settles what waits.
        QCOMPARE(desk.take({body}).applied, 1);
        QCOMPARE(desk.deliveries.quarantineCount().value(), 0);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Active);
    }

    void quarantinesContradictions()
    {
        IngestorDesk desk;
        DelegationParts parts;
        QCOMPARE(desk.take({desk.webhooks.created(parts)}).applied, 1);
        DelegationParts sameEvent;
        sameEvent.eventId = parts.eventId;
        QCOMPARE(desk.take({desk.webhooks.created(sameEvent)}).quarantined, 1);
        DelegationParts otherAddress;
        otherAddress.walletId = parts.walletId;
        otherAddress.at = parts.at + 1;
        otherAddress.address = "0x0000000000000000000000000000000000000001";
        QCOMPARE(desk.take({desk.webhooks.created(otherAddress)}).quarantined, 1);
        const auto items = desk.deliveries.quarantine().value();
        for (const QuarantineItem& item : items) {
            QCOMPARE(item.reasonCode, std::string("conflict"));
        }
        QCOMPARE(desk.number("SELECT count(*) FROM delegation"), 1);
        QCOMPARE(desk.wallet(parts.walletId).lastEventAt, parts.at);
    }

    void hostileBodiesNeverStopThePage()
    {
        IngestorDesk desk;
        std::vector<FeedEntry> entries;
        const std::string good = dumpJson(desk.webhooks.created({}));
        for (const std::string& body :
             {std::string(), std::string("{}"), std::string("[]"), std::string("null"),
              std::string(100'000, '['), std::string("{\"a\":\xff}"), std::string("\0{}", 3),
              good.substr(0, good.size() - 1), good + good, std::string(300 * 1024, ' ')}) {
            entries.push_back(desk.webhooks.entry(++desk.seq, body));
        }
        entries.push_back(desk.webhooks.entry(++desk.seq, good));
        const auto bad = static_cast<std::int64_t>(entries.size()) - 1;
        const IngestReport report = desk.takeEntries(std::move(entries));
        QCOMPARE(report.quarantined, bad);
        QCOMPARE(report.applied, 1);
        const auto items = desk.deliveries.quarantine().value();
        for (const QuarantineItem& item : items) {
            QCOMPARE(item.reasonCode, std::string("unreadable"));
            QVERIFY(!item.reason.empty());
        }
        QCOMPARE(desk.number("SELECT max(length(body)) FROM delivery"), 300 * 1024);
    }

    /// Of which nothing but the number could be read: it waits with its reason, and the feed goes on.
    void setsUnreadableEntriesAside()
    {
        IngestorDesk desk;
        FeedEntry odd;
        odd.seq = 2;
        odd.kind = unreadableEntryKind;
        odd.headers = {{std::string(unreadableEntryHeader), "'bodyBase64'"}};
        odd.body = toBytes(asBytes(R"({"seq":2,"bodyBase64":"!"})"));
        const IngestReport report = desk.takeEntries({desk.webhooks.entry(1, desk.webhooks.created({})), odd,
                                                      desk.webhooks.entry(3, desk.webhooks.created({}))});
        QCOMPARE(report.applied, 2);
        QCOMPARE(report.quarantined, 1);
        QCOMPARE(report.cursor, 3);
        const auto items = desk.deliveries.quarantine().value();
        QCOMPARE(items.size(), std::size_t{1});
        QCOMPARE(items[0].reasonCode, std::string("unreadable"));
        QCOMPARE(items[0].detail, std::string("'bodyBase64'"));
        QVERIFY(items[0].reason.find("--from-start") != std::string::npos);
        QCOMPARE(desk.ingestor.retry(items[0].id)->quarantined, 1);
        QCOMPARE(desk.deliveries.quarantine()->front().detail, std::string("'bodyBase64'"));
    }

    /// Read again from the start: what is here is not stored again, what waits is tried again, what is new is
    /// taken, and in the end everything is as if each had come once.
    void readsAFeedAgain()
    {
        IngestorDesk desk;
        const WebhookFactory other(otherKey().publicKey(), webhookSecret);
        const RandomDeliveries random(desk.webhooks, other, 5, 300);
        std::vector<FeedEntry> half(random.entries.begin(), random.entries.begin() + 150);
        desk.takeEntries(half);
        const auto rows = desk.number("SELECT count(*) FROM delivery");
        QVERIFY(desk.ingestor.startOver(url, inbox, "test").has_value());
        const IngestReport same = desk.takeEntries(half);
        QCOMPARE(same.received, 150);
        QCOMPARE(same.duplicates, 150);
        QCOMPARE(desk.number("SELECT count(*) FROM delivery"), rows);

        // A replaced relay: another order, other numbers, and more.
        QVERIFY(desk.ingestor.startOver(url, inbox, "test").has_value());
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
        desk.addKey("late", otherKey());
        QVERIFY(desk.ingestor.startOver(url, inbox, "test").has_value());
        QVERIFY(desk.takeEntries(all).applied > 0);
        QCOMPARE(desk.number("SELECT count(*) FROM quarantine WHERE reason_code <> 'signature'"), 0);
        QCOMPARE(desk.number("SELECT count(*) FROM wallet WHERE status = 'unusable'"), 0);
        checkMaterial(desk);
        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        QVERIFY(audit.verify()->intact);
    }

    /// The same body under another signature is another entry: a forged copy that came first must not keep
    /// the genuine one out.
    void aForgedCopyDoesNotHideTheGenuineEntry()
    {
        IngestorDesk desk;
        const DelegationParts parts;
        FeedEntry genuine = desk.webhooks.entry(1, desk.webhooks.created(parts));
        FeedEntry forged = genuine;
        forged.headers.back().second.back() = forged.headers.back().second.back() == '0' ? '1' : '0';
        QCOMPARE(desk.takeEntries({forged}).quarantined, 1);
        QVERIFY(desk.ingestor.startOver(url, inbox, "test").has_value());
        QCOMPARE(desk.takeEntries({genuine}).applied, 1);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Active);
    }

    void keepsTheFeedsWordsWithTheCursor()
    {
        IngestorDesk desk;
        QCOMPARE(desk.ingestor.position(url, inbox).value(), FeedPosition());
        FeedPage page = pageOf({desk.webhooks.entry(1, WebhookFactory::head("ping", "a", 1))});
        page.identity = "feed";
        page.history = "one";
        QVERIFY(desk.ingestor.ingest(url, inbox, 0, page).has_value());
        QCOMPARE(desk.ingestor.position(url, inbox).value(), FeedPosition({1, "feed", "one"}));
        FeedPage other = pageOf({desk.webhooks.entry(2, WebhookFactory::head("ping", "b", 1))});
        other.identity = "another";
        QCOMPARE(desk.ingestor.ingest(url, inbox, 1, other).error().code, ErrorCode::Busy);
        other.identity.clear();  // an old relay
        QVERIFY(desk.ingestor.ingest(url, inbox, 1, other).has_value());
        QCOMPARE(desk.ingestor.position(url, inbox).value(), FeedPosition({2, "feed", {}}));
        QVERIFY(desk.ingestor.startOver(url, inbox, "test").has_value());
        QCOMPARE(desk.ingestor.position(url, inbox).value(), FeedPosition());
    }

    void takesEnvelopesOfAnySizeThatABodyHolds()
    {
        IngestorDesk desk;
        std::string numbers = "[0";
        while (numbers.size() < 100'000) {
            numbers += ",255";
        }
        const DelegationParts parts{.share =
                                        R"({"pubkey":{},"more":)" + numbers + R"(],"secretShare":"00ff"})"};
        QCOMPARE(desk.take({desk.webhooks.created(parts)}).applied, 1);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Active);
        AuditLog audit(*desk.profile.database, *desk.profile.vault, desk.profile.clock);
        const auto material =
            DelegationStore(*desk.profile.database).open(parts.walletId, "test", *desk.profile.vault, audit);
        QVERIFY(material.has_value());
        QVERIFY(material->share.equals(asBytes(parts.share)));
    }

    /// The kid only says which key comes first.
    void anOddKidKeepsNothingFromBeingOpened()
    {
        IngestorDesk desk;
        for (const Json& kid :
             {Json(7), Json(""), Json(std::string(300, 'k')), Json::array(), Json("unknown")}) {
            Json body = desk.webhooks.created({});
            body["data"]["encryptedDelegatedShare"]["kid"] = kid;
            body["data"]["encryptedWalletApiKey"]["kid"] = kid;
            QCOMPARE(desk.take({body}).applied, 1);
        }
        QCOMPARE(desk.number("SELECT count(*) FROM wallet WHERE status = 'active'"), 5);
    }

    /// Signed, with the wallet's id and whatever else: the wallet is revoked.
    void noRevocationIsLost()
    {
        IngestorDesk desk;
        const auto revokes = [&](const std::function<void(Json&)>& change) {
            const DelegationParts parts;
            desk.take({desk.webhooks.created(parts)});
            Json body = WebhookFactory::revoked(parts.walletId, parts.at + 1);
            change(body);
            const IngestReport first = desk.take({body});
            QCOMPARE(first.applied + first.quarantined, 1);
            QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Revoked);
            QCOMPARE(desk.take({body}).applied, 0);
            QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Revoked);
        };
        revokes([](Json& body) { body["data"]["userId"] = 7; });
        revokes([](Json& body) { body["data"]["userId"] = ""; });
        revokes([](Json& body) { body["data"]["shareSetId"] = ""; });
        revokes([](Json& body) { body["messageId"] = "\xc3\xa9"; });
        revokes([](Json& body) { body["environmentId"] = 5; });
        revokes([](Json& body) { body["environmentName"] = Json::array(); });
        revokes([](Json& body) { body.erase("timestamp"); });
        revokes([](Json& body) { body["timestamp"] = 1'750'000'000; });
        revokes([](Json& body) { body.erase("eventId"); });
        revokes([](Json& body) { body["eventId"] = 12; });
        revokes([&](Json& body) {
            // Of another event: it takes effect, and waits for somebody to look at it.
            body["eventId"] = desk.text("SELECT event_id FROM delegation ORDER BY id DESC LIMIT 1");
        });
        QCOMPARE(desk.number("SELECT count(*) FROM quarantine WHERE reason_code <> 'conflict'"), 0);
        QCOMPARE(desk.number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL"), 0);
    }

    void brokenEnvelopesAreUndecryptable()
    {
        IngestorDesk desk;
        const auto broken = [&](const char* member, const Json& value) {
            Json body = desk.webhooks.created({});
            body["data"]["encryptedDelegatedShare"][member] = value;
            return body;
        };
        const IngestReport report =
            desk.take({broken("tag", "AAAA"), broken("iv", 7), broken("ct", "!"), broken("ek", nullptr),
                       broken("alg", "RSA1_5"), broken("ek", "AAAA")});
        QCOMPARE(report.quarantined, 6);
        const auto items = desk.deliveries.quarantine().value();
        for (const QuarantineItem& item : items) {
            QCOMPARE(item.reasonCode, std::string("undecryptable"));
            QVERIFY2(item.detail.find("share: ") != std::string::npos, item.detail.c_str());
        }
        QCOMPARE(desk.number("SELECT count(*) FROM wallet WHERE status = 'unusable'"), 6);
    }

    void judgesTheShare()
    {
        IngestorDesk desk;
        const DelegationParts locked{.share =
                                         R"({"salt":"c2FsdA==","iv":"aXY=","cipher":"eA==","version":"v3"})"};
        const DelegationParts odd{.share = "not JSON at all"};
        const DelegationParts mismatch{
            .chain = "solana:mainnet",
            .address = "So11111111111111111111111111111111111111112",
            .share = shareWithKey(ed25519::publicKey(SecretBytes::random(32)).value())};
        const auto key = ed25519::publicKey(SecretBytes::random(32)).value();
        const DelegationParts match{.chain = "svm", .address = toText(key), .share = shareWithKey(key)};
        const IngestReport report =
            desk.take({desk.webhooks.created(locked), desk.webhooks.created(odd),
                       desk.webhooks.created(mismatch), desk.webhooks.created(match)});
        QCOMPARE(report.applied, 3);
        QCOMPARE(report.quarantined, 1);
        QCOMPARE(desk.wallet(locked.walletId).health, WalletHealth::PasswordProtected);
        QCOMPARE(desk.wallet(odd.walletId).health, WalletHealth::Undecryptable);
        QCOMPARE(desk.wallet(mismatch.walletId).health, WalletHealth::AddressMismatch);
        QCOMPARE(desk.wallet(match.walletId).health, WalletHealth::Unconfirmed);
        QCOMPARE(desk.wallet(match.walletId).chain, std::string("SVM"));
        for (const auto* parts : {&locked, &odd, &mismatch}) {
            QCOMPARE(desk.wallet(parts->walletId).status, WalletStatus::Unusable);
        }
        // Nothing is lost: every one of them is sealed.
        QCOMPARE(desk.number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL"), 4);
    }

    void endedMaterialIsGone()
    {
        IngestorDesk desk;
        const DelegationParts first{.walletId = "w", .at = 1000};
        const Json firstBody = desk.webhooks.created(first);
        desk.take({firstBody, firstBody, desk.webhooks.created({.walletId = "w", .at = 2000})});
        QCOMPARE(desk.number("SELECT count(*) FROM delivery WHERE redacted_at IS NOT NULL"), 2);
        QCOMPARE(desk.number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL"), 1);
        desk.take({WebhookFactory::revoked("w", 3000)});
        QCOMPARE(desk.number("SELECT count(*) FROM delegation WHERE sealed_share IS NOT NULL OR "
                             "sealed_wallet_api_key IS NOT NULL"),
                 0);
        // A repeat of what is over is blanked too, and so is one that comes too late.
        desk.take({firstBody, desk.webhooks.created({.walletId = "w", .at = 500})});
        QCOMPARE(desk.wallet("w").status, WalletStatus::Revoked);
        QCOMPARE(
            desk.number(
                "SELECT count(*) FROM delivery WHERE event_name LIKE '%created' AND redacted_at IS NULL"),
            0);
        const auto content = desk.deliveries.content(1);
        QCOMPARE(content->bodySha256, toBytes(sha256(asBytes(dumpJson(firstBody)))));
        QVERIFY(content->redactedAt.has_value());
        const auto left = parseJson(asText(content->body));
        QCOMPARE((*left)["data"]["encryptedDelegatedShare"]["ct"].get<std::string>(), std::string());
        QCOMPARE((*left)["data"]["walletId"].get<std::string>(), std::string("w"));

        // Neither the database nor its log holds the ciphertext any more.
        const std::string ciphertext = firstBody["data"]["encryptedDelegatedShare"]["ct"].get<std::string>();
        for (const char* name : {"profile.sqlite", "profile.sqlite-wal"}) {
            QFile file(QString::fromStdString((desk.profile.paths.root / name).string()));
            if (file.open(QIODevice::ReadOnly)) {
                QVERIFY2(!file.readAll().contains(ciphertext.c_str()), name);
            }
        }
    }

    /// A reader keeps the old pages alive, a crash can come before they are gone: they go at a later contact.
    void destroyedMaterialLeavesTheFilesLater_data()
    {
        QTest::addColumn<bool>("afterRestart");
        QTest::newRow("the same process") << false;
        QTest::newRow("after a restart") << true;
    }

    void destroyedMaterialLeavesTheFilesLater()
    {
        QFETCH(const bool, afterRestart);
        IngestorDesk desk;
        const Json body = desk.webhooks.created({.walletId = "w", .at = 1000});
        const std::string ciphertext = body["data"]["encryptedDelegatedShare"]["ct"].get<std::string>();
        const auto filesHoldIt = [&] {
            return std::ranges::any_of(std::array{"", "-wal"}, [&](const char* suffix) {
                QFile file(QString::fromStdString(desk.profile.paths.database().string() + suffix));
                return file.open(QIODevice::ReadOnly) && file.readAll().contains(ciphertext.c_str());
            });
        };
        desk.take({body});
        const auto reader = desk.profile.openDatabase(Database::Mode::ReadOnly);
        {
            const SQLite::Transaction snapshot(reader->handle());
            QCOMPARE(reader->handle().execAndGet("SELECT count(*) FROM delivery").getInt(), 1);
            QCOMPARE(desk.take({WebhookFactory::revoked("w", 2000)}).applied, 1);
            QVERIFY(desk.ingestor.noteContact(url, inbox).has_value());
        }
        QVERIFY(filesHoldIt());
        Ingestor restarted(desk.profile.vault, *desk.profile.database, desk.profile.clock);
        QVERIFY((afterRestart ? restarted : desk.ingestor).noteContact(url, inbox).has_value());
        QVERIFY(!filesHoldIt());
    }

    void aNewerDelegationSettlesWhatWaits()
    {
        IngestorDesk desk;
        const WebhookFactory other(otherKey().publicKey(), webhookSecret);
        desk.take({desk.webhooks.created({.walletId = "w", .at = 1000})});
        QCOMPARE(desk.take({other.created({.walletId = "w", .at = 2000})}).quarantined, 1);
        QCOMPARE(desk.wallet("w").status, WalletStatus::Unusable);
        QCOMPARE(desk.take({desk.webhooks.created({.walletId = "w", .at = 3000})}).applied, 1);
        QCOMPARE(desk.wallet("w").status, WalletStatus::Active);
        QCOMPARE(desk.deliveries.quarantineCount().value(), 0);
        QCOMPARE(desk.text("SELECT verdict FROM delivery WHERE id = 2"), std::string("stale"));
    }

    void refusesPagesOutOfOrder()
    {
        IngestorDesk desk;
        const auto first = desk.webhooks.entry(5, WebhookFactory::head("ping", "a", 1));
        const auto second = desk.webhooks.entry(4, WebhookFactory::head("ping", "b", 1));
        QVERIFY(desk.ingestor.cursor(url, inbox).has_value());
        QCOMPARE(desk.ingestor.ingest(url, inbox, 0, pageOf({first, second})).error().code,
                 ErrorCode::InvalidInput);
        QCOMPARE(desk.ingestor.ingest(url, inbox, 0, pageOf({first, first})).error().code,
                 ErrorCode::InvalidInput);
        FeedPage behind = pageOf({first});
        behind.cursor = 4;
        QCOMPARE(desk.ingestor.ingest(url, inbox, 0, behind).error().code, ErrorCode::InvalidInput);
        // The cursor moved meanwhile.
        QCOMPARE(desk.ingestor.ingest(url, inbox, 3, pageOf({first})).error().code, ErrorCode::Busy);
        QCOMPARE(desk.number("SELECT count(*) FROM delivery"), 0);
        QCOMPARE(desk.ingestor.cursor(url, inbox).value(), 0);
    }

    /// Cutting the record's last entry off is seen at once, so every page and every retry moved the seal.
    void sealsTheRecordOfWhatItTakes()
    {
        IngestorDesk desk;
        const WebhookFactory other(otherKey().publicKey(), webhookSecret);
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
        QVERIFY(desk.ingestor.cursor(url, inbox).has_value());
        std::atomic<std::int64_t> received = 0;
        std::atomic<int> surprises = 0;
        const auto process = [&] {
            const auto database = desk.profile.openDatabase();
            Ingestor ingestor(desk.profile.vault, *database, desk.profile.clock);
            std::int64_t after = 0;
            while (after < desk.seq) {
                const auto report = ingestor.ingest(
                    url, inbox, after,
                    pageOf({entries.begin() + static_cast<std::ptrdiff_t>(after), entries.end()}));
                received += report ? report->received : 0;
                surprises += report || report.error().code == ErrorCode::Busy ? 0 : 1;
                after = surprises > 0 ? desk.seq : ingestor.cursor(url, inbox).value_or(desk.seq);
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
        QVERIFY(desk.ingestor.cursor(url, inbox).has_value());
        desk.profile.vault->lock();
        QCOMPARE(desk.ingestor.ingest(url, inbox, 0, page).error().code, ErrorCode::Locked);
        QCOMPARE(desk.number("SELECT count(*) FROM delivery"), 0);
        QVERIFY(unlockVault(*desk.profile.vault).has_value());
        QCOMPARE(desk.ingestor.ingest(url, inbox, 0, page)->applied, 1);
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
        const WebhookFactory other(otherKey().publicKey(), webhookSecret);
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

        desk.addKey("late", otherKey());
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
    static std::string shareWithKey(BytesView key)
    {
        Json pubkey = Json::object();
        for (std::size_t i = 0; i < key.size(); ++i) {
            pubkey[std::to_string(i)] = key[i];
        }
        return dumpJson({{"pubkey", pubkey}, {"secretShare", "00"}});
    }

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
