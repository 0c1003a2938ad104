#include "services/sandbox/api/SandboxApi.h"

#include "core/crypto/keys/RsaPrivateKey.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

// QTest cannot print a Json, its text it can.
#define COMPARE_JSON(actual, expected) QCOMPARE(dumpJson(actual), dumpJson(expected))

class SandboxApiTest : public QObject
{
    Q_OBJECT

private:
    ManualClock m_clock{1'767'225'600'000};
    std::string m_publicKey;
    std::unique_ptr<Sandbox> m_sandbox;
    std::unique_ptr<SandboxApi> m_api;

    std::string environment() const { return "/api/v0/environments/" + m_sandbox->identity().environmentId; }
    std::string keysPath() const { return environment() + "/waas/delegatedAccess/encryptionPublicKeys"; }
    std::string messagesPath() const
    {
        return environment() + "/webhooks/" + m_sandbox->identity().webhookId + "/messages";
    }

    http::HttpResponse call(const char* method, const std::string& path, const std::string& body = {},
                            std::optional<std::string> token = std::nullopt)
    {
        http::HttpRequest request;
        request.method = method;
        request.target = *http::parseHttpTarget(path);
        request.body = body;
        const std::string value = token.value_or(std::string(m_sandbox->identity().apiToken.text()));
        if (!value.empty()) {
            request.headers.add("authorization", "Bearer " + value);
        }
        return m_api->answer(request);
    }

    static Json json(const http::HttpResponse& response)
    {
        return *parseJson(response.body, {1 << 20, 8, 10'000});
    }

private Q_SLOTS:
    void initTestCase() { m_publicKey = RsaPrivateKey::generate(2048)->publicKey().spkiPem(); }

    void init()
    {
        m_api.reset();
        m_sandbox = std::move(*Sandbox::open({}, m_clock));
        m_api = std::make_unique<SandboxApi>(*m_sandbox);
    }

    void saysWhatItIsWithoutAToken()
    {
        const http::HttpResponse about = call("GET", "/sandbox", {}, "");
        QCOMPARE(about.status, 200U);
        QVERIFY(about.body.find("SIMULATES multi-party computation") != std::string::npos);
        QVERIFY(about.body.find("knows both shares") != std::string::npos);
    }

    void everythingElseNeedsTheToken()
    {
        for (const auto& [method, path] :
             {std::pair("POST", std::string("/sandbox/delegations")),
              std::pair("DELETE", std::string("/sandbox/delegations/x")),
              std::pair("GET", std::string("/sandbox/wallets")),
              std::pair("GET", std::string("/sandbox/webhooks")), std::pair("GET", keysPath()),
              std::pair("POST", keysPath()), std::pair("GET", messagesPath()),
              std::pair("GET", environment() + "/webhooks")}) {
            for (const char* token : {"", "wrong", "dyn_"}) {
                const http::HttpResponse refused = call(method, path, R"({"chain":"EVM"})", token);
                QCOMPARE(refused.status, 401U);
                QVERIFY(json(refused)["error"].is_string());
            }
        }
        QVERIFY(m_sandbox->wallets()->empty());
    }

    void unknownPathsAndMethods()
    {
        for (const std::string& path :
             {std::string("/"), std::string("/nothing"), std::string("/sandbox/nothing"),
              std::string("/sandbox/wallets/x/y"), std::string("/sandbox/delegations/x/y"),
              std::string("/api/v0/environments"), environment() + "/waas/w/delegatedAccess/other",
              keysPath() + "/x", environment() + "/webhooks/other", messagesPath() + "/x"}) {
            const http::HttpResponse unknown = call("GET", path);
            QVERIFY2(unknown.status == 404, path.c_str());
            QVERIFY(json(unknown)["error"].is_string());
        }
        QCOMPARE(call("GET", "/api/v0/environments/other/waas/delegatedAccess/encryptionPublicKeys").status,
                 404U);
        for (const auto& [method, path] :
             {std::pair("POST", std::string("/sandbox")),
              std::pair("GET", std::string("/sandbox/delegations")),
              std::pair("POST", std::string("/sandbox/delegations/x")),
              std::pair("DELETE", std::string("/sandbox/wallets")),
              std::pair("PUT", std::string("/sandbox/webhooks")), std::pair("DELETE", keysPath()),
              std::pair("POST", messagesPath()), std::pair("GET", messagesPath() + "/x/redeliver")}) {
            const http::HttpResponse refused = call(method, path);
            QVERIFY2(refused.status == 405, path.c_str());
            QVERIFY(refused.headers.contains("allow"));
        }
    }

    void theEnclaveSpeaksWebSocketOnly()
    {
        const http::HttpResponse answer = call("GET", "/ws", {}, "");
        QCOMPARE(answer.status, 426U);
        QVERIFY(json(answer)["error"].is_string());
        QVERIFY(!answer.webSocket);
    }

    void delegatesAndRevokes()
    {
        QCOMPARE(call("POST", "/sandbox/delegations", R"({"chain":"EVM"})").status, 409U);
        const http::HttpResponse registered =
            call("POST", keysPath(), dumpJson(Json{{"publicKey", m_publicKey}}));
        QCOMPARE(registered.status, 200U);
        COMPARE_JSON(json(registered)["publicKey"], Json(m_publicKey));
        COMPARE_JSON(json(registered)["alg"], Json("HYBRID-RSA-AES-256"));
        COMPARE_JSON(json(registered)["createdAt"], Json("2026-01-01T00:00:00.000Z"));
        COMPARE_JSON(json(call("GET", keysPath()))["key"], json(registered));

        const http::HttpResponse made = call("POST", "/sandbox/delegations", R"({"chain":"SVM","count":3})");
        QCOMPARE(made.status, 200U);
        QCOMPARE(json(made).size(), std::size_t(3));
        const Json first = json(made)[0];
        QCOMPARE(first.size(), std::size_t(3));

        const Json wallets = json(call("GET", "/sandbox/wallets"));
        QCOMPARE(wallets.size(), std::size_t(3));
        COMPARE_JSON(wallets[0]["walletId"], first["walletId"]);
        COMPARE_JSON(wallets[0]["status"], Json("active"));
        QCOMPARE(json(call("GET", "/sandbox/webhooks")).size(), std::size_t(3));

        const std::string wallet = "/sandbox/delegations/" + std::string(first["walletId"]);
        QCOMPARE(call("DELETE", wallet).status, 200U);
        QCOMPARE(call("DELETE", wallet).status, 404U);
        QCOMPARE(call("DELETE", "/sandbox/delegations/unknown").status, 404U);
        COMPARE_JSON(json(call("GET", "/sandbox/wallets"))[0]["status"], Json("revoked"));

        const Json again{{"walletId", first["walletId"]}, {"chain", "SVM"}};
        COMPARE_JSON(json(call("POST", "/sandbox/delegations", dumpJson(again)))[0], first);
        QCOMPARE(call("POST", "/sandbox/delegations", R"({"walletId":"unknown","chain":"SVM"})").status,
                 404U);
        const Json otherChain{{"walletId", first["walletId"]}, {"chain", "EVM"}};
        QCOMPARE(call("POST", "/sandbox/delegations", dumpJson(otherChain)).status, 400U);
    }

    void answersHoldNoSecret()
    {
        QVERIFY(m_sandbox->registerEncryptionKey(m_publicKey).has_value());
        QVERIFY(m_sandbox->delegateNew(Chain::Evm, 1).has_value());
        const std::string token(m_sandbox->identity().apiToken.text());
        const std::string secret(m_sandbox->identity().webhookSecret.text());
        for (const std::string& path :
             {std::string("/sandbox"), std::string("/sandbox/wallets"), std::string("/sandbox/webhooks"),
              keysPath(), messagesPath(), environment() + "/webhooks"}) {
            const http::HttpResponse answer = call("GET", path);
            QCOMPARE(answer.status, 200U);
            for (const std::string& hidden :
                 {token, secret, std::string("hare\":"), std::string("ApiKey"), std::string("dyn_")}) {
                QVERIFY2(answer.body.find(hidden) == std::string::npos, (path + " " + hidden).c_str());
            }
        }
    }

    void badBodiesAre400()
    {
        for (const char* body : {"", "{", "[]", R"({"chain":"BTC"})", R"({"chain":"EVM","count":10001})"}) {
            QCOMPARE(call("POST", "/sandbox/delegations", body).status, 400U);
        }
        for (const char* body : {"", "{}", R"({"publicKey":"x"})", R"({"publicKey":5})"}) {
            QCOMPARE(call("POST", keysPath(), body).status, 400U);
        }
        QCOMPARE(call("GET", messagesPath() + "?cursor=x").status, 400U);
        QCOMPARE(call("GET", messagesPath() + "?cursor=0&cursor=1").status, 400U);
    }

    void listsMessagesInPages()
    {
        QVERIFY(m_sandbox->registerEncryptionKey(m_publicKey).has_value());
        QVERIFY(m_sandbox->delegateNew(Chain::Svm, 101).has_value());
        const Json first = json(call("GET", messagesPath()));
        QCOMPARE(first["data"].size(), std::size_t(100));
        const Json second = json(call("GET", messagesPath() + "?cursor=" + std::string(first["cursor"])));
        QCOMPARE(second["data"].size(), std::size_t(1));
        QVERIFY(second["cursor"].is_null());
        const auto messageId = second["data"][0]["messageId"].get<std::string>();
        QCOMPARE(call("POST", messagesPath() + "/" + messageId + "/redeliver").status, 409U);
        QVERIFY(m_sandbox->record({{messageId, 5, 200, "", true}}).has_value());
        const http::HttpResponse again = call("POST", messagesPath() + "/" + messageId + "/redeliver");
        QCOMPARE(again.status, 200U);
        COMPARE_JSON(json(again)["message"]["messageId"], Json(messageId));
        QCOMPARE(call("POST", messagesPath() + "/unknown/redeliver").status, 404U);
    }
};

COUNTERSIGN_GUILESS_TEST(SandboxApiTest)
#include "SandboxApi_test.moc"
