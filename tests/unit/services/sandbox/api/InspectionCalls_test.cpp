#include "services/sandbox/api/InspectionCalls.h"

#include "core/crypto/envelopes/WebhookSignature.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/services/sandbox/SandboxClient.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;
using namespace countersign::testing;

namespace {

struct InspectingClient : SandboxClient
{
    std::string environment() const { return "/api/v0/environments/" + service->identity().environmentId; }
    std::string webhook() const { return environment() + "/webhooks/" + service->identity().webhookId; }

    http::HttpResponse callWith(const std::string& token, const char* method, const std::string& path)
    {
        http::HttpRequest request;
        request.method = method;
        request.target = *http::parseHttpTarget(path);
        request.headers.add("authorization", "Bearer " + token);
        return api->answer(request);
    }
    Json get(const std::string& path) { return json(call("GET", path)); }
    bool put(const std::string& path, const std::string& body)
    {
        return call("PUT", path, body).status == 200;
    }

    /// One attempt of everything that waits, with this answer.
    void attemptAll(int status)
    {
        const auto due = *service->pendingMessages();
        std::vector<AttemptOutcome> outcomes;
        for (const MessageStore::Due& message : due) {
            outcomes.push_back({message.messageId, clock.now(), status, {}, status == 200});
        }
        QVERIFY(service->record(outcomes).has_value());
    }
};

}  // namespace

class InspectionCallsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theOwnTokenHasAllScopes()
    {
        InspectingClient client;
        const Json token = client.get("/api/v0/tokens/me")["token"];
        QCOMPARE(token["scopes"].size(), consoleScopes().size());
        QCOMPARE(token["projectEnvironmentId"].get<std::string>(), client.service->identity().environmentId);
    }

    void tokensHaveTheScopesThatWereAskedFor()
    {
        InspectingClient client;
        const auto made = client.call("POST", "/sandbox/tokens",
                                      R"({"scopes":["environment.webhooks.read","all.read"],"note":"n"})");
        QCOMPARE(made.status, 200U);
        const std::string token = SandboxClient::json(made)["token"].get<std::string>();
        const std::string id = SandboxClient::json(made)["id"].get<std::string>();
        const auto statusOf = [&](const char* method, const std::string& path) {
            return client.callWith(token, method, path).status;
        };
        QCOMPARE(statusOf("GET", "/api/v0/tokens/me"), 200U);
        QCOMPARE(statusOf("GET", client.environment() + "/webhooks"), 200U);
        QCOMPARE(statusOf("GET", client.webhook() + "/messages"), 200U);
        QCOMPARE(statusOf("POST", client.webhook() + "/messages/x/redeliver"), 403U);
        QCOMPARE(statusOf("GET", client.environment() + "/users/u"), 403U);
        QCOMPARE(statusOf("GET", client.environment() + "/events/e"), 403U);
        QCOMPARE(statusOf("GET", client.waas() + "delegatedAccess/encryptionPublicKeys"), 403U);
        QCOMPARE(statusOf("POST", client.waas() + "w/delegatedAccess/signMessage"), 403U);
        // Which scope a look-up needs is not known.
        QCOMPARE(statusOf("GET", client.waas() + "w"), 404U);
        QCOMPARE(statusOf("GET", "/sandbox/wallets"), 401U);
        const Json list = client.get("/sandbox/tokens");
        QCOMPARE(list.size(), std::size_t{1});
        QVERIFY(dumpJson(list).find(token) == std::string::npos);
        QCOMPARE(client.call("DELETE", "/sandbox/tokens/" + id).status, 200U);
        QCOMPARE(client.call("DELETE", "/sandbox/tokens/" + id).status, 404U);
        QCOMPARE(statusOf("GET", "/api/v0/tokens/me"), 401U);
    }

    void settingsAreForAnybody()
    {
        InspectingClient client;
        const std::string path = "/api/v0/sdk/" + client.service->identity().environmentId + "/settings";
        const auto access = [&] {
            return SandboxClient::json(client.callWith({}, "GET", path))["sdk"]["waas"]["delegatedAccess"];
        };
        QVERIFY(access()["enabled"] == true && access()["requiresDelegation"] == false);
        QVERIFY(client.put("/sandbox/settings", R"({"enabled":false,"requiresDelegation":true})"));
        QVERIFY(access()["enabled"] == false && access()["requiresDelegation"] == true);
        QCOMPARE(client.call("POST", "/sandbox/delegations", R"({"chain":"EVM"})").status, 409U);
        QCOMPARE(client.callWith({}, "GET", "/api/v0/sdk/other/settings").status, 404U);
    }

    void pendingChangesAreShownAndHappen()
    {
        InspectingClient client;
        const HeldDelegation held = client.delegate(Chain::Evm);
        const std::string userId = client.get("/sandbox/wallets")[0]["userId"].get<std::string>();
        const std::string userPath = client.environment() + "/users/" + userId;
        QCOMPARE(client.get(userPath)["user"]["verifiedCredentials"][0]["id"].get<std::string>(),
                 held.walletId);
        QVERIFY(client.put("/sandbox/wallets/" + held.walletId, R"({"revokeOnNextSignOn":true})"));
        const Json credential = client.get(userPath)["user"]["verifiedCredentials"][0];
        QVERIFY(credential["walletProperties"]["settings"]["revokeOnNextSignOn"] == true);
        QCOMPARE(credential["walletProperties"]["keyShares"][0]["backupLocation"].get<std::string>(),
                 std::string("delegated"));
        const Json& sets = credential["walletProperties"]["otherShareSets"];
        QVERIFY(sets.size() == 1 && sets[0]["shareSetType"] == "delegated");
        QVERIFY(sets[0]["shareSetId"] == credential["walletProperties"]["keyShares"][0]["id"]);
        QVERIFY(client.get(client.waas() + held.walletId)["wallet"]["settings"]["revokeOnNextSignOn"] ==
                true);
        const auto signedOn = client.call("POST", "/sandbox/users/" + userId + "/sign-on");
        QVERIFY(SandboxClient::json(signedOn)["ended"] == Json::array({held.walletId}));
        QVERIFY(client.get(client.waas() + held.walletId)["wallet"]["keyShares"].empty());
        QVERIFY(!client.get(client.waas() + held.walletId)["wallet"].contains("settings"));
        QCOMPARE(client.call("POST", "/sandbox/users/nobody/sign-on").status, 404U);
        QCOMPARE(client.call("GET", client.environment() + "/users/nobody").status, 404U);
    }

    void walletsCanBeToldWrong()
    {
        InspectingClient client;
        const HeldDelegation held = client.delegate(Chain::Evm);
        const std::string control = "/sandbox/wallets/" + held.walletId;
        QVERIFY(client.put(control, R"({"toldAddress":"0xB","toldChain":"SVM","toldPath":""})"));
        const Json wallet = client.get(client.waas() + held.walletId)["wallet"];
        QVERIFY(wallet["accountAddress"] == "0xB" && wallet["chainName"] == "SVM");
        QVERIFY(client.put(control, R"({"toldAddress":"","isHidden":true})"));
        QCOMPARE(client.call("GET", client.waas() + held.walletId).status, 404U);
        QVERIFY(client.put(control, R"({"isHidden":false,"isShownInPart":true})"));
        const Json part = client.get(client.waas() + held.walletId)["wallet"]["keyShares"];
        QVERIFY(part.size() == 1 && part[0]["backupLocation"] == "dynamic");
        const std::string userId = client.get("/sandbox/wallets")[0]["userId"].get<std::string>();
        const Json user = client.get(client.environment() + "/users/" + userId)["user"];
        QVERIFY(!user["verifiedCredentials"][0]["walletProperties"].contains("otherShareSets"));
        QCOMPARE(client.call("PUT", control, R"({"tolAddress":""})").status, 400U);
        QCOMPARE(client.call("PUT", "/sandbox/wallets/other", "{}").status, 404U);
    }

    void aFailingWebhookIsSwitchedOff()
    {
        InspectingClient client;
        QVERIFY(client.put("/sandbox/webhook", R"({"disableAfterFailures":3})"));
        QCOMPARE(client.call("POST", "/sandbox/messages", R"({"eventName":"user.created","count":2})").status,
                 200U);
        for (int attempt = 0; attempt < 3; ++attempt) {
            client.attemptAll(500);
            client.clock.advance(std::chrono::minutes(2));
        }
        QVERIFY(client.service->webhookState().isEnabled);
        QCOMPARE(client.call("POST", "/sandbox/messages", R"({"eventName":"user.created"})").status, 200U);
        for (int attempt = 0; attempt < 3; ++attempt) {
            client.attemptAll(500);
            client.clock.advance(std::chrono::minutes(2));
        }
        QVERIFY(client.get(client.webhook())["isEnabled"] == false);
        // What comes now is kept, and not sent.
        QCOMPARE(client.call("POST", "/sandbox/messages", R"({"eventName":"user.created"})").status, 200U);
        QVERIFY(client.service->pendingMessages()->empty());
        const Json messages = client.get(client.webhook() + "/messages")["data"];
        QCOMPARE(messages.size(), std::size_t{4});
        const std::string redeliver =
            client.webhook() + "/messages/" + messages[3]["messageId"].get<std::string>() + "/redeliver";
        QCOMPARE(client.call("POST", redeliver).status, 409U);
        QVERIFY(client.put("/sandbox/webhook", R"({"isEnabled":true})"));
        QCOMPARE(client.call("POST", redeliver).status, 200U);
        QCOMPARE(client.service->pendingMessages()->size(), std::size_t{1});
    }

    void messagesAreKeptForAWhile()
    {
        InspectingClient client;
        client.attemptAll(200);
        QCOMPARE(client.call("POST", "/sandbox/messages", R"({"eventName":"user.created"})").status, 200U);
        client.attemptAll(200);
        const Json before = client.get(client.webhook() + "/messages")["data"];
        const std::string eventId = before.back()["eventId"].get<std::string>();
        QCOMPARE(client.get(client.environment() + "/events/" + eventId)["eventName"].get<std::string>(),
                 std::string("user.created"));
        client.clock.advance(std::chrono::hours(24 * 31));
        QVERIFY(client.get(client.webhook() + "/messages")["data"].empty());
        QCOMPARE(client.call("GET", client.environment() + "/events/" + eventId).status, 404U);
    }

    void messagesTellWhatWasSentWhereThatIsSwitchedOn()
    {
        InspectingClient client;
        (void)client.delegate(Chain::Evm);
        const auto message = [&] { return client.get(client.webhook() + "/messages")["data"].back(); };
        QVERIFY(!message().contains("request"));
        QVERIFY(client.put("/sandbox/webhook", R"({"logsBodies":true})"));
        const Json request = message()["request"];
        std::vector<SecretBytes> secrets;
        secrets.push_back(client.service->identity().webhookSecret.clone());
        QVERIFY(verifyWebhook(request["headers"]["x-dynamic-signature-256"].get<std::string>(),
                              asBytes(request["body"].get<std::string>()), secrets)
                    .isValid());
        const std::string id = message()["messageId"].get<std::string>();
        QCOMPARE(client.get(client.webhook() + "/messages/" + id)[0]["request"]["body"], request["body"]);
        QCOMPARE(client.call("GET", client.webhook() + "/messages/x").status, 404U);
    }

    void faultsStrikeTheirCall_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<unsigned>("status");
        for (const unsigned status : {401U, 403U, 404U, 422U, 429U, 500U}) {
            QTest::addRow("%u", status) << "http-" + QByteArray::number(status) << status;
        }
        QTest::newRow("not-json") << QByteArray("not-json") << 200U;
        QTest::newRow("drop") << QByteArray("drop") << 0U;
        QTest::newRow("lost-answer") << QByteArray("lost-answer") << 0U;
    }

    void faultsStrikeTheirCall()
    {
        QFETCH(const QByteArray, fault);
        QFETCH(const unsigned, status);
        InspectingClient client;
        const HeldDelegation held = client.delegate(Chain::Evm);
        const std::string userId = client.get("/sandbox/wallets")[0]["userId"].get<std::string>();
        client.attemptAll(200);
        const Json message = client.get(client.webhook() + "/messages")["data"].back();
        const std::string messagePath =
            client.webhook() + "/messages/" + message["messageId"].get<std::string>();
        const std::vector<std::tuple<std::string, const char*, std::string>> calls = {
            {"wallet", "GET", client.waas() + held.walletId},
            {"user", "GET", client.environment() + "/users/" + userId},
            {"settings", "GET", "/api/v0/sdk/" + client.service->identity().environmentId + "/settings"},
            {"keys", "GET", client.waas() + "delegatedAccess/encryptionPublicKeys"},
            {"webhooks", "GET", client.environment() + "/webhooks"},
            {"messages", "GET", client.webhook() + "/messages"},
            {"event", "GET", client.environment() + "/events/" + message["eventId"].get<std::string>()},
            {"token", "GET", "/api/v0/tokens/me"},
            {"redeliver", "POST", messagePath + "/redeliver"}};
        QCOMPARE(calls.size(), inspectionCalls);
        for (const auto& [name, method, path] : calls) {
            QVERIFY(client.put("/sandbox/faults", "{\"" + name + "\":\"" + fault.toStdString() + "\"}"));
            const auto struck = client.call(method, path);
            QVERIFY2(status == 0 ? struck.stream != nullptr : struck.status == status, name.c_str());
            const auto after = client.call(method, path);
            // A redelivery whose answer was lost is under way.
            const bool isUnderWay = name == "redeliver" && (fault == "lost-answer" || fault == "not-json");
            QVERIFY2(after.status == (isUnderWay ? 409U : 200U) && !after.stream, name.c_str());
        }
    }

    void listsCanBeDoubledAndTurned()
    {
        InspectingClient client;
        client.attemptAll(200);
        QCOMPARE(client.call("POST", "/sandbox/messages", R"({"eventName":"user.created","count":3})").status,
                 200U);
        const std::string path = client.webhook() + "/messages";
        const Json plain = client.get(path)["data"];
        QVERIFY(client.put("/sandbox/faults", R"({"messages":"duplicate"})"));
        QCOMPARE(client.get(path)["data"].size(), 2 * plain.size());
        QVERIFY(client.put("/sandbox/faults", R"({"messages":"reorder"})"));
        QCOMPARE(client.get(path)["data"].back()["messageId"], plain.front()["messageId"]);
    }

    void webhooksCanFail()
    {
        InspectingClient client;
        client.attemptAll(200);
        const auto planned = [&](const char* fault) {
            [&] {
                QVERIFY(client.put("/sandbox/faults", std::string("{\"webhook\":\"") + fault + "\"}"));
                QCOMPARE(client.call("POST", "/sandbox/messages", R"({"eventName":"a.b"})").status, 200U);
            }();
            return *client.service->prepare(client.service->pendingMessages()->back().messageId);
        };
        QVERIFY(planned("lose").instead->delivered());
        QVERIFY(!planned("drop").instead->delivered());
        QVERIFY(planned("lost-answer").losesAnswer);
        QVERIFY(planned("delay").delay > planned("reorder").delay);
        QVERIFY(planned("duplicate").isTwice);
        const WebhookRequest none =
            *client.service->prepare(client.service->pendingMessages()->back().messageId);
        QVERIFY(!none.instead && !none.losesAnswer && !none.isTwice && none.delay.count() == 0);
        QVERIFY(client.put("/sandbox/webhook", R"({"isEnabled":false})"));
    }
};

COUNTERSIGN_GUILESS_TEST(InspectionCallsTest)
#include "InspectionCalls_test.moc"
