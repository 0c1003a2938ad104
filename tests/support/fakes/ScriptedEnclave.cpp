#include "tests/support/fakes/ScriptedEnclave.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/AesGcm.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Hkdf.h"
#include "core/crypto/primitives/MlKem768.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "core/crypto/primitives/Sha256.h"

#include <QWebSocket>

#include <openssl/ecdsa.h>

namespace countersign::test {

namespace {

constexpr const char* connectionId = "conn-1";

}  // namespace

Bytes ecdsaBuffer(const SecretBytes& scalar, BytesView digest)
{
    const auto signature = secp256k1::sign(scalar, digest);
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
    ECDSA_SIG_set0(pair.get(), BN_bin2bn(signature->r.data(), 32, nullptr),
                   BN_bin2bn(signature->s.data(), 32, nullptr));
    Bytes buffer(signature->r.begin(), signature->r.end());
    buffer.insert(buffer.end(), signature->s.begin(), signature->s.end());
    buffer.push_back(static_cast<std::uint8_t>(27 + signature->recoveryId));
    Bytes der(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), nullptr)));
    unsigned char* out = der.data();
    i2d_ECDSA_SIG(pair.get(), &out);
    buffer.insert(buffer.end(), der.begin(), der.end());
    return buffer;
}

ScriptedEnclave::ScriptedEnclave(UnixMillis now, const std::optional<QSslConfiguration>& tls)
    : ecdsaKey(secp256k1::generateScalar()),
      seed(SecretBytes::random(32)),
      m_server(QStringLiteral("enclave"),
               tls ? QWebSocketServer::SecureMode : QWebSocketServer::NonSecureMode),
      m_now(now),
      m_chain(NitroChain::make(now))
{
    if (tls) {
        m_server.setSslConfiguration(*tls);
    }
    if (!m_server.listen(QHostAddress::LocalHost)) {
        qFatal("cannot listen: %s", qPrintable(m_server.errorString()));
    }
    connect(&m_server, &QWebSocketServer::newConnection, this, &ScriptedEnclave::onConnection);
}

void ScriptedEnclave::onConnection()
{
    ++connections;
    QWebSocket* peer = m_server.nextPendingConnection();
    peer->setParent(this);
    connect(peer, &QWebSocket::textMessageReceived, this,
            [this, peer](const QString& text) { onText(peer, text); });
    connect(peer, &QWebSocket::disconnected, peer, &QObject::deleteLater);
}

void ScriptedEnclave::onText(QWebSocket* peer, const QString& text)
{
    const Json frame = *parseJson(text.toStdString());
    if (frame["type"] == "handshake") {
        handshake = frame;
        if (hangsUpOnHandshake) {
            peer->abort();
        } else if (!isSilentOnHandshake) {
            shakeHands(peer);
        }
        return;
    }
    request = frame;
    if (hangsUpOnSigning) {
        peer->abort();
    } else if (!isSilentOnSigning) {
        sign(peer);
    }
}

void ScriptedEnclave::answer(QWebSocket* peer, const Json& frame)
{
    for (const QString& text : before) {
        peer->sendTextMessage(text);
    }
    const std::string text = dumpJson(frame);
    if (answersInBinary) {
        peer->sendBinaryMessage(QByteArray::fromStdString(text));
    } else {
        peer->sendTextMessage(QString::fromStdString(text));
    }
}

void ScriptedEnclave::shakeHands(QWebSocket* peer)
{
    auto exchange = *mlkem768::encapsulate(*fromHex(handshake["challenge"].get<std::string>()));
    m_sessionKey = std::move(exchange.sharedSecret);
    NitroFields fields = goodFields(m_chain, m_now);
    const std::string challenge = toHex(sha256(exchange.ciphertext));
    fields.userData = toBytes(asBytes(challenge));
    fields.nonce = toBytes(asBytes(toBase64(*fromHex(handshake["nonce"].get<std::string>()))));
    if (changeDocument) {
        changeDocument(fields);
    }
    Json response = {{"type", "handshake_response"},
                     {"version", 1},
                     {"encapsulatedSharedSecret", toHex(exchange.ciphertext)},
                     {"attestationDoc", toBase64(makeDocument(fields, m_chain))},
                     {"connectionId", connectionId},
                     {"requestId", handshake["requestId"]}};
    if (changeHandshake) {
        changeHandshake(response);
    }
    answer(peer, response);
}

void ScriptedEnclave::sign(QWebSocket* peer)
{
    const Bytes payload = *fromHex(request["keyshare"]["encryptedPayload"].get<std::string>());
    const BytesView sealed(payload);
    const auto key = hkdfSha256(m_sessionKey, *fromHex(request["keyshare"]["salt"].get<std::string>()),
                                std::string("forward-mpc-keyshare-v1-") + connectionId, aesGcmKeyBytes);
    const auto opened =
        aesGcmDecrypt(*key, sealed.first(12), {}, sealed.subspan(12, sealed.size() - 28), sealed.last(16));
    Json response = {{"type", "signMessage_response"}, {"version", 1}};
    if (opened) {
        shareDocument = std::string(opened->text());
        const Bytes message = *fromHex(request["message"].get<std::string>());
        const bool isEcdsa = request["signingAlgo"] == "ecdsa";
        response["signature"] =
            isEcdsa ? toHex(ecdsaBuffer(ecdsaKey, message)) : toHex(*ed25519::sign(seed, message));
    } else {
        response["error"] = {{"type", "HANDLER_ERROR"}, {"message", "cannot open the share"}};
    }
    response["requestId"] = request["requestId"];
    if (changeSignature) {
        changeSignature(response);
    }
    answer(peer, response);
}

}  // namespace countersign::test
