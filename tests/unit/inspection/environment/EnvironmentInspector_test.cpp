#include "core/inspection/environment/EnvironmentInspector.h"

#include "core/base/encoding/Base64.h"
#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/inspection/InspectionScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;
using namespace std::chrono_literals;

namespace {

struct EnvironmentScene : InspectionScene
{
    EnvironmentInspector inspector{services()};
    EnvironmentCheckStore store{*profile.database};

    EnvironmentScene()
    {
        profile.clock.set(1'760'000'000'000);
        script.settings.always = Dated<DelegatedAccessSettings>{{true, true, false}, 1'759'999'990'000};
        script.token.always = Dated<TokenRecord>{{{"environment.users.read"}, {}}, {}};
        script.keys.always =
            std::vector{EncryptionKeyRecord{"k1", "active", key().publicKey().spkiPem(), 5, 0}};
        script.webhooks.always = std::vector{RegisteredWebhook{"h1", "https://a.example/in", {"ping"}, true}};
    }

    Result<EnvironmentCheck> inspect()
    {
        return waitFor<Result<EnvironmentCheck>>([&](auto done) { inspector.inspect(std::move(done)); });
    }
};

}  // namespace

class EnvironmentInspectorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksForAllAndKeepsIt()
    {
        EnvironmentScene scene;
        const auto check = scene.inspect();
        QVERIFY(check.has_value());
        QVERIFY(check->delegatedAccess.value->enabled &&
                check->delegatedAccess.value->promptUsersOnSignIn == true);
        QCOMPARE(check->keys.value->front().fingerprint, InspectionScene::key().publicKey().fingerprint());
        QCOMPARE(check->webhooks.value->front().url, std::string("https://a.example/in"));
        QVERIFY(*check->scopes.value == std::vector<std::string>{"environment.users.read"});
        QVERIFY(*check->clock.value == (ClockReading{1'759'999'990'000, 1'760'000'000'000}));
        QVERIFY(check->webhookId.empty());
        QVERIFY(**scene.store.newest() == *check);
        QCOMPARE(scene.recorded("environment.checked"), 1);
    }

    void theDeliveriesTellWhichWebhookIsOurs()
    {
        EnvironmentScene scene;
        QVERIFY(changeTrusted(*scene.profile.database, *scene.profile.vault, scene.profile.clock,
                              "setting.changed", "dynamic.webhook",
                              [&] {
                                  return TrustedSettings(*scene.profile.database, *scene.profile.vault)
                                      .set(settingKeys::dynamicWebhook, "named");
                              })
                    .has_value());
        QCOMPARE(scene.inspect()->webhookId, std::string("named"));
        Json body = WebhookFactory::revoked("w1", 1'755'000'000'000);
        body["webhookId"] = "h1";
        scene.take({body});
        const auto check = scene.inspect();
        QCOMPARE(check->webhookId, std::string("h1"));
        QVERIFY(check->ourWebhook() != nullptr);
        // What no signature vouches for tells nothing.
        FeedEntry forged = scene.webhooks.entry(++scene.seq, Json{{"webhookId", "forged"}});
        forged.headers.clear();
        scene.takeEntries({forged});
        QCOMPARE(scene.inspect()->webhookId, std::string("h1"));
    }

    void whatIsRefusedLeavesTheRest()
    {
        EnvironmentScene scene;
        scene.script.webhooks.always = failure(InspectionScene::said(ErrorCode::Denied));
        scene.script.keys.always = failure(InspectionScene::said(ErrorCode::Network));
        const auto check = scene.inspect();
        QVERIFY(check.has_value());
        QVERIFY(!check->webhooks.value && check->webhooks.why == "said the test");
        QVERIFY(!check->keys.value && !check->keys.why.empty());
        QVERIFY(check->scopes.value && check->delegatedAccess.value);
    }

    void silenceKeepsWhatWasKnown()
    {
        EnvironmentScene scene;
        const auto before = scene.inspect();
        scene.script.settings.always = failure(InspectionScene::said(ErrorCode::Network));
        scene.script.keys.always = failure(InspectionScene::said(ErrorCode::Timeout));
        scene.script.webhooks.always = failure(InspectionScene::said(ErrorCode::Network));
        scene.script.token.always = failure(InspectionScene::said(ErrorCode::Network));
        QVERIFY(scene.inspect().error().code == ErrorCode::Network);
        QVERIFY(**scene.store.newest() == *before);
    }

    void aTokenOfAnotherEnvironmentIsToldApart()
    {
        EnvironmentScene scene;
        scene.script.token.always = Dated<TokenRecord>{{{"a"}, "another"}, {}};
        const auto check = scene.inspect();
        QVERIFY(!check->scopes.value && check->scopes.why.find("another") != std::string::npos);
    }

    void patienceIsHonouredAndEnds()
    {
        EnvironmentScene scene;
        scene.script.keys.next.emplace_back(failure(InspectionScene::said(ErrorCode::Busy)));
        QVERIFY(scene.inspect()->keys.value);
        QCOMPARE(scene.asked("keys"), 2);
        scene.inspector.setPatience(1ms);
        scene.script.keys.next.emplace_back(failure(InspectionScene::said(ErrorCode::Busy)));
        QVERIFY(!scene.inspect()->keys.value);
    }

    void whatIsMissingIsSaid()
    {
        EnvironmentScene scene;
        scene.script.hasToken = false;
        QVERIFY(scene.inspect().error().code == ErrorCode::InvalidInput);
        QVERIFY(!scene.store.newest()->has_value());
    }

    void keysAreKnownByTheirFingerprint()
    {
        const RsaPublicKey key = InspectionScene::key().publicKey();
        const std::string pem = key.spkiPem();
        for (const std::string& text : {pem, toBase64(asBytes(pem)), toBase64(key.spkiDer())}) {
            QCOMPARE(fingerprintOf(text), key.fingerprint());
        }
        for (const char* text : {"", "x", "AAAA", "-----BEGIN PUBLIC KEY-----"}) {
            QVERIFY(fingerprintOf(text).empty());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(EnvironmentInspectorTest)
#include "EnvironmentInspector_test.moc"
