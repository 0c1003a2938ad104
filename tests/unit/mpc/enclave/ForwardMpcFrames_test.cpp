#include "core/mpc/enclave/ForwardMpcFrames.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/AesGcm.h"
#include "core/crypto/primitives/Hkdf.h"
#include "tests/support/TestProgram.h"

#include <QRegularExpression>
#include <QTest>

using namespace countersign;
using namespace countersign::forwardMpc;
using namespace Qt::StringLiterals;

namespace {

CeremonyRequest evmRequest()
{
    CeremonyRequest request;
    request.roomId = "00112233445566778899aabbccddeeff";
    request.relayDomain = "relay.dynamicauth.com";
    request.input = Bytes(32, 0xab);
    request.derivationPath = {44, 60, 0, 0, 0};
    return request;
}

QString codeOf(const Error& error)
{
    return error.detail.section(u':', 0, 0);
}

Json handshakeResponse()
{
    return {{"type", "handshake_response"},
            {"version", 1},
            {"encapsulatedSharedSecret", toHex(Bytes(1088, 1))},
            {"attestationDoc", toBase64(Bytes(5000, 2))},
            {"connectionId", "conn-1"},
            {"requestId", "req_0011223344556677"}};
}

Frame frameOf(const Json& body)
{
    return *parseFrame(dumpJson(body));
}

Bytes ecdsaBytes(std::size_t derBytes)
{
    Bytes bytes(65 + derBytes, 0x11);
    bytes[64] = 28;
    if (derBytes > 0) {
        bytes[65] = 0x30;
        bytes[66] = static_cast<std::uint8_t>(derBytes - 2);
    }
    return bytes;
}

using Change = std::function<void(Json&)>;

}  // namespace

Q_DECLARE_METATYPE(Change)

class ForwardMpcFramesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requestIdsAreRandom()
    {
        const std::string id = newRequestId();
        QVERIFY(QRegularExpression(u"^req_[0-9a-f]{16}$"_s).match(QString::fromStdString(id)).hasMatch());
        QVERIFY(newRequestId() != id);
    }

    void keysComeInTheOfficialOrder()
    {
        QCOMPARE(
            encodeHandshake(Bytes{1, 2}, Bytes{0xff}, "req_1"),
            std::string(
                R"({"type":"handshake","version":1,"challenge":"0102","nonce":"ff","requestId":"req_1"})"));
        CeremonyRequest request = evmRequest();
        QCOMPARE(
            encodeSignMessage(request, {Bytes{5}, Bytes{6}}, "req_2"),
            R"({"type":"signMessage","version":1,"relayDomain":"relay.dynamicauth.com","signingAlgo":"ecdsa",)"
            R"("derivationPath":"2c0000003c000000000000000000000000000000",)"
            R"("keyshare":{"salt":"05","encryptedPayload":"06"},"message":")" +
                toHex(request.input) +
                R"(","roomUuid":"00112233445566778899aabbccddeeff","requestId":"req_2"})");
        request.scheme = SigningScheme::Ed25519;
        request.input = {0x68, 0x69};
        QCOMPARE(
            encodeSignMessage(request, {Bytes{5}, Bytes{6}}, "req_2"),
            std::string(
                R"({"type":"signMessage","version":1,"relayDomain":"relay.dynamicauth.com",)"
                R"("signingAlgo":"ed25519","keyshare":{"salt":"05","encryptedPayload":"06"},)"
                R"("message":"6869","roomUuid":"00112233445566778899aabbccddeeff","requestId":"req_2"})"));
    }

    void theShareGoesInByteForByte()
    {
        const std::string share =
            "{ \"b\":1.0, \"a\":12345678901234567890,\"secretShare\":\"00\\u0066f\",\"a}\\\"]\":[{}]} ";
        const auto document =
            shareDocument(asBytes(share), SigningScheme::Ecdsa, 1'700'000'000'123, Bytes(16, 0xcd));
        QVERIFY(document);
        QCOMPARE(std::string(document->text()),
                 "{\"keyshare\":" + share +
                     ",\"signingAlgorithm\":\"ecdsa\",\"timestamp\":1700000000123,\"nonce\":\"" +
                     toHex(Bytes(16, 0xcd)) + "\"}");
        QVERIFY(parseJson(document->text()));
    }

    void whatIsNoObjectIsNoShare()
    {
        for (const char* share :
             {"", " ", "\"text\"", "[1]", "{", "{\"a\":1", "{}x", "{},\"signingAlgorithm\":\"x\"", "{}{}",
              "{]}", "{[}]", "}{", "{\"a}", "{\"a\\\"}", "{\"a\n\":1}", "{\"a\\", "{}}"}) {
            const auto document = shareDocument(asBytes(share), SigningScheme::Ed25519, 1, Bytes(16, 1));
            QVERIFY2(!document && document.error().code == ErrorCode::InvalidInput, share);
        }
        const std::string large = "{\"a\":\"" + std::string(shareMaxBytes, 'x') + "\"}";
        QVERIFY(!shareDocument(asBytes(large), SigningScheme::Ed25519, 1, Bytes(16, 1)));
    }

    /// The check value of protocol reference §7.4.
    void encryptsUnderTheDerivedKey()
    {
        Bytes ikm(32);
        Bytes salt(32);
        for (std::uint8_t i = 0; i < 32; ++i) {
            ikm[i] = i;
            salt[i] = static_cast<std::uint8_t>(0x20 + i);
        }
        const SecretBytes sessionKey = SecretBytes::copyOf(ikm);
        const Bytes iv(12, 9);
        const auto share = encryptShare(SecretBytes::copyOf("{\"x\":1}"), sessionKey, "conn-1", salt, iv);
        QVERIFY(share);
        QCOMPARE(share->salt, salt);
        QCOMPARE(share->payload.size(), std::size_t{12 + 7 + 16});
        const SecretBytes key =
            *secretFromHex("633438b021a50cbb2b2ae8b852ef791383f36ec2ae0c56f2b63d3f7b0cf21bec");
        const BytesView payload(share->payload);
        QVERIFY(std::ranges::equal(payload.first(12), iv));
        const auto opened = aesGcmDecrypt(key, iv, {}, payload.subspan(12, 7), payload.last(16));
        QVERIFY(opened && opened->text() == "{\"x\":1}");
    }

    void requestsAreChecked()
    {
        QVERIFY(checkRequest(evmRequest()));
        const auto refused = [](const std::function<void(CeremonyRequest&)>& change) {
            CeremonyRequest request = evmRequest();
            change(request);
            const Status status = checkRequest(request);
            return !status && status.error().code == ErrorCode::InvalidInput;
        };
        QVERIFY(refused([](auto& r) { r.roomId = "00112233-4455-6677-8899-aabbccddeeff"; }));
        QVERIFY(refused([](auto& r) { r.roomId = "00112233445566778899AABBCCDDEEFF"; }));
        for (const char* relay :
             {"", "https://relay.test", "relay.test/x", "relay.test:", "relay.test:123456", "re lay",
              "-relay.test", "relay..test", "relay.test\n", "[::1]", "r\"e"}) {
            QVERIFY2(refused([&](auto& r) { r.relayDomain = relay; }), relay);
        }
        QVERIFY(refused([](auto& r) { r.relayDomain = std::string(300, 'a'); }));
        QVERIFY(refused([](auto& r) { r.input.pop_back(); }));
        QVERIFY(refused([](auto& r) { r.derivationPath.resize(17); }));
        const auto ed = [](std::size_t size) {
            return [size](CeremonyRequest& r) {
                r.scheme = SigningScheme::Ed25519;
                r.input = Bytes(size, 1);
            };
        };
        QVERIFY(refused(ed(0)));
        QVERIFY(!refused(ed(1)));
        QVERIFY(!refused(ed(messageMaxBytes)));
        QVERIFY(refused(ed(messageMaxBytes + 1)));
        QVERIFY(!refused([](auto& r) { r.relayDomain = "relay.test:8443"; }));
    }

    void framesAreTold()
    {
        QCOMPARE(frameOf(handshakeResponse()).kind, FrameKind::HandshakeResponse);
        QCOMPARE(frameOf(handshakeResponse()).requestId, std::string("req_0011223344556677"));
        QCOMPARE(frameOf({{"type", "connection_ack"}, {"version", 1}}).kind, FrameKind::Other);
        QCOMPARE(frameOf({{"type", "error"}}).kind, FrameKind::Error);
        for (const std::string& text :
             {std::string(), std::string("hello"), std::string("[]"), std::string("{}"),
              std::string("{\"type\":1}"), std::string("{\"type\":\"a\",\"type\":\"a\"}"),
              std::string("{\"type\":\"a\",\"requestId\":7}"), std::string("{\"type\":\"a\"}x"),
              std::string(frameMaxBytes, ' ') + "{\"type\":\"a\"}",
              "{\"type\":\"a\",\"requestId\":\"" + std::string(129, 'r') + "\"}"}) {
            const auto frame = parseFrame(text);
            QVERIFY2(!frame && codeOf(frame.error()) == u"MESSAGE_PARSE_FAILED"_s,
                     text.substr(0, 40).c_str());
        }
    }

    void handshakesAreChecked_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const char* code, Change change) {
            QTest::newRow(name) << change << QString::fromLatin1(code);
        };
        row("good", "", [](Json&) {});
        row("with 0x", "", [](Json& f) { f["encapsulatedSharedSecret"] = "0x" + toHex(Bytes(1088, 1)); });
        const char* const invalid = "HANDSHAKE_INVALID_RESPONSE";
        row("version 2", invalid, [](Json& f) { f["version"] = 2; });
        row("version text", invalid, [](Json& f) { f["version"] = "1"; });
        row("other type", invalid, [](Json& f) { f["type"] = "signMessage_response"; });
        row("ciphertext short", invalid,
            [](Json& f) { f["encapsulatedSharedSecret"] = toHex(Bytes(1087, 1)); });
        row("ciphertext long", invalid,
            [](Json& f) { f["encapsulatedSharedSecret"] = toHex(Bytes(1089, 1)); });
        row("ciphertext no hex", invalid, [](Json& f) { f["encapsulatedSharedSecret"] = "zz"; });
        row("no ciphertext", invalid, [](Json& f) { f.erase("encapsulatedSharedSecret"); });
        row("no connection", invalid, [](Json& f) { f.erase("connectionId"); });
        row("connection empty", invalid, [](Json& f) { f["connectionId"] = ""; });
        row("connection blank", invalid, [](Json& f) { f["connectionId"] = "  "; });
        row("connection long", invalid, [](Json& f) { f["connectionId"] = std::string(257, 'c'); });
        row("connection with a line end", invalid, [](Json& f) { f["connectionId"] = "a\nb"; });
        row("document a number", invalid, [](Json& f) { f["attestationDoc"] = 7; });
        row("no document", "ATTESTATION_DOCUMENT_MISSING", [](Json& f) { f.erase("attestationDoc"); });
        row("document empty", "ATTESTATION_DOCUMENT_MISSING", [](Json& f) { f["attestationDoc"] = ""; });
        row("document no base64", "ATTESTATION_DOCUMENT_DECODE",
            [](Json& f) { f["attestationDoc"] = "a*bc"; });
        row("document too long", "ATTESTATION_DOCUMENT_DECODE",
            [](Json& f) { f["attestationDoc"] = std::string(24 * 1024 + 4, 'A'); });
    }

    void handshakesAreChecked()
    {
        QFETCH(const Change, change);
        QFETCH(const QString, code);
        Json body = handshakeResponse();
        change(body);
        const auto response = parseHandshakeResponse(frameOf(body));
        QCOMPARE(response ? QString() : codeOf(response.error()), code);
        if (response) {
            QCOMPARE(response->ciphertext, Bytes(1088, 1));
            QCOMPARE(response->attestationDocument, Bytes(5000, 2));
        } else {
            QVERIFY(!response.error().sentence.isEmpty());
        }
    }

    void signaturesAreChecked()
    {
        const auto parse = [](SigningScheme scheme, const Json& signature) {
            return parseSignature(
                frameOf({{"type", "signMessage_response"}, {"version", 1}, {"signature", signature}}),
                scheme);
        };
        for (const std::size_t der : {0, 8, 70, 72}) {
            const Bytes bytes = ecdsaBytes(der);
            const auto signature = parse(SigningScheme::Ecdsa, toHex(bytes));
            QVERIFY(signature && *signature == Bytes(bytes.begin(), bytes.begin() + 65));
        }
        QVERIFY(parse(SigningScheme::Ecdsa, "0x" + toHex(ecdsaBytes(70))));
        QVERIFY(parse(SigningScheme::Ed25519, toHex(Bytes(64, 3))));

        Bytes badV = ecdsaBytes(0);
        badV[64] = 1;
        Bytes badDer = ecdsaBytes(70);
        badDer[66] = 70;
        Bytes noDer = ecdsaBytes(70);
        noDer[65] = 0x31;
        for (const Json& signature :
             {Json(toHex(badV)), Json(toHex(badDer)), Json(toHex(noDer)), Json(toHex(Bytes(64, 27))),
              Json(toHex(ecdsaBytes(0)) + "30"), Json(toHex(ecdsaBytes(7))), Json(toHex(ecdsaBytes(73))),
              Json(""), Json("zz"), Json("abc"), Json(7), Json::array()}) {
            const auto read = parse(SigningScheme::Ecdsa, signature);
            QVERIFY2(!read && codeOf(read.error()) == u"MESSAGE_PARSE_FAILED"_s, signature.dump().c_str());
        }
        QVERIFY(!parse(SigningScheme::Ed25519, toHex(Bytes(63, 3))));
        QVERIFY(!parse(SigningScheme::Ed25519, toHex(ecdsaBytes(0))));
    }

    void refusalsKeepTheServersWords()
    {
        const auto refusal = [](Json body) {
            body["type"] = "signMessage_response";
            body["version"] = 1;
            const auto read = parseSignature(frameOf(body), SigningScheme::Ed25519);
            return read ? QString() : read.error().detail;
        };
        QCOMPARE(
            refusal({{"error", {{"type", "HANDLER_ERROR"}, {"message", "room is gone"}, {"details", {1}}}}}),
            u"SERVER_ERROR: HANDLER_ERROR: room is gone"_s);
        QCOMPARE(refusal({{"signature", toHex(Bytes(64, 1))}, {"error", {{"message", "no"}}}}),
                 u"SERVER_ERROR: no"_s);
        QCOMPARE(refusal(Json::object()), u"SERVER_ERROR: no reason was given"_s);
        QCOMPARE(refusal({{"error", {{"message", "a\x07\x1b[31mb"}}}}), u"SERVER_ERROR: a..[31mb"_s);
        QCOMPARE(refusal({{"error", {{"message", "share 00112233445566778899aabbccddeeff is bad"}}}}),
                 u"SERVER_ERROR: share … is bad"_s);
        QVERIFY(refusal({{"error", {{"message", std::string(5000, 'x')}}}}).size() < 250);
        QCOMPARE(serverWords({{"type", "error"}, {"message", "busy"}}), u"busy"_s);
        QCOMPARE(serverWords({{"type", "error"}, {"error", "busy"}}), u"busy"_s);
    }
};

COUNTERSIGN_APPLESS_TEST(ForwardMpcFramesTest)
#include "ForwardMpcFrames_test.moc"
