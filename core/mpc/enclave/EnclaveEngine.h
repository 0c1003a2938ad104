#pragma once

#include "core/base/Clock.h"
#include "core/crypto/primitives/MlKem768.h"
#include "core/mpc/SigningEngine.h"
#include "core/mpc/enclave/EnclaveTrust.h"
#include "core/net/HttpExchange.h"

#include <QAbstractSocket>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <memory>
#include <string>

class QWebSocket;

namespace countersign {

namespace forwardMpc {
struct Frame;
struct HandshakeResponse;
}  // namespace forwardMpc

/// The SigningEngine over forward MPC (protocol reference §7), without Dynamic's library: an AWS Nitro
/// enclave takes the console's part in the ceremony. The share leaves this machine, encrypted to an enclave
/// that attestation vouched for in this very session, and not before. One connection per ceremony. A
/// connection that cannot be made is tried once more; nothing that was sent is ever sent again. Proxies as
/// core/net/Proxy.h says, as far as Qt's sockets know them. The detail of every Error begins with a code of
/// protocol reference §7.6 and a colon.
class EnclaveEngine final : public SigningEngine
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EnclaveEngine)

public:
    struct Options
    {
        QUrl url;  ///< wss, or ws to loopback (core/base/ServiceUrl.h)
        EnclaveTrust trust;
        std::chrono::milliseconds requestTimeout = std::chrono::seconds(30);  ///< for each of the two answers
        std::chrono::milliseconds connectTimeout =
            std::chrono::seconds(10);  ///< for each of the two attempts
        const Clock& clock;            ///< must outlive the engine
    };

    /// InvalidInput for an address by another rule than ServiceUrl's, a root that is no certificate, a PCR8
    /// not of 48 bytes.
    static Result<std::unique_ptr<EnclaveEngine>> make(Options options);
    ~EnclaveEngine() override;

    EngineKind kind() const override { return EngineKind::Enclave; }
    /// Errors: InvalidInput (the request, or an attestation document that cannot be read), BadSignature
    /// (attestation refused), Network, Busy (CONNECTION_RATE_LIMITED), Timeout, Cancelled. After Exchanged a
    /// failure says nothing about whether the enclave signed.
    void sign(CeremonyRequest request) override;
    void cancel() override;

private:
    enum class Phase { Idle, Connecting, Probing, Handshaking, Signing, Reporting };

    explicit EnclaveEngine(Options options);
    void begin();
    void openSocket();
    void onSocketError(QAbstractSocket::SocketError error);
    void onDisconnected();
    void onDeadline();
    void probe();
    void onProbed(int status);
    void retryOrFail();
    void shakeHands();
    void onFrame(const QByteArray& text);
    void onHandshakeResponse(const forwardMpc::Frame& frame);
    Status verify(const forwardMpc::HandshakeResponse& response) const;
    Status sendShare(const forwardMpc::HandshakeResponse& response);
    void dropSocket();
    void conclude(Result<Bytes> outcome);
    void report();

    Options m_options;
    HttpClient m_http;
    QTimer m_next;  ///< what comes after the caller has returned
    QTimer m_deadline;
    QWebSocket* m_socket = nullptr;
    PendingCallPtr m_probe;
    Phase m_phase = Phase::Idle;
    CeremonyRequest m_request;
    mlkem768::KeyPair m_keys;
    Bytes m_nonce;
    std::string m_requestId;
    int m_attempts = 0;
    Error m_connectError;  ///< of the last attempt
    Result<Bytes> m_outcome;
};

}  // namespace countersign
