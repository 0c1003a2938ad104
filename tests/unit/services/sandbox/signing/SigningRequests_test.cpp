#include "services/sandbox/signing/SigningRequests.h"

#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

class SigningRequestsTest : public QObject
{
    Q_OBJECT

private:
    static std::string signedBytes(Chain chain, const std::string& message, bool formatted = false)
    {
        SignMessageRequest request;
        request.message = message;
        request.isFormatted = formatted;
        const Result<Bytes> bytes = bytesToSign(chain, request);
        return bytes ? toHex(*bytes) : std::string("refused");
    }

private Q_SLOTS:
    void readsTheOfficialBody()
    {
        const auto request = parseSignMessageRequest(
            R"({"message":"0x48656c6c6f","isFormatted":false,"context":{"evmMessage":"Hello","big":"5"}})");
        QVERIFY(request.has_value());
        QCOMPARE(request->message, std::string("0x48656c6c6f"));
        QVERIFY(!request->isFormatted && !request->shareSetId);
        QCOMPARE(dumpJson(request->context), std::string(R"({"evmMessage":"Hello","big":"5"})"));
        QVERIFY(parseSignMessageRequest(R"({"message":"x"})")->context.is_null());
        QCOMPARE(*parseSignMessageRequest(R"({"message":"x","shareSetId":"s"})")->shareSetId,
                 std::string("s"));
    }

    void refusesEverythingElse_data()
    {
        QTest::addColumn<QByteArray>("body");
        for (const char* body :
             {"", "{", "[]", "null", "{}", R"({"message":""})", R"({"message":5})", R"({"message":null})",
              R"({"message":"x","isFormatted":"true"})", R"({"message":"x","isFormatted":null})",
              R"({"message":"x","context":[]})", R"({"message":"x","context":null})",
              R"({"message":"x","roomId":"00112233445566778899aabbccddeeff"})",
              R"({"message":"x","shareSetId":7})", R"({"message":"x","extra":1})",
              R"({"message":"x","message":"y"})"}) {
            QTest::newRow(body) << QByteArray(body);
        }
        QTest::newRow("long") << QByteArray("{\"message\":\"") + QByteArray(16'385, 'x') + "\"}";
        QTest::newRow("deep") << QByteArray("{\"message\":\"x\",\"context\":{\"a\":") + QByteArray(40, '[') +
                                     QByteArray(40, ']') + "}}";
        QTest::newRow("long id") << QByteArray("{\"message\":\"x\",\"shareSetId\":\"") + QByteArray(65, 'x') +
                                        "\"}";
    }
    void refusesEverythingElse()
    {
        QFETCH(QByteArray, body);
        QVERIFY(!parseSignMessageRequest(body.toStdString()).has_value());
    }

    void countsCharactersNotBytes()
    {
        std::string euros;
        for (int i = 0; i < 16'384; ++i) {
            euros += "\xE2\x82\xAC";
        }
        QVERIFY(parseSignMessageRequest("{\"message\":\"" + euros + "\"}").has_value());
        QVERIFY(!parseSignMessageRequest("{\"message\":\"" + euros + "x\"}").has_value());
    }

    /// The check value of protocol reference §4.2.
    void hashesForEvm()
    {
        const std::string digest = "50b2c43fd39106bafbba0da34fc430e1f91e3c96ea2acee2bc34119f92b37750";
        QCOMPARE(
            signedBytes(Chain::Evm, "0x19457468657265756d205369676e6564204d6573736167653a0a3568656c6c6f"),
            digest);
        QCOMPARE(signedBytes(Chain::Evm,
                             "\x19"
                             "Ethereum Signed Message:\n5hello"),
                 digest);
        QCOMPARE(signedBytes(Chain::Evm, digest, true), digest);
        QCOMPARE(signedBytes(Chain::Evm, "0x" + digest, true), digest);
        QCOMPARE(signedBytes(Chain::Evm, digest.substr(1), true), std::string("refused"));
        QCOMPARE(signedBytes(Chain::Evm, digest + "00", true), std::string("refused"));
        QCOMPARE(signedBytes(Chain::Evm, "0xzz"), std::string("refused"));
        QCOMPARE(signedBytes(Chain::Evm, "0x123"), std::string("refused"));
        QVERIFY(signedBytes(Chain::Evm, "deadbeef") != signedBytes(Chain::Evm, "0xdeadbeef"));
    }

    void readsMessagesOfSvm()
    {
        QCOMPARE(signedBytes(Chain::Svm, "hello"), std::string("68656c6c6f"));
        QCOMPARE(signedBytes(Chain::Svm, "68656C6c6f"), std::string("68656c6c6f"));
        QCOMPARE(signedBytes(Chain::Svm, "0x68656c6c6f"), std::string("68656c6c6f"));
        QCOMPARE(signedBytes(Chain::Svm, "0xhello"), std::string("307868656c6c6f"));
        QCOMPARE(signedBytes(Chain::Svm, "abc"), std::string("refused"));
        QCOMPARE(signedBytes(Chain::Svm, std::string(64, 'a'), true), std::string("refused"));
    }

    void namesDigests()
    {
        QCOMPARE(digestName(Chain::Evm, Bytes(32, 0xab)), toHex(Bytes(32, 0xab)));
        QCOMPARE(digestName(Chain::Svm, toBytes(asBytes("abc"))),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void readsBulkRevocations()
    {
        QCOMPARE(parseBulkRevocation(R"({"walletIds":["a","b"]})")->size(), std::size_t(2));
        std::string many = "{\"walletIds\":[\"a\"";
        for (int i = 0; i < 100; ++i) {
            many += ",\"a\"";
        }
        for (const std::string& body :
             {std::string("{}"), std::string(R"({"walletIds":[]})"), std::string(R"({"walletIds":"a"})"),
              std::string(R"({"walletIds":[1]})"), std::string(R"({"walletIds":[""]})"),
              std::string(R"({"walletIds":["a"],"x":1})"), many + "]}"}) {
            QVERIFY2(!parseBulkRevocation(body).has_value(), body.c_str());
        }
    }
};

COUNTERSIGN_APPLESS_TEST(SigningRequestsTest)
#include "SigningRequests_test.moc"
