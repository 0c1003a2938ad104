#pragma once

#include "core/base/SecretBytes.h"
#include "core/base/encoding/Json.h"
#include "tests/support/fixtures/signing/NitroFixture.h"

#include <QSslConfiguration>
#include <QUrl>
#include <QWebSocketServer>

#include <functional>
#include <optional>
#include <vector>

class QWebSocket;

namespace countersign::test {

/// A fake enclave that does its part in C++ and breaks any rule on demand, under a root of its own. It
/// SIMULATES: where the real one would run rounds with Dynamic's server, this one holds the whole key.
class ScriptedEnclave : public QObject
{
    Q_OBJECT

public:
    /// now: what the documents say, and what their certificates are valid at.
    /// tls: with a certificate and its key it listens by wss, else by ws.
    explicit ScriptedEnclave(UnixMillis now, const std::optional<QSslConfiguration>& tls = std::nullopt);

    QUrl url() const { return m_server.serverUrl(); }
    const NitroChain& chain() const { return m_chain; }

    // The rules to break; each sees what would be sent otherwise.
    std::function<void(NitroFields&)> changeDocument;
    std::function<void(Json&)> changeHandshake;
    std::function<void(Json&)> changeSignature;
    std::vector<QString> before;  ///< frames sent in front of every answer
    bool answersInBinary = false;
    bool hangsUpOnHandshake = false;
    bool hangsUpOnSigning = false;
    bool isSilentOnHandshake = false;
    bool isSilentOnSigning = false;

    // What was received.
    int connections = 0;
    Json handshake;
    Json request;
    std::string shareDocument;  ///< decrypted; empty when it could not be opened

    SecretBytes ecdsaKey;  ///< secp256k1 scalar
    SecretBytes seed;      ///< Ed25519

private:
    void onConnection();
    void onText(QWebSocket* peer, const QString& text);
    void answer(QWebSocket* peer, const Json& frame);
    void shakeHands(QWebSocket* peer);
    void sign(QWebSocket* peer);

    QWebSocketServer m_server;
    UnixMillis m_now;
    NitroChain m_chain;
    SecretBytes m_sessionKey;
};

/// r ‖ s ‖ v ‖ DER, as Dynamic's signer gives it (protocol reference §4.3).
Bytes ecdsaBuffer(const SecretBytes& scalar, BytesView digest);

}  // namespace countersign::test
