#include "core/inspection/environment/OurWebhook.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/inbox/InboxScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Of this webhook messages are asked for and redelivered: it has to be one that has proved to be ours.
struct OurWebhookScene : InboxScene
{
    std::string ours()
    {
        const auto id = ourWebhookId(*profile.database, *profile.vault);
        return id ? *id : "error: " + id.error().sentence.toStdString();
    }
    static Json bodyWith(const Json& webhookId)
    {
        Json body = WebhookFactory::revoked(randomUuid(), 1'755'000'000'000);
        body["webhookId"] = webhookId;
        return body;
    }
    static Json bodyWithout()
    {
        Json body = bodyWith(nullptr);
        body.erase("webhookId");
        return body;
    }
};

}  // namespace

class OurWebhookTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { initialiseSodium(); }

    void nothingTells()
    {
        OurWebhookScene scene;
        QCOMPARE(scene.ours(), std::string());
        scene.take(OurWebhookScene::bodyWithout());
        QCOMPARE(scene.ours(), std::string());
    }

    void theNewestDeliveryTells()
    {
        OurWebhookScene scene;
        setSetting(scene.profile, settingKeys::dynamicWebhook, "named");
        QCOMPARE(scene.ours(), std::string("named"));
        scene.take(OurWebhookScene::bodyWith("first"));
        QCOMPARE(scene.ours(), std::string("first"));
        scene.take(OurWebhookScene::bodyWith("second"));
        QCOMPARE(scene.ours(), std::string("second"));
        // One that does not say it leaves it to the others.
        scene.take(OurWebhookScene::bodyWithout());
        QCOMPARE(scene.ours(), std::string("second"));
    }

    void whatIsNoIdTellsNothing_data()
    {
        QTest::addColumn<QByteArray>("webhookId");
        for (const char* json :
             {R"("")", R"(".")", R"("..")", R"("a b")", R"("a\u0000b")", R"("a\n")", R"("\u00e9")",
              R"("a\u202eb")", "null", "17", "true", R"(["a"])", R"({"id":"a"})"}) {
            QTest::newRow(json) << QByteArray(json);
        }
        QTest::newRow("long") << '"' + QByteArray(4'000, 'a') + '"';
    }

    void whatIsNoIdTellsNothing()
    {
        QFETCH(const QByteArray, webhookId);
        OurWebhookScene scene;
        setSetting(scene.profile, settingKeys::dynamicWebhook, "named");
        const auto odd = parseJson(webhookId.toStdString());
        QVERIFY(odd.has_value());
        scene.take(OurWebhookScene::bodyWith(*odd));
        QCOMPARE(scene.ours(), std::string("named"));
        scene.take(OurWebhookScene::bodyWith("good"));
        scene.take(OurWebhookScene::bodyWith(*odd));
        QCOMPARE(scene.ours(), std::string("good"));
    }

    /// Ids are opaque, and escaped where they become part of a path: nothing of one is left out.
    void anIdIsTakenWhole()
    {
        OurWebhookScene scene;
        for (const char* id : {"a/b", "../environments", "a?b", "a#b", "a%2fb", "..."}) {
            scene.take(OurWebhookScene::bodyWith(id));
            QCOMPARE(scene.ours(), std::string(std::string_view(id) == "..." ? "a%2fb" : id));
        }
        const std::string longest(128, 'a');
        scene.take(OurWebhookScene::bodyWith(longest));
        QCOMPARE(scene.ours(), longest);
        scene.take(OurWebhookScene::bodyWith(longest + "a"));
        QCOMPARE(scene.ours(), longest);
    }

    /// Also after it was dropped, when it is no longer in quarantine and not yet gone.
    void whatIsNotProvedTellsNothing()
    {
        OurWebhookScene scene;
        scene.take(OurWebhookScene::bodyWith("ours"));
        scene.take({scene.stranger.entry(0, OurWebhookScene::bodyWith("theirs"))});
        QCOMPARE(scene.ours(), std::string("ours"));
        QVERIFY(scene.ingestor.drop({.filter = {.reason = "signature"}}).has_value());
        QCOMPARE(scene.ours(), std::string("ours"));
        scene.sweepAll();
        QCOMPARE(scene.ours(), std::string("ours"));
    }

    void otherEnvironmentsTellNothing()
    {
        OurWebhookScene scene;
        setSetting(scene.profile, settingKeys::environment, "99999999-2222-4333-8444-555555555555");
        scene.take(OurWebhookScene::bodyWith("theirs"));
        QCOMPARE(scene.ours(), std::string());
    }

    void entriesOfOtherKindsTellNothing()
    {
        OurWebhookScene scene;
        FeedEntry entry = scene.webhooks.entry(0, OurWebhookScene::bodyWith("theirs"));
        entry.kind = "notice";
        scene.take({entry});
        QCOMPARE(scene.ours(), std::string());
    }

    void aChangedSettingIsNotTaken()
    {
        OurWebhookScene scene;
        setSetting(scene.profile, settingKeys::dynamicWebhook, "named");
        QVERIFY(Settings(*scene.profile.database).set(settingKeys::dynamicWebhook, "other").has_value());
        const auto id = ourWebhookId(*scene.profile.database, *scene.profile.vault);
        QVERIFY(!id);
        QCOMPARE(id.error().code, ErrorCode::BadSignature);
    }
};

COUNTERSIGN_GUILESS_TEST(OurWebhookTest)
#include "OurWebhook_test.moc"
