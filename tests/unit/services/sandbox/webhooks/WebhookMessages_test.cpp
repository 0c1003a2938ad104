#include "services/sandbox/webhooks/WebhookMessages.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

// QTest cannot print a Json, its text it can.
#define COMPARE_JSON(actual, expected) QCOMPARE(dumpJson(actual), dumpJson(expected))

class WebhookMessagesTest : public QObject
{
    Q_OBJECT

private:
    const WebhookMessages m_messages{"env-id", "hook-id"};
    const Wallet m_wallet{"wallet-id", "user-id", Chain::Svm, "So1ana", Bytes(32), 5};

private Q_SLOTS:
    void createdHasExactlyTheReferencesMembers()
    {
        const Json share = {{"alg", "HYBRID-RSA-AES-256"}, {"iv", "i"}};
        const Json key = {{"alg", "HYBRID-RSA-AES-256"}, {"kid", "k"}};
        const Message message =
            m_messages.delegationCreated(m_wallet, "set-id", share, key, 1'767'225'600'123);
        QCOMPARE(message.eventName, std::string("wallet.delegation.created"));
        QCOMPARE(message.status, MessageStatus::Pending);
        QCOMPARE(message.nextAttemptAt, UnixMillis(1'767'225'600'123));
        QCOMPARE(
            message.body,
            "{\"messageId\":\"" + message.messageId + "\",\"eventId\":\"" + message.eventId +
                "\",\"eventName\":\"wallet.delegation.created\",\"timestamp\":\"2026-01-01T00:00:00.123Z\","
                "\"webhookId\":\"hook-id\",\"userId\":null,\"environmentId\":\"env-id\","
                "\"environmentName\":\"sandbox\",\"data\":{\"chain\":\"SVM\",\"walletId\":\"wallet-id\","
                "\"userId\":\"user-id\",\"publicKey\":\"So1ana\","
                "\"encryptedDelegatedShare\":{\"alg\":\"HYBRID-RSA-AES-256\",\"iv\":\"i\"},"
                "\"encryptedWalletApiKey\":{\"alg\":\"HYBRID-RSA-AES-256\",\"kid\":\"k\"},"
                "\"shareSetId\":\"set-id\"}}");
    }

    void revokedCarriesNoMaterial()
    {
        const Message message = m_messages.delegationRevoked(m_wallet, "set-id", 5);
        const Result<Json> body = parseJson(message.body);
        QVERIFY(body.has_value());
        QCOMPARE(dumpJson((*body)["data"]),
                 std::string("{\"walletId\":\"wallet-id\",\"chain\":\"SVM\",\"publicKey\":\"So1ana\","
                             "\"userId\":\"user-id\",\"shareSetId\":\"set-id\"}"));
    }

    void pingSaysWhatItIsFor()
    {
        const Result<Json> body = parseJson(m_messages.ping("https://receiver.example/in", 5).body);
        QVERIFY(body.has_value());
        COMPARE_JSON((*body)["eventName"], Json("ping"));
        const Json& data = (*body)["data"];
        COMPARE_JSON(data["webhookId"], Json("hook-id"));
        COMPARE_JSON(data["url"], Json("https://receiver.example/in"));
        COMPARE_JSON(data["isEnabled"], Json(true));
        COMPARE_JSON(data["events"], Json({"wallet.delegation.created", "wallet.delegation.revoked",
                                           "waas.policy.violation"}));
        QVERIFY(data["message"].is_string());
    }

    void everyMessageAndEventHasItsOwnId()
    {
        const Message first = m_messages.ping("u", 5);
        const Message second = m_messages.ping("u", 5);
        QVERIFY(first.messageId != second.messageId);
        QVERIFY(first.eventId != second.eventId);
        QVERIFY(first.messageId != first.eventId);
    }

    void redeliveryOnlyAddsTheMark()
    {
        const Message message = m_messages.delegationRevoked(m_wallet, "set-id", 5);
        Result<Json> again = parseJson(WebhookMessages::redelivered(message.body));
        QVERIFY(again.has_value());
        COMPARE_JSON((*again)["redelivery"], Json(true));
        again->erase("redelivery");
        QCOMPARE(dumpJson(*again), message.body);
    }
};

COUNTERSIGN_GUILESS_TEST(WebhookMessagesTest)
#include "WebhookMessages_test.moc"
