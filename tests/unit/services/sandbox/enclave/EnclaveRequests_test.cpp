#include "services/sandbox/enclave/EnclaveRequests.h"

#include "core/base/Random.h"
#include "core/base/encoding/Hex.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

namespace {

const std::string requestedRoom = "00112233445566778899aabbccddeeff";

Json signFrame()
{
    return Json{{"type", "signMessage"},
                {"version", 1},
                {"relayDomain", "relay.example.com"},
                {"signingAlgo", "ecdsa"},
                {"hashAlgo", "keccak256"},
                {"derivationPath", "2c0000003c000000000000000000000000000000"},
                {"keyshare", {{"salt", std::string(64, 'a')}, {"encryptedPayload", std::string(80, 'b')}}},
                {"message", "0xABCD"},
                {"roomUuid", requestedRoom},
                {"requestId", "req_1"}};
}

Json handshakeFrame()
{
    return Json{{"type", "handshake"},
                {"version", 1},
                {"challenge", std::string(2368, 'a')},
                {"nonce", std::string(64, 'b')},
                {"requestId", "req_1"}};
}

}  // namespace

class EnclaveRequestsTest : public QObject
{
    Q_OBJECT

private:
    static std::string plaintext(const Json& changes = Json::object())
    {
        const DelegatedShare share{Chain::Evm, randomUuid(), randomUuid(), SecretBytes::random(32)};
        Json json{{"keyshare", *parseJson(share.toJson(Bytes(64, 1))->text())},
                  {"signingAlgorithm", "ecdsa"},
                  {"timestamp", 1'767'225'600'000},
                  {"nonce", std::string(32, 'c')}};
        json.update(changes);
        return dumpJson(json);
    }

private Q_SLOTS:
    void readsWhatTheProtocolHas()
    {
        const auto hello = parseEnclaveFrame(dumpJson(handshakeFrame()));
        QVERIFY(hello.has_value());
        QCOMPARE(hello->requestId, std::string("req_1"));
        QCOMPARE(std::get<EnclaveHandshake>(hello->content).challenge.size(), std::size_t(1184));
        QCOMPARE(std::get<EnclaveHandshake>(hello->content).nonce.size(), std::size_t(32));

        const auto sign = parseEnclaveFrame(dumpJson(signFrame()));
        QVERIFY(sign.has_value());
        const auto& request = std::get<EnclaveSignRequest>(sign->content);
        QCOMPARE(request.relayDomain, std::string("relay.example.com"));
        QCOMPARE(toHex(request.message), std::string("abcd"));
        QCOMPARE(toHex(*request.derivationPath), toHex(evmDerivationPath()));
        QCOMPARE(request.roomId, requestedRoom);

        Json uuid = signFrame();
        uuid["roomUuid"] = "00112233-4455-6677-8899-aabbccddeeff";
        QCOMPARE(std::get<EnclaveSignRequest>(parseEnclaveFrame(dumpJson(uuid))->content).roomId,
                 requestedRoom);
        QVERIFY(std::holds_alternative<EnclaveAcknowledgement>(
            parseEnclaveFrame(R"({"type":"connection_ack","version":1,"requestId":"r"})")->content));
    }

    void refusesFramesWithoutAShape()
    {
        for (const char* text :
             {"", "{", "[]", "null", "{}", R"({"type":"handshake"})", R"({"type":5,"requestId":"r"})",
              R"({"type":"handshake","requestId":""})", "\xff"}) {
            const auto refused = parseEnclaveFrame(text);
            QVERIFY2(!refused.has_value(), text);
            QCOMPARE(refused.error().errorType, std::string("INVALID_MESSAGE"));
            QCOMPARE(refused.error().responseType, std::string("error"));
        }
        const auto unknown = parseEnclaveFrame(R"({"type":"keygen","version":1,"requestId":"r"})");
        QCOMPARE(unknown.error().errorType, std::string("HANDLER_NOT_FOUND"));
        QCOMPARE(unknown.error().requestId, std::string("r"));
        Json version2 = signFrame();
        version2["version"] = 2;
        QCOMPARE(parseEnclaveFrame(dumpJson(version2)).error().responseType,
                 std::string("signMessage_response"));
    }

    void everyMemberIsChecked_data()
    {
        QTest::addColumn<QByteArray>("member");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char* member, const Json& value) {
            QTest::addRow("%s %s", member, dumpJson(value).substr(0, 40).c_str())
                << QByteArray(member) << QByteArray::fromStdString(dumpJson(value));
        };
        row("relayDomain", 5);
        row("relayDomain", std::string(257, 'x'));
        row("signingAlgo", "bip340");
        row("signingAlgo", "ECDSA");
        row("hashAlgo", "md5");
        row("derivationPath", "2c0000");
        row("derivationPath", "zz");
        row("derivationPath", std::string(88, '0'));
        row("keyshare", "x");
        row("keyshare", Json::object());
        row("keyshare", Json{{"salt", std::string(62, 'a')}, {"encryptedPayload", std::string(80, 'b')}});
        row("keyshare", Json{{"salt", std::string(64, 'a')}, {"encryptedPayload", std::string(56, 'b')}});
        row("keyshare",
            Json{{"salt", std::string(64, 'a')}, {"encryptedPayload", std::string(600'000, 'b')}});
        row("message", "");
        row("message", "0x");
        row("message", "abc");
        row("message", nullptr);
        row("roomUuid", "0011");
        row("roomUuid", std::string(32, 'g'));
        row("walletId", 5);
        row("environmentId", std::string(300, 'x'));
    }
    void everyMemberIsChecked()
    {
        QFETCH(QByteArray, member);
        QFETCH(QByteArray, value);
        Json frame = signFrame();
        const auto hostile = parseJson(value.toStdString(), {.maxBytes = 2 * 1024 * 1024});
        QVERIFY(hostile.has_value());
        frame[member.toStdString()] = *hostile;
        const auto refused = parseEnclaveFrame(dumpJson(frame));
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().errorType, std::string("VALIDATION_ERROR"));
        QCOMPARE(refused.error().responseType, std::string("signMessage_response"));
        QVERIFY(refused.error().message.size() < 100);
    }

    void ed25519HasNoHash()
    {
        Json frame = signFrame();
        frame["signingAlgo"] = "ed25519";
        QVERIFY(!parseEnclaveFrame(dumpJson(frame)).has_value());
        frame.erase("hashAlgo");
        frame.erase("derivationPath");
        QVERIFY(parseEnclaveFrame(dumpJson(frame)).has_value());
    }

    void handshakesHaveFixedLengths()
    {
        for (const auto& [member, size] : {std::pair("challenge", 2366), std::pair("challenge", 2370),
                                           std::pair("nonce", 62), std::pair("nonce", 66)}) {
            Json frame = handshakeFrame();
            frame[member] = std::string(static_cast<std::size_t>(size), 'a');
            QVERIFY(!parseEnclaveFrame(dumpJson(frame)).has_value());
        }
    }

    void hashesAsAsked()
    {
        EnclaveSignRequest request;
        request.signingAlgo = "ecdsa";
        request.message = toBytes(asBytes("abc"));
        QVERIFY(!bytesToSign(request).has_value());
        request.hashAlgo = "sha256";
        QCOMPARE(toHex(*bytesToSign(request)),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        request.hashAlgo = "sha256d";
        QCOMPARE(toHex(*bytesToSign(request)),
                 std::string("4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358"));
        request.hashAlgo = "keccak256";
        QCOMPARE(toHex(*bytesToSign(request)),
                 std::string("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"));
        request.hashAlgo.reset();
        request.message = Bytes(32, 9);
        QCOMPARE(*bytesToSign(request), Bytes(32, 9));
    }

    void readsKeyshares()
    {
        const auto share = parseKeysharePlaintext(SecretBytes::copyOf(plaintext()), "ecdsa");
        QVERIFY(share.has_value());
        QVERIFY(share->chain == Chain::Evm);
        for (const std::string& bad :
             {std::string(), std::string("{}"), std::string("[]"), plaintext({{"extra", 1}}),
              plaintext({{"timestamp", "1"}}), plaintext({{"nonce", "00"}}), plaintext({{"nonce", 5}}),
              plaintext({{"signingAlgorithm", "ed25519"}}), plaintext({{"keyshare", "x"}}),
              plaintext({{"keyshare", Json::object()}}), plaintext({{"keyshare", {{"secretShare", 5}}}}),
              plaintext({{"keyshare", {{"secretShare", std::string(416, '0')}}}})}) {
            const auto refused = parseKeysharePlaintext(SecretBytes::copyOf(bad), "ecdsa");
            QVERIFY2(!refused.has_value(), bad.c_str());
        }
        QVERIFY(!parseKeysharePlaintext(SecretBytes::copyOf(plaintext({{"signingAlgorithm", "ed25519"}})),
                                        "ed25519")
                     .has_value());
    }
};

COUNTERSIGN_APPLESS_TEST(EnclaveRequestsTest)
#include "EnclaveRequests_test.moc"
