#include "services/sandbox/signing/SigningApi.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/services/sandbox/SandboxClient.h"

using namespace countersign;
using namespace countersign::sandbox;
using namespace countersign::testing;

// QTest cannot print a Json, its text it can.
#define COMPARE_JSON(actual, expected) QCOMPARE(dumpJson(actual), dumpJson(expected))

namespace {

const Json hello{{"message", "0x48656c6c6f"}, {"isFormatted", false}};

}  // namespace

class SigningApiTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<SandboxClient> m_client;

    std::string path(const HeldDelegation& delegation, const char* rest = "") const
    {
        return m_client->waas() + delegation.walletId + rest;
    }

private Q_SLOTS:
    void init() { m_client = std::make_unique<SandboxClient>(); }

    void everyCallNeedsTheToken()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        for (const auto& [method, target] :
             {std::pair("GET", path(held)), std::pair("POST", path(held, "/delegatedAccess/signMessage")),
              std::pair("DELETE", path(held, "/delegatedAccess")),
              std::pair("POST", m_client->waas() + "verifyApiKey"),
              std::pair("POST", m_client->waas() + "delegatedAccess/revoke"),
              std::pair("GET", std::string("/api/v0/tokens/me")),
              std::pair("PUT", std::string("/sandbox/faults")),
              std::pair("PUT", std::string("/sandbox/policy")),
              std::pair("GET", std::string("/sandbox/rooms")),
              std::pair("GET", std::string("/sandbox/signatures"))}) {
            http::HttpRequest request;
            request.method = method;
            request.target = *http::parseHttpTarget(target);
            request.headers.add("x-dyn-wallet-api-key", held.walletApiKey);
            request.headers.add("authorization", "Bearer dyn_wrong");
            QVERIFY2(m_client->api->answer(request).status == 401, target.c_str());
        }
        QVERIFY((*m_client->service->wallets())[0].status == ShareSetStatus::Active);
    }

    void looksWalletsUp()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        const http::HttpResponse found = m_client->call("GET", path(held));
        QCOMPARE(found.status, 200U);
        COMPARE_JSON(SandboxClient::json(found),
                     (Json{{"wallet",
                            {{"accountAddress", held.address},
                             {"chainName", "EVM"},
                             {"walletId", held.walletId},
                             {"thresholdSignatureScheme", "TWO_OF_TWO"},
                             {"derivationPath", R"({"0":44,"1":60,"2":0,"3":0,"4":0})"},
                             {"keyShares", Json::array({{{"id", held.shareSetId},
                                                         {"backupLocation", "delegated"},
                                                         {"passwordEncrypted", false}}})}}}}));
        const HeldDelegation solana = m_client->delegate(Chain::Svm);
        COMPARE_JSON(SandboxClient::json(m_client->call("GET", path(solana)))["wallet"]["derivationPath"],
                     Json(R"({"0":44,"1":501,"2":0,"3":0})"));
        QCOMPARE(m_client->call("GET", m_client->waas() + "unknown").status, 404U);
        QCOMPARE(m_client->call("PUT", path(held)).status, 405U);
        QVERIFY(m_client->service->revoke(held.walletId).has_value());
        COMPARE_JSON(SandboxClient::json(m_client->call("GET", path(held)))["wallet"]["keyShares"],
                     Json::array());
    }

    void knowsItsToken()
    {
        COMPARE_JSON(
            SandboxClient::json(m_client->call("POST", m_client->waas() + "verifyApiKey")),
            (Json{{"environmentId", m_client->service->identity().environmentId}, {"verified", true}}));
        const http::HttpResponse token = m_client->call("GET", "/api/v0/tokens/me");
        QCOMPARE(token.status, 200U);
        COMPARE_JSON(SandboxClient::json(token)["token"]["scopes"], Json(consoleScopes()));
        QVERIFY(token.body.find(m_client->service->identity().apiToken.text()) == std::string::npos);
    }

    void opensARoomAndKeepsTheStreamOpen()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        Json body = hello;
        body["context"] = Json{{"evmMessage", "Hello"}};
        body["shareSetId"] = held.shareSetId;
        const http::HttpResponse response = m_client->sign(held, body);
        QCOMPARE(response.status, 200U);
        QCOMPARE(response.headers.first("content-type"), std::string_view("text/event-stream"));
        const Json created = *SandboxClient::event(response, "room_created");
        QCOMPARE(created["roomId"].get<std::string>().size(), std::size_t(32));
        QVERIFY(response.stream->isOpen());
        QCOMPARE(response.stream->options().maxDuration, std::chrono::milliseconds(60'000));
        QVERIFY(response.stream->options().lastWords.starts_with("event: error\n"));
        const Json rooms = SandboxClient::json(m_client->call("GET", "/sandbox/rooms"));
        COMPARE_JSON(rooms[0]["roomId"], created["roomId"]);
        COMPARE_JSON(rooms[0]["context"], Json({{"evmMessage", "Hello"}}));
        COMPARE_JSON(rooms[0]["status"], Json("open"));
        COMPARE_JSON(rooms[0]["digest"],
                     Json("06b3dfaec148fb1bb2b066f10ec285e7c9bf402ab32aa78a5d38e34566810cd2"));
        COMPARE_JSON(SandboxClient::json(m_client->call("GET", "/sandbox/signatures")), Json::array());
    }

    void refusesWrongCredentials()
    {
        HeldDelegation held = m_client->delegate(Chain::Evm);
        HeldDelegation other = m_client->delegate(Chain::Evm);
        std::swap(held.walletApiKey, other.walletApiKey);
        QCOMPARE(m_client->sign(held, hello).status, 403U);
        held.walletApiKey.clear();
        QCOMPARE(m_client->sign(held, hello).status, 403U);
        held.walletApiKey = other.walletApiKey;
        QCOMPARE(m_client->sign(held, hello).status, 200U);
        HeldDelegation unknown = held;
        unknown.walletId = "unknown";
        QCOMPARE(m_client->sign(unknown, hello).status, 404U);
        http::HttpRequest twice;
        twice.method = "POST";
        twice.target = *http::parseHttpTarget(path(held, "/delegatedAccess/signMessage"));
        twice.body = dumpJson(hello);
        twice.headers.add("authorization",
                          "Bearer " + std::string(m_client->service->identity().apiToken.text()));
        twice.headers.add("x-dyn-wallet-api-key", held.walletApiKey);
        twice.headers.add("x-dyn-wallet-api-key", held.walletApiKey);
        QCOMPARE(m_client->api->answer(twice).status, 403U);
    }

    void refusesSupersededAndRevokedKeys()
    {
        const HeldDelegation old = m_client->delegate(Chain::Svm);
        const HeldDelegation fresh = m_client->delegateAgain(old, Chain::Svm);
        QCOMPARE(m_client->sign(old, hello).status, 403U);
        QCOMPARE(m_client->sign(fresh, hello).status, 200U);
        Json body = hello;
        body["shareSetId"] = old.shareSetId;
        const http::HttpResponse mismatch = m_client->sign(fresh, body);
        QCOMPARE(mismatch.status, 422U);
        COMPARE_JSON(SandboxClient::json(mismatch)["code"], Json("share_set_id_required"));
        QVERIFY(m_client->service->revoke(old.walletId).has_value());
        QCOMPARE(m_client->sign(fresh, hello).status, 403U);
    }

    void badBodiesAre400()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        for (const char* body :
             {"{}", R"({"message":"0xzz"})", R"({"message":"x","isFormatted":true})",
              R"({"message":"x","unknown":1})", R"({"message":"x","context":{"evmTransaction":{"to":5}}})"}) {
            QCOMPARE(m_client->sign(held, *parseJson(body)).status, 400U);
        }
        COMPARE_JSON(SandboxClient::json(m_client->call("GET", "/sandbox/rooms")), Json::array());
    }

    void aPolicyRefusesAndTells()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        const std::string target = "0x52908400098527886E0F7030069857D2E4169EE7";
        QCOMPARE(m_client
                     ->call("PUT", "/sandbox/policy",
                            R"({"deny":[{"address":")" + target + R"("}],"maxValueWei":"1000"})")
                     .status,
                 200U);
        Json body = hello;
        body["context"]["evmTransaction"] = Json{{"to", target}, {"chainId", 1}, {"value", "0x1"}};
        const http::HttpResponse denied = m_client->sign(held, body);
        QCOMPARE(denied.status, 403U);
        QVERIFY(SandboxClient::json(denied)["error"].is_string());
        body["context"]["evmTransaction"]["to"] = held.address;
        body["context"]["evmTransaction"]["value"] = "0x3e9";
        QCOMPARE(m_client->sign(held, body).status, 403U);
        body["context"]["evmTransaction"]["value"] = "0x3e8";
        QCOMPARE(m_client->sign(held, body).status, 200U);

        const auto told = m_client->events("waas.policy.violation");
        QCOMPARE(told.size(), std::size_t(2));
        const Json first = (*parseJson(told[0]))["data"];
        COMPARE_JSON(first["reasonCode"], Json("address_denied"));
        COMPARE_JSON(first["walletId"], Json(held.walletId));
        COMPARE_JSON(first["publicKey"], Json(held.address));
        COMPARE_JSON(first["operationType"], Json("evmTransaction"));
        COMPARE_JSON(first["chainId"], Json("1"));
        COMPARE_JSON(first["deniedAddresses"], Json({target}));
        COMPARE_JSON((*parseJson(told[1]))["data"]["reasonCode"], Json("value_limit_exceeded"));

        QCOMPARE(m_client->call("PUT", "/sandbox/policy", "null").status, 200U);
        body["context"]["evmTransaction"]["to"] = target;
        QCOMPARE(m_client->sign(held, body).status, 200U);
        QCOMPARE(m_client->call("PUT", "/sandbox/policy", "[]").status, 400U);
        QCOMPARE(m_client->call("DELETE", "/sandbox/policy").status, 405U);
    }

    void developersRevoke()
    {
        const HeldDelegation one = m_client->delegate(Chain::Evm);
        QCOMPARE(m_client->call("DELETE", path(one, "/delegatedAccess")).status, 204U);
        QCOMPARE(m_client->call("DELETE", path(one, "/delegatedAccess")).status, 404U);
        QCOMPARE(m_client->call("DELETE", m_client->waas() + "unknown/delegatedAccess").status, 404U);
        QCOMPARE(m_client->sign(one, hello).status, 403U);
        QCOMPARE(m_client->events("wallet.delegation.revoked").size(), std::size_t(1));

        const HeldDelegation two = m_client->delegate(Chain::Svm);
        const http::HttpResponse bulk =
            m_client->call("POST", m_client->waas() + "delegatedAccess/revoke",
                           dumpJson(Json{{"walletIds", {two.walletId, one.walletId}}}));
        QCOMPARE(bulk.status, 200U);
        const Json answer = SandboxClient::json(bulk);
        COMPARE_JSON(answer["results"][0], (Json{{"walletId", two.walletId}, {"success", true}}));
        COMPARE_JSON(answer["results"][1]["success"], Json(false));
        QVERIFY(answer["results"][1]["error"].is_string());
        COMPARE_JSON(Json({answer["total"], answer["succeeded"], answer["failed"]}), Json({2, 1, 1}));
        const auto told = m_client->events("wallet.delegation.revoked");
        QCOMPARE(told.size(), std::size_t(2));
        COMPARE_JSON((*parseJson(told[1]))["data"]["shareSetId"], Json(two.shareSetId));
        QCOMPARE(m_client->call("POST", m_client->waas() + "delegatedAccess/revoke", "{}").status, 400U);
    }

    void faultsOnDemand()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        const auto faulty = [&](const char* fault) {
            const std::string body = dumpJson(Json{{"signMessage", fault}});
            return m_client->call("PUT", "/sandbox/faults", body).status == 200
                       ? m_client->sign(held, hello)
                       : http::HttpResponse{0, {}, {}, false, {}, {}};
        };
        QCOMPARE(faulty("http-500").status, 500U);
        const http::HttpResponse limited = faulty("http-429");
        QCOMPARE(limited.status, 429U);
        QCOMPARE(limited.headers.first("retry-after"), std::string_view("1"));
        COMPARE_JSON(SandboxClient::json(limited), (Json{{"message", "Rate limit exceeded"}, {"code", 429}}));
        const http::HttpResponse plain = faulty("plain-json");
        QVERIFY(!plain.stream && SandboxClient::json(plain)["roomId"].is_string());
        QVERIFY(SandboxClient::event(faulty("error-event"), "error")->contains("code"));
        const http::HttpResponse late = faulty("error-after-room");
        QVERIFY(SandboxClient::event(late, "room_created").has_value());
        QVERIFY(SandboxClient::event(late, "error").has_value());
        QVERIFY(late.stream->take().ending == http::Outbox::Ending::Finish);
        const http::HttpResponse silent = faulty("silence");
        QVERIFY(silent.stream->isOpen() && !silent.stream->take().item);
        QVERIFY(faulty("end-without-event").stream->take().ending == http::Outbox::Ending::Finish);
        const http::HttpResponse half = faulty("half-event");
        const std::string text = half.stream->take().item.value();
        QVERIFY(text.starts_with("event: room_created\n") && text.ends_with("}\n"));
        const http::HttpResponse dropped = faulty("drop");
        QVERIFY(dropped.stream->take().item.has_value());
        QVERIFY(dropped.stream->take().ending == http::Outbox::Ending::Cut);
        const std::string crlf = faulty("crlf").stream->take().item.value();
        QVERIFY(crlf.starts_with(": a comment\r\nevent: room_created\r\ndata: {") &&
                crlf.ends_with("}\r\n\r\n"));
        const http::HttpResponse split = faulty("split-utf8");
        const std::string first = split.stream->take().item.value();
        std::optional<std::string> second;
        QTRY_VERIFY_WITH_TIMEOUT((second = second ? second : split.stream->take().item).has_value(),
                                 patienceMs);
        QVERIFY(first.ends_with("\xE2") && second->starts_with("\x82\xAC\"}"));
        QVERIFY(SandboxClient::event(m_client->sign(held, hello), "room_created").has_value());
        QCOMPARE(m_client->call("PUT", "/sandbox/faults", R"({"signMessage":"x"})").status, 400U);
    }
};

COUNTERSIGN_GUILESS_TEST(SigningApiTest)
#include "SigningApi_test.moc"
