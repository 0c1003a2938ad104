#include "core/inbox/delivery/DeliveryReader.h"

#include "core/inbox/delivery/DeliveryCauses.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/WebhookFactory.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace countersign;

namespace {

constexpr const char* readerSecret = "dyn_test_webhook_secret";
constexpr UnixMillis readerReceipt = 1'750'000'500'000;

const RsaPublicKey& readerKey()
{
    static const RsaPublicKey key = RsaPrivateKey::generate(2048)->publicKey();
    return key;
}

/// A profile of which only the secrets and the settings matter.
struct ReaderScene
{
    TestProfile profile;
    WebhookFactory webhooks{readerKey(), readerSecret};

    explicit ReaderScene(bool hasSecret = true)
    {
        if (hasSecret) {
            addSecret("first", readerSecret);
        }
    }

    void addSecret(std::string_view name, std::string_view secret)
    {
        if (!storeSecret(profile, webhookSecretKind, name, secret)) {
            qFatal("no secret");
        }
    }
    Result<DeliveryReader> make()
    {
        return DeliveryReader::make(TrustedSecrets(*profile.database, *profile.vault),
                                    TrustedSettings(*profile.database, *profile.vault));
    }
    ReadDelivery read(const FeedEntry& entry)
    {
        const auto reader = make();
        if (!reader) {
            qFatal("no reader");
        }
        return reader->read(entry.kind, entry.headers, entry.body, readerReceipt);
    }
    ReadDelivery read(const Json& body) { return read(webhooks.entry(1, body)); }
};

std::string codeOf(const ReadDelivery& delivery)
{
    return delivery.refusal ? delivery.refusal->code : std::string();
}

/// Refused for its signature, and nothing of it is believed.
bool isUnproved(const ReadDelivery& delivery)
{
    return delivery.isWebhook && delivery.isUnverified() && !delivery.bringsMaterial() &&
           codeOf(delivery) == "signature" && delivery.eventOrNull() == nullptr;
}

}  // namespace

class DeliveryReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void readsWhatIsProved()
    {
        ReaderScene scene;
        const DelegationParts parts;
        const ReadDelivery created = scene.read(scene.webhooks.created(parts));
        QVERIFY(created.isWebhook && !created.refusal && !created.isUnverified());
        QVERIFY(created.bringsMaterial());
        QCOMPARE(created.event->walletId, std::optional(parts.walletId));
        QCOMPARE(created.event->timestamp, parts.at);
        const ReadDelivery revoked = scene.read(WebhookFactory::revoked("w1", parts.at));
        QVERIFY(!revoked.refusal && !revoked.bringsMaterial());
        QCOMPARE(revoked.event->kind, WebhookKind::DelegationRevoked);
        QVERIFY(!revoked.event->isTimeOfReceipt);
    }

    void withoutASecretNothingIsProved()
    {
        ReaderScene scene(false);
        const ReadDelivery read = scene.read(scene.webhooks.created({}));
        QVERIFY(isUnproved(read));
        QCOMPARE(read.refusal->cause, stored(DeliveryCause::NoSecret));
        QVERIFY(read.refusal->detail.find("secrets tried: 0") != std::string::npos);
    }

    /// While a secret is rotated, both count; none that is not the profile's does.
    void everySecretOfTheProfileCounts()
    {
        ReaderScene scene;
        const WebhookFactory rotated(readerKey(), "the new secret");
        const Json body = scene.webhooks.created({});
        const ReadDelivery early = scene.read(rotated.entry(1, body));
        QVERIFY(isUnproved(early));
        QCOMPARE(early.refusal->cause, stored(DeliveryCause::WrongSignature));
        QVERIFY(early.refusal->detail.find("secrets tried: 1") != std::string::npos);
        QVERIFY(early.refusal->detail.find(readerSecret) == std::string::npos);
        scene.addSecret("second", "the new secret");
        QVERIFY(!scene.read(rotated.entry(1, body)).refusal);
        QVERIFY(!scene.read(scene.webhooks.entry(1, body)).refusal);
        QVERIFY(removeSecret(scene.profile, webhookSecretKind, "first").has_value());
        QVERIFY(isUnproved(scene.read(scene.webhooks.entry(1, body))));
    }

    void whatIsNotProvedIsNotBelieved_data()
    {
        QTest::addColumn<int>("change");
        QTest::newRow("no headers") << 0;
        QTest::newRow("no signature") << 1;
        QTest::newRow("twice") << 2;
        QTest::newRow("twice, another name") << 3;
        QTest::newRow("cut off") << 4;
        QTest::newRow("upper case") << 5;
        QTest::newRow("a blank behind the body") << 6;
        QTest::newRow("another body") << 7;
        QTest::newRow("the old name") << 8;
    }

    void whatIsNotProvedIsNotBelieved()
    {
        QFETCH(const int, change);
        ReaderScene scene;
        FeedEntry entry = scene.webhooks.entry(1, scene.webhooks.created({}));
        auto& [name, value] = entry.headers.back();
        switch (change) {
            case 0:
                entry.headers.clear();
                break;
            case 1:
                entry.headers.pop_back();
                break;
            case 2:
                entry.headers.push_back(HeaderFields::value_type(entry.headers.back()));
                break;
            case 3:
                entry.headers.emplace_back("X-Dynamic-Signature-256", std::string(value));
                break;
            case 4:
                value.pop_back();
                break;
            case 5:
                std::ranges::transform(value, value.begin(),
                                       [](char c) { return c >= 'a' && c <= 'f' ? char(c - 'a' + 'A') : c; });
                break;
            case 6:
                entry.body.push_back(' ');
                break;
            case 7:
                entry.body = scene.webhooks.entry(1, scene.webhooks.created({})).body;
                break;
            default:
                name = oldWebhookSignatureHeader;
        }
        QVERIFY(isUnproved(scene.read(entry)));
    }

    /// Only where the operator said so, and never beside the current header.
    void theOldHeaderHasToBeAllowed()
    {
        ReaderScene scene;
        FeedEntry entry = scene.webhooks.entry(1, scene.webhooks.created({}));
        entry.headers.back().first = oldWebhookSignatureHeader;
        for (const char* value : {"false", "", "yes", "TRUE", "1"}) {
            setSetting(scene.profile, settingKeys::acceptOldSignatureHeader, value);
            QVERIFY2(isUnproved(scene.read(entry)), value);
        }
        setSetting(scene.profile, settingKeys::acceptOldSignatureHeader, "true");
        QVERIFY(!scene.read(entry).refusal);
        entry.headers.emplace_back(webhookSignatureHeader, "sha256=" + std::string(64, '0'));
        QVERIFY(isUnproved(scene.read(entry)));
    }

    void otherEnvironmentsAreSetAside()
    {
        ReaderScene scene;
        Json body = scene.webhooks.created({});
        setSetting(scene.profile, settingKeys::environment, WebhookFactory::environmentId);
        QVERIFY(scene.read(body).bringsMaterial());
        body["environmentId"] = "99999999-2222-4333-8444-555555555555";
        const ReadDelivery other = scene.read(body);
        QCOMPARE(codeOf(other), std::string("environment"));
        QCOMPARE(other.refusal->cause, stored(DeliveryCause::OtherEnvironment));
        QVERIFY(other.refusal->detail.find("99999999") != std::string::npos);
        QVERIFY(!other.isUnverified() && !other.bringsMaterial());
        // Where either side names none there is nothing to compare.
        body.erase("environmentId");
        QVERIFY(scene.read(body).bringsMaterial());
        body["environmentId"] = "99999999-2222-4333-8444-555555555555";
        QVERIFY(removeSetting(scene.profile, settingKeys::environment).has_value());
        QVERIFY(scene.read(body).bringsMaterial());
    }

    /// It cannot be older than a delegation that came before it only because it does not say when it was.
    void aRevocationWithoutATimeIsOfTheTimeItCame()
    {
        ReaderScene scene;
        Json body = WebhookFactory::revoked("w1", 1);
        body.erase("timestamp");
        const ReadDelivery read = scene.read(body);
        QVERIFY(!read.refusal);
        QCOMPARE(read.event->timestamp, readerReceipt);
        QVERIFY(read.event->isTimeOfReceipt);
        Json created = scene.webhooks.created({});
        created.erase("timestamp");
        const ReadDelivery refused = scene.read(created);
        QCOMPARE(codeOf(refused), std::string("unreadable"));
        QVERIFY(!refused.event->isTimeOfReceipt && !refused.bringsMaterial());
    }

    void genuineButUnreadableIsSaidToBeSo()
    {
        ReaderScene scene;
        const std::string good = dumpJson(scene.webhooks.created({}));
        for (const std::string& body : {std::string(), std::string("{}"), std::string("[]"), good + good,
                                        good.substr(0, good.size() - 1), std::string(100'000, '['),
                                        std::string(webhookMaxBodyBytes + 1, ' ')}) {
            const ReadDelivery read = scene.read(scene.webhooks.entry(1, body));
            QCOMPARE(codeOf(read), std::string("unreadable"));
            QCOMPARE(read.refusal->cause, stored(DeliveryCause::UnreadableBody));
            QVERIFY(!read.isUnverified() && !read.bringsMaterial());
        }
    }

    void otherKindsAreNoWebhooks()
    {
        ReaderScene scene;
        FeedEntry entry = scene.webhooks.entry(1, scene.webhooks.created({}));
        for (const char* kind : {"", "job", "Webhook", "webhook ", "webhooks"}) {
            entry.kind = kind;
            const ReadDelivery read = scene.read(entry);
            QVERIFY2(!read.isWebhook && read.isUnverified() && !read.refusal && !read.bringsMaterial(), kind);
        }
        entry.kind = unreadableEntryKind;
        const ReadDelivery bare = scene.read(entry);
        QVERIFY(!bare.isWebhook && bare.isUnverified() && bare.refusal->detail.empty());
        QCOMPARE(codeOf(bare), std::string("unreadable"));
        entry.headers = {{std::string(unreadableEntryHeader), "'seq'"}};
        QCOMPARE(scene.read(entry).refusal->detail, std::string("'seq'"));
    }

    void whatDecidesMustNotBeChangedBehindOurBack()
    {
        ReaderScene scene;
        QVERIFY(
            Settings(*scene.profile.database).set(settingKeys::acceptOldSignatureHeader, "true").has_value());
        const auto changed = scene.make();
        QVERIFY(!changed);
        QCOMPARE(changed.error().code, ErrorCode::BadSignature);
        scene.profile.vault->lock();
        const auto locked = scene.make();
        QVERIFY(!locked);
        QCOMPARE(locked.error().code, ErrorCode::Locked);
    }

    void noChangedBitIsBelieved()
    {
        ReaderScene scene;
        const FeedEntry entry = scene.webhooks.entry(1, scene.webhooks.created({}));
        const auto reader = scene.make();
        QVERIFY(reader.has_value());
        std::mt19937 random(20260203);
        for (int i = 0; i < 500; ++i) {
            FeedEntry changed = entry;
            const std::size_t at = random() % (changed.body.size() + changed.headers.back().second.size());
            const auto bit = static_cast<std::uint8_t>(1U << random() % 8);
            if (at < changed.body.size()) {
                changed.body[at] ^= bit;
            } else {
                char& c = changed.headers.back().second[at - changed.body.size()];
                c = static_cast<char>(static_cast<std::uint8_t>(c) ^ bit);
            }
            const auto read = reader->read(changed.kind, changed.headers, changed.body, readerReceipt);
            QVERIFY2(isUnproved(read), qPrintable(QString::number(i)));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(DeliveryReaderTest)
#include "DeliveryReader_test.moc"
