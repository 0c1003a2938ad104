#include "core/mpc/enclave/EnclaveEngine.h"

#include "core/base/Random.h"
#include "core/base/ServiceUrl.h"
#include "core/crypto/x509/CertificateChain.h"
#include "core/mpc/enclave/ForwardMpcFrames.h"
#include "core/mpc/enclave/NitroAttestation.h"
#include "core/net/Proxy.h"

#include <QCoreApplication>
#include <QNetworkProxy>
#include <QWebSocket>

#include <utility>

namespace countersign {

using namespace forwardMpc;

namespace {

constexpr std::size_t pcrBytes = 48;
constexpr int maxAttempts = 2;
constexpr std::chrono::milliseconds probeTime{1500};
constexpr int tooManyRequests = 429;

struct EnclaveEngineText
{
    Q_DECLARE_TR_FUNCTIONS(EnclaveEngineText)
};

Error errorOf(ErrorCode kind, const char* code, const char* sentence, const QString& why)
{
    return {kind, EnclaveEngineText::tr(sentence), QString::fromLatin1(code) + QStringLiteral(": ") + why};
}

Error errorOfSocket(QAbstractSocket::SocketError error, const QString& words)
{
    const QString why = QStringLiteral("socket error %1: %2").arg(error).arg(words);
    switch (error) {
        case QAbstractSocket::SslHandshakeFailedError:
        case QAbstractSocket::SslInternalError:
        case QAbstractSocket::SslInvalidUserDataError:
            return errorOf(
                ErrorCode::Network, "CONNECTION_FAILED",
                QT_TRANSLATE_NOOP("EnclaveEngineText",
                                  "The enclave's certificate is not trusted, so nothing was sent. Check "
                                  "the address and the network."),
                why);
        case QAbstractSocket::HostNotFoundError:
            return errorOf(
                ErrorCode::Network, "CONNECTION_FAILED",
                QT_TRANSLATE_NOOP("EnclaveEngineText",
                                  "The enclave's host name is unknown. Check the address and the network."),
                why);
        default:
            return errorOf(
                ErrorCode::Network, "CONNECTION_FAILED",
                QT_TRANSLATE_NOOP("EnclaveEngineText",
                                  "The enclave cannot be reached. Check the address and the network, then "
                                  "try again."),
                why);
    }
}

/// Whether somebody may have answered and said why: Qt calls a refused upgrade a refused connection.
bool isWorthProbing(QAbstractSocket::SocketError error)
{
    switch (error) {
        case QAbstractSocket::HostNotFoundError:
        case QAbstractSocket::NetworkError:
        case QAbstractSocket::SslHandshakeFailedError:
        case QAbstractSocket::SslInternalError:
        case QAbstractSocket::SslInvalidUserDataError:
            return false;
        default:
            return true;
    }
}

}  // namespace

Result<std::unique_ptr<EnclaveEngine>> EnclaveEngine::make(Options options)
{
    ASSIGN_OR_RETURN(auto url,
                     parseServiceUrl(options.url.toString(QUrl::FullyEncoded), ServiceScheme::WebSocket));
    options.url = std::move(url);
    if (!certificateFromPem(options.trust.rootPem) || options.trust.pcr8.size() != pcrBytes) {
        return failure(
            ErrorCode::InvalidInput,
            EnclaveEngineText::tr(
                "What the enclave is checked against (root certificate and PCR8) cannot be used. Check "
                "the settings."));
    }
    return std::unique_ptr<EnclaveEngine>(new EnclaveEngine(std::move(options)));
}

EnclaveEngine::EnclaveEngine(Options options) : m_options(std::move(options))
{
    m_next.setSingleShot(true);
    m_deadline.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, [this] { m_phase == Phase::Reporting ? report() : begin(); });
    connect(&m_deadline, &QTimer::timeout, this, &EnclaveEngine::onDeadline);
}

EnclaveEngine::~EnclaveEngine()
{
    dropSocket();
}

void EnclaveEngine::sign(CeremonyRequest request)
{
    if (m_phase != Phase::Idle) {
        Q_ASSERT_X(false, "sign", "one ceremony at a time");
        return;
    }
    m_request = std::move(request);
    m_phase = Phase::Connecting;
    m_attempts = 0;
    m_next.start(0);
}

void EnclaveEngine::cancel()
{
    if (m_phase != Phase::Idle && m_phase != Phase::Reporting) {
        conclude(failure(ErrorCode::Cancelled, EnclaveEngineText::tr("Stopped."),
                         QStringLiteral("SESSION_DISPOSED: cancelled")));
    }
}

void EnclaveEngine::begin()
{
    if (auto fits = checkRequest(m_request); !fits) {
        conclude(failure(std::move(fits.error())));
        return;
    }
    Q_EMIT progressed(CeremonyStage::Starting);
    if (m_phase == Phase::Connecting) {
        openSocket();
    }
}

void EnclaveEngine::openSocket()
{
    m_phase = Phase::Connecting;
    ++m_attempts;
    const auto proxy = proxyFor(m_options.url).and_then(socketProxy);
    if (!proxy) {
        conclude(failure(proxy.error().code, proxy.error().sentence,
                         QStringLiteral("CONNECTION_FAILED: ") + proxy.error().detail));
        return;
    }
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setMaxAllowedIncomingFrameSize(frameMaxBytes);
    m_socket->setMaxAllowedIncomingMessageSize(frameMaxBytes);
    m_socket->setProxy(*proxy);
    connect(m_socket, &QWebSocket::connected, this, &EnclaveEngine::shakeHands);
    connect(m_socket, &QWebSocket::disconnected, this, &EnclaveEngine::onDisconnected);
    connect(m_socket, QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error), this,
            &EnclaveEngine::onSocketError);
    connect(m_socket, &QWebSocket::textMessageReceived, this,
            [this](const QString& text) { onFrame(text.toUtf8()); });
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, &EnclaveEngine::onFrame);
    QNetworkRequest request(m_options.url);
    request.setRawHeader("User-Agent", "Countersign/" COUNTERSIGN_VERSION);
    m_deadline.start(m_options.connectTimeout);
    m_socket->open(request);
}

void EnclaveEngine::onSocketError(QAbstractSocket::SocketError error)
{
    if (m_phase != Phase::Connecting) {
        return;  // disconnected() follows, and knows the close code
    }
    m_connectError = errorOfSocket(error, m_socket->errorString());
    dropSocket();
    if (isWorthProbing(error)) {
        probe();
    } else {
        retryOrFail();
    }
}

void EnclaveEngine::onDisconnected()
{
    if (m_phase == Phase::Connecting) {
        onSocketError(QAbstractSocket::RemoteHostClosedError);
        return;
    }
    const QString why = QStringLiteral("close code %1").arg(m_socket->closeCode());
    if (m_phase == Phase::Handshaking) {
        conclude(failure(
            errorOf(ErrorCode::Network, "TRANSPORT_CLOSED",
                    QT_TRANSLATE_NOOP("EnclaveEngineText",
                                      "The enclave hung up before it had received anything. Try again."),
                    why)));
    } else {
        conclude(failure(
            errorOf(ErrorCode::Network, "TRANSPORT_CLOSED",
                    QT_TRANSLATE_NOOP("EnclaveEngineText",
                                      "The enclave hung up while it was signing; whether it signed is not "
                                      "known."),
                    why)));
    }
}

void EnclaveEngine::onDeadline()
{
    if (m_phase == Phase::Connecting) {
        m_connectError = errorOf(
            ErrorCode::Timeout, "CONNECTION_TIMEOUT",
            QT_TRANSLATE_NOOP("EnclaveEngineText",
                              "The enclave cannot be reached in time. Check the network, then try again."),
            QStringLiteral("no connection"));
        dropSocket();
        retryOrFail();
        return;
    }
    conclude(failure(
        errorOf(ErrorCode::Timeout, "REQUEST_TIMEOUT",
                m_phase == Phase::Signing
                    ? QT_TRANSLATE_NOOP("EnclaveEngineText",
                                        "The enclave did not answer in time; whether it signed is not known.")
                    : QT_TRANSLATE_NOOP(
                          "EnclaveEngineText",
                          "The enclave did not answer in time; it had not received anything. Try again."),
                QStringLiteral("no answer"))));
}

/// A failed upgrade hides its HTTP status, so the same address is asked once more, plainly, as the official
/// client does (protocol reference §7.2).
void EnclaveEngine::probe()
{
    m_phase = Phase::Probing;
    m_deadline.stop();
    QUrl address = m_options.url;
    address.setScheme(address.scheme() == QStringLiteral("wss") ? QStringLiteral("https")
                                                                : QStringLiteral("http"));
    HttpRequest request;
    request.url = address;
    request.silence = request.total = probeTime;
    m_probe =
        m_http.stream(std::move(request),
                      {.head = [this](const HttpHead& head) { onProbed(head.status); },  // all that is wanted
                       .data = {},
                       .ended = [this](const Status&) { onProbed(0); }});
}

void EnclaveEngine::onProbed(int status)
{
    m_probe.reset();
    if (status == tooManyRequests) {
        conclude(failure(
            errorOf(ErrorCode::Busy, "CONNECTION_RATE_LIMITED",
                    QT_TRANSLATE_NOOP("EnclaveEngineText",
                                      "The enclave's service asks for patience: too many requests. Wait a "
                                      "little, then try again."),
                    QStringLiteral("HTTP 429"))));
        return;
    }
    if (status != 0) {
        m_connectError.detail += QStringLiteral(", HTTP %1").arg(status);
    }
    retryOrFail();
}

void EnclaveEngine::retryOrFail()
{
    if (m_attempts < maxAttempts) {
        openSocket();
    } else {
        conclude(failure(m_connectError));
    }
}

void EnclaveEngine::shakeHands()
{
    m_phase = Phase::Handshaking;
    m_keys = mlkem768::generate();
    m_nonce = randomBytes(nonceBytes);
    m_requestId = newRequestId();
    m_deadline.start(m_options.requestTimeout);
    m_socket->sendTextMessage(
        QString::fromStdString(encodeHandshake(m_keys.publicKey, m_nonce, m_requestId)));
}

void EnclaveEngine::onFrame(const QByteArray& text)
{
    if (m_phase != Phase::Handshaking && m_phase != Phase::Signing) {
        return;
    }
    auto frame = parseFrame({text.constData(), static_cast<std::size_t>(text.size())});
    if (!frame) {
        conclude(failure(std::move(frame.error())));
        return;
    }
    const bool isForUs =
        frame->requestId ? *frame->requestId == m_requestId : frame->kind == FrameKind::Error;
    if (!isForUs || frame->kind == FrameKind::Other) {
        return;
    }
    if (frame->kind == FrameKind::Error) {
        conclude(failure(
            errorOf(ErrorCode::Network, m_phase == Phase::Handshaking ? "HANDSHAKE_FAILED" : "SERVER_ERROR",
                    QT_TRANSLATE_NOOP("EnclaveEngineText",
                                      "The enclave could not do it. Its words are in the details."),
                    serverWords(frame->body))));
    } else if (m_phase == Phase::Handshaking) {
        onHandshakeResponse(*frame);
    } else {
        conclude(parseSignature(*frame, m_request.scheme));
    }
}

void EnclaveEngine::onHandshakeResponse(const Frame& frame)
{
    const auto response = parseHandshakeResponse(frame);
    if (!response) {
        conclude(failure(response.error()));
        return;
    }
    if (auto verified = verify(*response); !verified) {
        conclude(failure(std::move(verified.error())));
        return;
    }
    Q_EMIT progressed(CeremonyStage::Attested);
    if (m_phase != Phase::Handshaking) {
        return;  // cancelled by whoever listened
    }
    if (auto sent = sendShare(*response); !sent) {
        conclude(failure(std::move(sent.error())));
        return;
    }
    Q_EMIT progressed(CeremonyStage::Exchanged);
}

Status EnclaveEngine::verify(const HandshakeResponse& response) const
{
    const UnixMillis now = m_options.clock.now();
    const auto document =
        authenticateNitroDocument(response.attestationDocument, m_options.trust.rootPem, now);
    if (!document) {
        return failure(document.error());
    }
    return checkNitroDocument(*document, {m_options.trust.pcr8, response.ciphertext, m_nonce}, now);
}

Status EnclaveEngine::sendShare(const HandshakeResponse& response)
{
    const auto sessionKey = mlkem768::decapsulate(response.ciphertext, m_keys.secretKey);
    m_keys.secretKey.wipe();
    if (!sessionKey) {
        return failure(sessionKey.error());
    }
    const auto document =
        shareDocument(m_request.share.view(), m_request.scheme, m_options.clock.now(), randomBytes(16));
    m_request.share.wipe();
    if (!document) {
        return failure(document.error());
    }
    const auto share =
        encryptShare(*document, *sessionKey, response.connectionId, randomBytes(saltBytes), randomBytes(12));
    if (!share) {
        return failure(share.error());
    }
    m_phase = Phase::Signing;
    m_requestId = newRequestId();
    m_deadline.start(m_options.requestTimeout);
    m_socket->sendTextMessage(QString::fromStdString(encodeSignMessage(m_request, *share, m_requestId)));
    return {};
}

void EnclaveEngine::dropSocket()
{
    m_deadline.stop();
    QWebSocket* socket = std::exchange(m_socket, nullptr);
    if (socket == nullptr) {
        return;
    }
    socket->disconnect(this);
    if (socket->state() == QAbstractSocket::ConnectedState) {
        socket->close(QWebSocketProtocol::CloseCodeNormal);
    }
    // Perhaps one of its own signals led here.
    socket->deleteLater();
}

void EnclaveEngine::conclude(Result<Bytes> outcome)
{
    dropSocket();
    m_probe.reset();
    m_request = {};
    m_keys = {};
    m_nonce.clear();
    m_outcome = std::move(outcome);
    m_phase = Phase::Reporting;
    m_next.start(0);
}

void EnclaveEngine::report()
{
    m_phase = Phase::Idle;
    const Result<Bytes> outcome = std::exchange(m_outcome, Bytes());
    Q_EMIT finished(outcome);
}

}  // namespace countersign
