#include "core/inbox/quarantine/EndedCopies.h"

#include "core/inbox/delivery/DeliveryCauses.h"
#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/InboxScene.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Every ciphertext of a body, in pieces that no page boundary can hide all of.
QList<QByteArray> piecesOf(const Json& body)
{
    QList<QByteArray> pieces;
    for (const char* envelope : {"encryptedDelegatedShare", "encryptedWalletApiKey"}) {
        for (const char* field : {"ct", "ek"}) {
            const auto text = QByteArray::fromStdString(body["data"][envelope][field].get<std::string>());
            for (qsizetype at = 0; at + 12 <= text.size(); at += 12) {
                pieces << text.mid(at, 12);
            }
        }
    }
    return pieces;
}

int found(const QByteArray& files, const Json& body)
{
    const auto pieces = piecesOf(body);
    return static_cast<int>(
        std::ranges::count_if(pieces, [&](const QByteArray& piece) { return files.contains(piece); }));
}

/// One more copy of what was delivered, as it may come to lie in quarantine.
enum class Copy {
    Unsigned,
    ForeignSignature,
    Reserialized,
    OtherMessage,
    OtherEnvironment,
    Conflict,
    Repeat,
    Unreadable
};
constexpr std::array copies = {Copy::Unsigned,     Copy::ForeignSignature, Copy::Reserialized,
                               Copy::OtherMessage, Copy::OtherEnvironment, Copy::Conflict,
                               Copy::Repeat,       Copy::Unreadable};

FeedEntry copyOf(InboxScene& scene, Copy kind, Json body)
{
    switch (kind) {
        case Copy::Unsigned: {
            FeedEntry entry = scene.webhooks.entry(0, body);
            entry.headers.clear();
            return entry;
        }
        case Copy::ForeignSignature:
            return scene.stranger.entry(0, body);
        case Copy::Reserialized:
            return scene.stranger.entry(0, body.dump(3));
        case Copy::OtherMessage:
            body["messageId"] = randomUuid();
            return scene.stranger.entry(0, body);
        case Copy::OtherEnvironment:
            body["eventId"] = randomUuid();
            body["environmentId"] = "99999999-2222-4333-8444-555555555555";
            return scene.webhooks.entry(0, body);
        case Copy::Conflict:
            body["data"]["publicKey"] = "0x0000000000000000000000000000000000000001";
            body["eventId"] = randomUuid();
            return scene.webhooks.entry(0, body);
        case Copy::Unreadable:
            body["eventId"] = randomUuid();
            body["data"]["publicKey"] = 7;
            return scene.webhooks.entry(0, body);
        case Copy::Repeat:
            break;
    }
    return scene.webhooks.entry(0, body);
}

}  // namespace

/// When a delegation is over its ciphertext is nowhere in the profile's files, however many copies of the
/// delivery came, whatever was wrong with them, before or after.
class EndedCopiesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void noCopySurvivesTheEnd_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 12; ++seed) {
            QTest::addRow("seed %u", seed) << seed;
        }
    }

    void noCopySurvivesTheEnd()
    {
        QFETCH(const unsigned, seed);
        std::mt19937 random(seed);
        InboxScene scene;
        setSetting(scene.profile, settingKeys::environment, WebhookFactory::environmentId);
        const bool named = random() % 2 == 0;
        const Json body = scene.webhooks.created(
            {.walletId = "w",
             .at = 1000,
             .shareSetId = named ? std::optional<std::string>("set-1") : std::nullopt});
        const Json other = scene.webhooks.created({.walletId = "another", .at = 1000});
        const auto shower = [&](const Json& of) {
            std::vector<FeedEntry> entries;
            for (int i = 0; i < 5; ++i) {
                entries.push_back(copyOf(scene, copies[random() % copies.size()], of));
            }
            return entries;
        };
        const auto end = random() % 3;
        // A copy under another address that came first would refuse the newer delegation.
        if (end < 2 && random() % 2 == 0) {
            scene.take(shower(body));
        }
        scene.take({scene.webhooks.entry(0, body), scene.webhooks.entry(0, other)});
        scene.take(shower(body));
        scene.take(shower(other));
        QVERIFY(found(scene.rawFiles(), body) > 0);

        // The end: a revocation of the whole, of its share set, or a newer delegation.
        const auto newer = scene.webhooks.created({.walletId = "w", .at = 3000});
        switch (end) {
            case 0:
                scene.take(WebhookFactory::revoked("w", 2000));
                break;
            case 1:
                scene.take(WebhookFactory::revoked("w", 2000, "set-1"));
                break;
            default:
                scene.take(newer);
        }
        QCOMPARE(found(scene.rawFiles(), body), 0);
        // What comes after the end, and what is tried again.
        scene.take(shower(body));
        QVERIFY(scene.ingestor.retryAll().has_value());
        scene.addSecret("second", "a secret that this profile does not have");
        scene.take(shower(body));
        QVERIFY(scene.ingestor.retryAll().has_value());
        QVERIFY(scene.ingestor.noteContact(InboxScene::url, InboxScene::inbox).has_value());
        QCOMPARE(found(scene.rawFiles(), body), 0);
        // Another wallet's are none of its business.
        QCOMPARE(found(scene.rawFiles(), other), piecesOf(other).size());
        QCOMPARE(
            scene.number("SELECT count(*) FROM wallet WHERE wallet_id = 'another' AND status = 'active'"), 1);
        QCOMPARE(scene.number("SELECT count(*) FROM delivery WHERE body_sha256 IS NULL"), 0);
        AuditLog audit(*scene.profile.database, *scene.profile.vault, scene.profile.clock);
        QVERIFY(audit.verify()->intact);
    }

    /// The webhook's secret was changed while it waited for its key: it is still known whose it is.
    void oneThatNoLongerVerifiesEndsToo()
    {
        InboxScene scene;
        const Json body = scene.foreign.created({.walletId = "w", .at = 1000});
        scene.take({scene.webhooks.entry(0, body)});
        const std::string second = "another secret of this profile";
        scene.addSecret("second", second);
        QVERIFY(changeTrusted(*scene.profile.database, *scene.profile.vault, scene.profile.clock,
                              "secret.removed", "first", [&] {
                                  return TrustedSecrets(*scene.profile.database, *scene.profile.vault)
                                      .remove(webhookSecretKind, "first");
                              }));
        QCOMPARE(scene.ingestor.retryAll()->quarantined, 1);
        QCOMPARE(scene.text("SELECT wallet_id FROM delivery"), std::string("w"));
        QCOMPARE(scene.text("SELECT reason_code FROM quarantine"), std::string("undecryptable"));
        QVERIFY(shownDeliveryCause(scene.text("SELECT reason FROM quarantine")).find("add the new one") !=
                std::string::npos);
        QCOMPARE(scene.number("SELECT count(*) FROM unverified"), 0);
        QVERIFY(found(scene.rawFiles(), body) > 0);
        const WebhookFactory renewed(InboxScene::key().publicKey(), second);
        scene.take({renewed.entry(0, WebhookFactory::revoked("w", 2000))});
        QCOMPARE(found(scene.rawFiles(), body), 0);
        // And what was blanked is not tried again: it would not be what it was signed as.
        scene.addSecret("first again", InboxScene::secret);
        QCOMPARE(scene.ingestor.retryAll()->received, 0);
    }

    /// An unverified copy is no reason to forget the delegation that is in force, nor is a forged claim.
    void whatIsInForceStays()
    {
        InboxScene scene;
        const Json body = scene.webhooks.created({.walletId = "w", .at = 2000});
        scene.take({scene.stranger.entry(0, body), scene.webhooks.entry(0, body)});
        const WebhookFactory forger(InboxScene::key().publicKey(), "nobody's secret");
        Json claim = body;
        claim["timestamp"] = toIso8601(9000);
        scene.take({forger.entry(0, claim), forger.entry(0, WebhookFactory::revoked("w", 9000))});
        scene.sweepAll();
        QCOMPARE(scene.number("SELECT count(*) FROM delivery WHERE redacted_at IS NOT NULL"), 0);
        QCOMPARE(scene.number("SELECT count(*) FROM wallet WHERE status = 'active'"), 1);
        // One that waits for its secret, and is newer than what ended, is taken when the secret is there.
        scene.take(WebhookFactory::revoked("w", 2500));
        const Json next = scene.webhooks.created({.walletId = "w", .at = 3000});
        scene.take({scene.stranger.entry(0, next)});
        scene.take(WebhookFactory::revoked("w", 2600));
        scene.addSecret("second", "a secret that this profile does not have");
        QCOMPARE(scene.number("SELECT count(*) FROM wallet WHERE status = 'active'"), 0);
        QVERIFY(scene.ingestor.retryAll().has_value());
        QCOMPARE(scene.number("SELECT count(*) FROM delivery WHERE event_at = 3000 AND redacted_at IS NULL"),
                 1);
        QCOMPARE(scene.number("SELECT count(*) FROM wallet WHERE status = 'active'"), 1);
    }

    /// A profile of an older version has copies that nobody asked what they claim.
    void olderProfilesAreGoneThrough()
    {
        InboxScene scene;
        const Json body = scene.webhooks.created({.walletId = "w", .at = 1000});
        scene.take({scene.webhooks.entry(0, body), scene.stranger.entry(0, body)});
        const std::string text = dumpJson(body);
        scene.take(WebhookFactory::revoked("w", 2000));
        {
            SQLite::Statement back(
                scene.profile.database->handle(),
                "UPDATE delivery SET body = ?, redacted_at = NULL WHERE id IN (SELECT delivery_id "
                "FROM unverified)");
            back.bind(1, text.data(), static_cast<int>(text.size()));
            back.exec();
            scene.profile.database->handle().exec(
                "UPDATE unverified SET examined = 0, claimed_wallet = NULL");
        }
        QVERIFY(found(scene.rawFiles(), body) > 0);
        Ingestor later(scene.profile.vault, *scene.profile.database, scene.profile.clock);
        while (later.sweep().value()) {
        }
        QCOMPARE(found(scene.rawFiles(), body), 0);
        QCOMPARE(scene.number("SELECT count(*) FROM unverified WHERE examined = 0"), 0);
    }

    void claimsAreReadWithinBounds()
    {
        const auto claim = [](const Json& body) {
            return delegationClaim("webhook", asBytes(dumpJson(body)));
        };
        const WebhookFactory factory(InboxScene::key().publicKey(), InboxScene::secret);
        Json good = factory.created({.walletId = "w", .at = 5, .shareSetId = "s"});
        QCOMPARE(claim(good)->walletId, std::string("w"));
        QCOMPARE(claim(good)->point.at, UnixMillis(5));
        QCOMPARE(claim(good)->point.shareSetId, std::optional<std::string>("s"));
        QVERIFY(!delegationClaim("job", asBytes(dumpJson(good))));
        QVERIFY(!claim(WebhookFactory::revoked("w", 5)));
        QVERIFY(!claim(Json::array()));
        QVERIFY(!delegationClaim("webhook", {}));
        good["padding"] = std::string(webhookMaxBodyBytes, ' ');
        QVERIFY(!claim(good));
    }
};

COUNTERSIGN_GUILESS_TEST(EndedCopiesTest)
#include "EndedCopies_test.moc"
