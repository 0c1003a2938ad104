#include "core/inbox/Ingestor.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/IngestorDesk.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class IngestorQuarantineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesAnUndecryptableDelegationOnceTheKeyIsThere()
    {
        IngestorDesk desk;
        const WebhookFactory other(IngestorDesk::otherKey().publicKey(), IngestorDesk::secret);
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
        desk.addKey("kid-2", IngestorDesk::otherKey());
        QCOMPARE(desk.ingestor.retry(waiting->front().id)->applied, 1);
        QCOMPARE(desk.deliveries.quarantineCount().value(), 0);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Active);
        QCOMPARE(desk.ingestor.retry(waiting->front().id).error().code, ErrorCode::NotFound);
        QCOMPARE(desk.take({body}).duplicates, 1);
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
        desk.addSecret("right", IngestorDesk::secret);
        const auto report = desk.ingestor.retryAll();
        QCOMPARE(report->applied, 1);
        QCOMPARE(report->duplicates, 1);
        QCOMPARE(desk.deliveries.quarantineCount().value(), 0);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Active);
    }

    void survivesRotationOfTheSecret()
    {
        IngestorDesk desk;
        const WebhookFactory rotated(IngestorDesk::key().publicKey(), "the new secret");
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
        QVERIFY(desk.ingestor.startOver(IngestorDesk::url, IngestorDesk::inbox, "test").has_value());
        QCOMPARE(desk.takeEntries({genuine}).applied, 1);
        QCOMPARE(desk.wallet(parts.walletId).status, WalletStatus::Active);
    }
};

COUNTERSIGN_GUILESS_TEST(IngestorQuarantineTest)
#include "IngestorQuarantine_test.moc"
