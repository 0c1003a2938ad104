#include "core/inbox/delivery/WebhookEvent.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <random>

using namespace countersign;

namespace {

Json createdBody()
{
    return {{"messageId", "message-1"},
            {"eventId", "event-1"},
            {"eventName", "wallet.delegation.created"},
            {"timestamp", "2025-01-01T00:00:00.000Z"},
            {"webhookId", "webhook-1"},
            {"userId", "trigger"},
            {"environmentId", "environment-1"},
            {"environmentName", "sandbox"},
            {"data",
             {{"chain", "EVM"},
              {"walletId", "wallet-1"},
              {"userId", "owner"},
              {"publicKey", "0x52908400098527886e0f7030069857d2e4169ee7"},
              {"encryptedDelegatedShare", {{"ct", "share"}}},
              {"encryptedWalletApiKey", {{"ct", "key"}}}}}};
}

WebhookReading read(const Json& body)
{
    const std::string text = dumpJson(body);
    return readWebhook(asBytes(text));
}

/// Renames a member of data, keeping its value.
Json renamed(const char* from, const char* to)
{
    Json body = createdBody();
    body["data"][to] = body["data"][from];
    body["data"].erase(from);
    return body;
}

}  // namespace

class WebhookEventTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsCreated()
    {
        const WebhookReading reading = read(createdBody());
        QVERIFY(!reading.error.has_value());
        const WebhookEvent& event = reading.event;
        QCOMPARE(event.kind, WebhookKind::DelegationCreated);
        QCOMPARE(event.eventId, std::string("event-1"));
        QCOMPARE(event.messageId, std::optional<std::string>("message-1"));
        QCOMPARE(event.environmentId, std::optional<std::string>("environment-1"));
        QCOMPARE(event.walletId, std::optional<std::string>("wallet-1"));
        QCOMPARE(event.userId, std::optional<std::string>("owner"));
        QCOMPARE(event.shareSetId, std::nullopt);
        QCOMPARE(toIso8601(event.timestamp), std::string("2025-01-01T00:00:00.000Z"));
        QCOMPARE(event.address.chain, std::string("EVM"));
        QCOMPARE(event.shareEnvelope["ct"].get<std::string>(), std::string("share"));
        QCOMPARE(event.walletApiKeyEnvelope["ct"].get<std::string>(), std::string("key"));
    }

    void acceptsAliases()
    {
        for (const Json& body : {renamed("encryptedDelegatedShare", "encryptedDelegatedKeyShare"),
                                 renamed("encryptedDelegatedShare", "encryptedShare"),
                                 renamed("encryptedDelegatedShare", "encryptedKeyShare"),
                                 renamed("publicKey", "walletAddress")}) {
            const WebhookReading reading = read(body);
            QVERIFY(!reading.error.has_value());
            QCOMPARE(reading.event.shareEnvelope["ct"].get<std::string>(), std::string("share"));
            QCOMPARE(reading.event.address.bytes.size(), std::size_t{20});
        }
    }

    void prefersTheDocumentedName()
    {
        Json body = createdBody();
        body["data"]["encryptedShare"] = {{"ct", "other"}};
        QCOMPARE(read(body).event.shareEnvelope["ct"].get<std::string>(), std::string("share"));
        body["data"]["encryptedDelegatedShare"] = nullptr;  // as good as absent
        QCOMPARE(read(body).event.shareEnvelope["ct"].get<std::string>(), std::string("other"));
    }

    void acceptsMembersAtTheTop()
    {
        for (const bool nullData : {false, true}) {
            Json body = createdBody();
            const Json data = body["data"];
            body.erase("data");
            for (const auto& [name, value] : data.items()) {
                body[name] = value;
            }
            if (nullData) {
                body["data"] = nullptr;
            }
            const WebhookReading reading = read(body);
            QVERIFY(!reading.error.has_value());
            QCOMPARE(reading.event.walletId, std::optional<std::string>("wallet-1"));
            QCOMPARE(reading.event.userId, std::optional<std::string>("owner"));
        }
    }

    void acceptsChains()
    {
        for (const auto& [chain, expected] : {std::pair("evm", "EVM"), std::pair("eip155:1", "EVM")}) {
            Json body = createdBody();
            body["data"]["chain"] = chain;
            QCOMPARE(read(body).event.address.chain, std::string(expected));
        }
        Json solana = createdBody();
        solana["data"]["chain"] = "solana:mainnet";
        QVERIFY(read(solana).error.has_value());  // an EVM address is no Solana address
        solana["data"]["publicKey"] = "So11111111111111111111111111111111111111112";
        QCOMPARE(read(solana).event.address.chain, std::string("SVM"));
        Json other = createdBody();
        other["data"]["chain"] = "ton";
        other["data"]["publicKey"] = "UQabc";
        QCOMPARE(read(other).event.address.text, std::string("UQabc"));
    }

    void nullEqualsAbsentAndUnknownIsIgnored()
    {
        Json body = createdBody();
        for (const char* name : {"messageId", "userId", "environmentId", "webhookId", "externalUserId"}) {
            body[name] = nullptr;
        }
        body["data"]["userId"] = nullptr;
        body["data"]["shareSetId"] = nullptr;
        body["data"]["new"] = {1, 2, {{"deep", true}}};
        body["redelivery"] = true;
        const WebhookReading reading = read(body);
        QVERIFY(!reading.error.has_value());
        QCOMPARE(reading.event.userId, std::nullopt);
        QCOMPARE(reading.event.environmentId, std::nullopt);
    }

    void refusesIncompleteOnes_data()
    {
        QTest::addColumn<QByteArray>("member");
        QTest::addColumn<bool>("inData");
        for (const char* name : {"eventId", "eventName", "timestamp"}) {
            QTest::newRow(name) << QByteArray(name) << false;
        }
        for (const char* name :
             {"walletId", "chain", "publicKey", "encryptedDelegatedShare", "encryptedWalletApiKey"}) {
            QTest::newRow(name) << QByteArray(name) << true;
        }
    }

    void refusesIncompleteOnes()
    {
        QFETCH(QByteArray, member);
        QFETCH(bool, inData);
        const std::string name = member.toStdString();
        for (const Json& value : {Json(), Json(7), Json::array({1}), Json(std::string(1000, 'a'))}) {
            Json body = createdBody();
            (inData ? body["data"] : body)[name] = value;
            const WebhookReading reading = read(body);
            // Without its name it is no delegation event, which the name alone decides.
            QVERIFY(reading.error.has_value());
            QCOMPARE(reading.error->code, ErrorCode::InvalidInput);
            QVERIFY(!reading.error->detail.isEmpty());
            if (inData) {
                QCOMPARE(reading.event.eventId, std::string("event-1"));  // shown in quarantine
            }
        }
        Json body = createdBody();
        (inData ? body["data"] : body).erase(name);
        QVERIFY(read(body).error.has_value());
    }

    void refusesOddIdsAndTimes()
    {
        for (const char* id : {"", "a\nb", "\xc3\xa9"}) {
            Json body = createdBody();
            body["eventId"] = id;
            QVERIFY(read(body).error.has_value());
        }
        for (const char* time : {"2025-01-01", "2025-01-01 00:00:00Z", "2025-13-01T00:00:00Z",
                                 "1735689600000", "2025-01-01T00:00:00", "now"}) {
            Json body = createdBody();
            body["timestamp"] = time;
            QVERIFY2(read(body).error.has_value(), time);
        }
    }

    void readsRevoked()
    {
        Json body = createdBody();
        body["eventName"] = "wallet.delegation.revoked";
        body["data"] = {{"walletId", "wallet-1"}};
        QVERIFY(!read(body).error.has_value());
        QCOMPARE(read(body).event.kind, WebhookKind::DelegationRevoked);
        body["data"]["shareSetId"] = "set-1";
        body["data"]["chain"] = "EVM";
        body["data"]["publicKey"] = "nonsense";  // must not keep a revocation from taking effect
        QVERIFY(!read(body).error.has_value());
        QCOMPARE(read(body).event.shareSetId, std::optional<std::string>("set-1"));
        body["data"]["walletId"] = nullptr;
        QVERIFY(read(body).error.has_value());
        body["data"] = "text";  // and none at the top
        QVERIFY(read(body).error.has_value());
    }

    /// A revocation must not be lost for anything but its wallet.
    void revokedNeedsItsWalletAlone()
    {
        const std::string bare =
            R"({"eventName":"wallet.delegation.revoked","data":{"walletId":"wallet-1"}})";
        const WebhookReading reading = readWebhook(asBytes(bare));
        QVERIFY(!reading.error.has_value());
        QCOMPARE(reading.event.walletId, std::optional<std::string>("wallet-1"));
        QCOMPARE(reading.event.timestamp, 0);
        QCOMPARE(reading.event.eventId.size(), std::size_t{7 + 64});
        QCOMPARE(readWebhook(asBytes(bare)).event.eventId, reading.event.eventId);
        QVERIFY(readWebhook(asBytes(bare + " ")).event.eventId != reading.event.eventId);

        Json body = createdBody();
        body["eventName"] = "wallet.delegation.revoked";
        body["walletId"] = "wallet-1";
        for (const Json& data : {Json(), Json("text"), Json(7), Json::array({1}), Json{{"walletId", 7}}}) {
            body["data"] = data;
            QVERIFY(!read(body).error.has_value());
            QCOMPARE(read(body).event.walletId, std::optional<std::string>("wallet-1"));
        }
    }

    /// Whatever stands in the members that nothing depends on, in any combination.
    void oddOptionalMembersCountAsAbsent_data()
    {
        QTest::addColumn<QByteArray>("eventName");
        QTest::addColumn<QList<QByteArray>>("required");
        QTest::newRow("created") << QByteArray("wallet.delegation.created")
                                 << QList<QByteArray>{"eventId", "timestamp"};
        QTest::newRow("revoked") << QByteArray("wallet.delegation.revoked") << QList<QByteArray>();
        QTest::newRow("ping") << QByteArray("ping") << QList<QByteArray>();
        QTest::newRow("unknown") << QByteArray("wallet.activity") << QList<QByteArray>();
    }

    void oddOptionalMembersCountAsAbsent()
    {
        QFETCH(const QByteArray, eventName);
        QFETCH(const QList<QByteArray>, required);
        const std::vector<Json> odd = {
            nullptr,
            "",
            7,
            -1,
            1e300,
            true,
            "\xc3\xa9",
            "a\nb",
            std::string(1000, 'a'),
            Json::array({"a"}),
            {{"a", Json::array({Json::object()})}},
            parseJson(std::string(60, '[') + std::string(60, ']'), {.maxDepth = 60}).value()};
        std::mt19937 random(11);
        for (int round = 0; round < 400; ++round) {
            Json body = createdBody();
            body["eventName"] = eventName.toStdString();
            for (const char* member :
                 {"messageId", "eventId", "timestamp", "webhookId", "userId", "environmentId",
                  "environmentName", "externalUserId", "redelivery", "shareSetId"}) {
                if (!required.contains(member) && random() % 2 == 0) {
                    body[member] = odd[random() % odd.size()];
                }
            }
            for (const char* member : {"userId", "shareSetId", "chain", "publicKey", "operationType"}) {
                const bool isCreated = eventName.endsWith("created");
                const bool isNeeded =
                    member == std::string_view("chain") || member == std::string_view("publicKey");
                if (!(isCreated && isNeeded) && random() % 2 == 0) {
                    body["data"][member] = odd[random() % odd.size()];
                }
            }
            const WebhookReading reading = read(body);
            QVERIFY2(!reading.error.has_value(), dumpJson(body).c_str());
            QCOMPARE(reading.event.walletId, std::optional<std::string>("wallet-1"));
            for (const auto& text : {reading.event.messageId, reading.event.environmentId,
                                     reading.event.userId, reading.event.shareSetId}) {
                QVERIFY(!text || (!text->empty() && text->size() <= webhookMaxIdCharacters));
            }
            QVERIFY(eventName != "wallet.delegation.revoked" || !reading.event.eventId.empty());
        }
    }

    void pingsAndUnknownEventsAreNeverWrong()
    {
        const std::string bare = R"({"eventName":"ping","data":{"message":"hi"}})";
        QVERIFY(!readWebhook(asBytes(bare)).error.has_value());
        Json body = createdBody();
        body["eventName"] = "wallet.something";
        body["data"] = {1, 2, 3};
        QVERIFY(!read(body).error.has_value());
        body["data"] = {{"walletId", "w"}, {"userId", 7}};
        QCOMPARE(read(body).event.walletId, std::optional<std::string>("w"));
    }

    void boundsWhatItReads()
    {
        Json body = createdBody();
        body["padding"] = std::string(webhookMaxBodyBytes, 'a');
        QVERIFY(read(body).error.has_value());
        const std::string deep =
            R"({"eventName":"ping","a":)" + std::string(1000, '[') + std::string(1000, ']') + "}";
        QVERIFY(readWebhook(asBytes(deep)).error.has_value());
        const std::string twice = R"({"eventName":"ping","eventName":"wallet.delegation.revoked"})";
        QVERIFY(readWebhook(asBytes(twice)).error.has_value());
        for (const char* text : {"", "null", "[]", "7", "\"ping\"", "{", "{}"}) {
            QVERIFY2(readWebhook(asBytes(text)).error.has_value(), text);
        }
    }

    void blanksCiphertexts()
    {
        Json body = createdBody();
        body["data"]["encryptedDelegatedShare"] = {{"alg", "A"}, {"iv", "I"}, {"ct", "C"},
                                                   {"tag", "T"}, {"ek", "E"}, {"kid", "K"}};
        body["data"]["elsewhere"] = Json::array({{{"ek", "E2"}}});
        const std::string text = dumpJson(body);
        const auto blanked = withoutCiphertexts(asBytes(text));
        QVERIFY(blanked.has_value());
        const auto json = parseJson(asText(*blanked));
        const Json& share = (*json)["data"]["encryptedDelegatedShare"];
        for (const char* name : {"iv", "ct", "tag", "ek"}) {
            QCOMPARE(share[name].get<std::string>(), std::string());
        }
        QCOMPARE(share["kid"].get<std::string>(), std::string("K"));
        QCOMPARE((*json)["data"]["elsewhere"][0]["ek"].get<std::string>(), std::string());
        QCOMPARE((*json)["data"]["walletId"].get<std::string>(), std::string("wallet-1"));
        QVERIFY(!withoutCiphertexts(asBytes("no JSON")).has_value());
        QVERIFY(!withoutCiphertexts(asBytes("{}")).has_value());
    }
};

COUNTERSIGN_APPLESS_TEST(WebhookEventTest)
#include "WebhookEvent_test.moc"
