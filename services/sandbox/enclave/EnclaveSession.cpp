#include "services/sandbox/enclave/EnclaveSession.h"

#include "core/base/Random.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/AesGcm.h"
#include "core/crypto/primitives/Hkdf.h"
#include "core/crypto/primitives/MlKem768.h"
#include "services/sandbox/Sandbox.h"

#include <boost/asio/post.hpp>

namespace countersign::sandbox {

namespace {

constexpr std::size_t maxWaiting = 16;
constexpr std::uint16_t policyViolation = 1008;
constexpr std::uint16_t goingAway = 1001;
constexpr std::size_t gcmNonceBytes = 12;

Json errorOf(std::string_view type, const std::string& message)
{
    return Json{{"type", type}, {"message", message}, {"details", Json::object()}};
}

Json errorFrame(std::string_view responseType, const std::string& requestId, std::string_view type,
                const std::string& message)
{
    Json frame{{"type", responseType}, {"version", 1}, {"error", errorOf(type, message)}};
    if (!requestId.empty()) {
        frame["requestId"] = requestId;
    }
    return frame;
}

}  // namespace

EnclaveSession::EnclaveSession(const Enclave& enclave, boost::asio::thread_pool& workers)
    : m_enclave(enclave), m_workers(workers)
{}

http::WebSocketSession::Limits EnclaveSession::limits() const
{
    Limits limits;
    limits.maxMessageBytes = maxEnclaveFrameBytes;
    return limits;
}

void EnclaveSession::opened(std::shared_ptr<http::Outbox> outbox)
{
    m_outbox = std::move(outbox);
}

void EnclaveSession::received(std::string message)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_waiting.size() >= maxWaiting) {
            m_outbox->finish(policyViolation, "Too many requests at once.");
            return;
        }
        m_waiting.push_back(std::move(message));
        if (std::exchange(m_working, true)) {
            return;
        }
    }
    boost::asio::post(m_workers, [self = shared_from_this()] { self->work(); });
}

/// One message after the other: a handshake changes what the next one is read with.
void EnclaveSession::work()
{
    while (true) {
        std::string message;
        {
            const std::scoped_lock lock(m_mutex);
            if (m_waiting.empty()) {
                m_working = false;
                return;
            }
            message = std::move(m_waiting.front());
            m_waiting.pop_front();
        }
        handle(message);
    }
}

void EnclaveSession::handle(std::string_view message)
{
    const auto frame = parseEnclaveFrame(message);
    if (!frame) {
        const EnclaveRefusal& refusal = frame.error();
        send(errorFrame(refusal.responseType, refusal.requestId, refusal.errorType, refusal.message));
        return;
    }
    if (const auto* asked = std::get_if<EnclaveHandshake>(&frame->content)) {
        const auto fault = m_enclave.faults.takeEnclave(Faults::Phase::Handshake);
        if (!fault || !strike(*fault, frame->requestId, "error")) {
            send(handshake(frame->requestId, *asked, fault));
        }
    } else if (const auto* request = std::get_if<EnclaveSignRequest>(&frame->content)) {
        signMessage(frame->requestId, *request);
    } else {
        send(acknowledgement(frame->requestId));
    }
}

bool EnclaveSession::strike(EnclaveFault fault, const std::string& requestId, const char* responseType)
{
    const std::string message = "A fault was asked for.";
    switch (fault) {
        case EnclaveFault::Error:
            send(errorFrame(responseType, requestId, "HANDLER_ERROR", message));
            return true;
        case EnclaveFault::ErrorFrame:
            send(errorFrame("error", requestId, "HANDLER_ERROR", message));
            return true;
        case EnclaveFault::Silence:
            return true;
        case EnclaveFault::ForeignRequestId:
            send(errorFrame(responseType, "req_0000000000000000", "HANDLER_ERROR", message));
            return true;
        case EnclaveFault::NotJson:
            m_outbox->put("this is no JSON");
            return true;
        case EnclaveFault::Close1001:
            m_outbox->finish(goingAway, message);
            return true;
        case EnclaveFault::DropWhileSigning:
            m_outbox->cut();
            return true;
        case EnclaveFault::NoSignature:
            send(Json{{"type", responseType}, {"version", 1}, {"requestId", requestId}});
            return true;
        default:
            return false;
    }
}

Json EnclaveSession::handshake(const std::string& requestId, const EnclaveHandshake& asked,
                               std::optional<EnclaveFault> fault)
{
    Result<mlkem768::Encapsulated> agreed = mlkem768::encapsulate(asked.challenge);
    if (!agreed) {
        return errorFrame("error", requestId, "VALIDATION_ERROR", "challenge is no encapsulation key.");
    }
    if (fault == EnclaveFault::WrongCiphertext) {
        agreed->sharedSecret = SecretBytes::random(mlkem768::sharedSecretBytes);
    }
    if (fault == EnclaveFault::ShortCiphertext) {
        agreed->ciphertext.pop_back();
    }
    const Result<Bytes> document = m_enclave.attestor.document(asked.nonce, agreed->ciphertext, fault);
    if (!document) {
        return errorFrame("error", requestId, "HANDLER_ERROR", "The attestation document could not be made.");
    }
    m_sharedSecret = std::move(agreed->sharedSecret);
    m_connectionId = randomUuid();
    Json frame{{"type", "handshake_response"},
               {"version", 1},
               {"encapsulatedSharedSecret", toHex(agreed->ciphertext)},
               {"attestationDoc", toBase64(*document)},
               {"connectionId", fault == EnclaveFault::EmptyConnectionId ? std::string() : m_connectionId},
               {"requestId", requestId}};
    if (fault == EnclaveFault::NoAttestation) {
        frame.erase("attestationDoc");
    }
    return frame;
}

Json EnclaveSession::acknowledgement(const std::string& requestId) const
{
    return Json{{"type", "connection_ack_response"},
                {"version", 1},
                {"status", "acknowledged"},
                {"timestamp", toIso8601(m_enclave.clock.now())},
                {"requestId", requestId}};
}

tl::expected<DelegatedShare, EnclaveSession::Refusal> EnclaveSession::openShare(
    const EnclaveSignRequest& request) const
{
    const auto refused = [](const char* type, const char* message) {
        return tl::unexpected<Refusal>(Refusal{type, message});
    };
    if (m_sharedSecret.isEmpty()) {
        return refused("CONNECTION_ERROR", "There was no handshake on this connection.");
    }
    if (request.relayDomain != simulatedRelayDomain) {
        return refused("VALIDATION_ERROR", "relayDomain is not this sandbox's.");
    }
    if (request.environmentId && *request.environmentId != m_enclave.sandbox.identity().environmentId) {
        return refused("VALIDATION_ERROR", "environmentId is not this sandbox's.");
    }
    if (request.signingAlgo == "ecdsa" && request.derivationPath != evmDerivationPath()) {
        return refused("VALIDATION_ERROR", "derivationPath is not the wallet's.");
    }
    const BytesView payload = request.encryptedPayload;
    const Result<SecretBytes> key =
        hkdfSha256(m_sharedSecret, request.salt, "forward-mpc-keyshare-v1-" + m_connectionId, aesGcmKeyBytes);
    if (!key) {
        return refused("HANDLER_ERROR", "The key share could not be opened.");
    }
    const std::optional<SecretBytes> plaintext =
        aesGcmDecrypt(*key, payload.first(gcmNonceBytes), {},
                      payload.subspan(gcmNonceBytes, payload.size() - gcmNonceBytes - aesGcmTagBytes),
                      payload.last(aesGcmTagBytes));
    if (!plaintext) {
        return refused("HANDLER_ERROR", "The key share could not be opened.");
    }
    Result<DelegatedShare> share = parseKeysharePlaintext(*plaintext, request.signingAlgo);
    if (!share) {
        return refused("VALIDATION_ERROR", "The key share is not one of this sandbox.");
    }
    if (request.walletId && *request.walletId != share->walletId) {
        return refused("VALIDATION_ERROR", "The key share is of another wallet.");
    }
    return std::move(*share);
}

tl::expected<JointSignature, EnclaveSession::Refusal> EnclaveSession::sign(const EnclaveSignRequest& request)
{
    const auto share = openShare(request);
    if (!share) {
        return tl::unexpected<Refusal>(share.error());
    }
    const Result<SigningRoom> room = m_enclave.rooms.claim(request.roomId, share->walletId);
    if (!room) {
        return tl::unexpected<Refusal>(Refusal{"HANDLER_ERROR", room.error().sentence.toStdString()});
    }
    auto signature = signInRoom(*room, request, *share);
    if (signature) {
        m_enclave.rooms.complete(room->roomId, m_enclave.sandbox.ceremonyJson(*room));
    } else {
        m_enclave.rooms.fail(room->roomId, Json{{"error", signature.error().message}});
    }
    return signature;
}

tl::expected<JointSignature, EnclaveSession::Refusal> EnclaveSession::signInRoom(
    const SigningRoom& room, const EnclaveSignRequest& request, const DelegatedShare& share)
{
    const Result<Bytes> toSign = bytesToSign(request);
    if (!toSign || *toSign != room.toSign) {
        return tl::unexpected<Refusal>(
            Refusal{"HANDLER_ERROR", "The parties do not agree on what is to be signed."});
    }
    Result<JointSignature> issued = m_enclave.sandbox.issueSignature(room, share);
    if (!issued) {
        return tl::unexpected<Refusal>(Refusal{"HANDLER_ERROR", issued.error().sentence.toStdString()});
    }
    return std::move(*issued);
}

void EnclaveSession::signMessage(const std::string& requestId, const EnclaveSignRequest& request)
{
    const auto fault = m_enclave.faults.takeEnclave(Faults::Phase::Signing);
    if (fault && strike(*fault, requestId, "signMessage_response")) {
        return;
    }
    if (fault == EnclaveFault::WrongSignature) {
        const bool ecdsa = request.signingAlgo == "ecdsa";
        const SecretBytes stranger = ecdsa ? secp256k1::generateScalar() : ed25519::randomScalar();
        const Bytes digest = bytesToSign(request).value_or(Bytes(32));
        const auto wrapped = [](const auto& signature) { return JointSignature{signature}; };
        answerSigned(requestId,
                     ecdsa ? *secp256k1::sign(stranger, digest).map(wrapped)
                           : *ed25519::signWithScalar(stranger, digest).map(wrapped),
                     fault);
        return;
    }
    auto signature = sign(request);
    if (!signature) {
        send(
            errorFrame("signMessage_response", requestId, signature.error().type, signature.error().message));
        return;
    }
    answerSigned(requestId, std::move(*signature), fault);
}

void EnclaveSession::answerSigned(const std::string& requestId, JointSignature signature,
                                  std::optional<EnclaveFault> fault)
{
    if (fault == EnclaveFault::DropAfterSigning) {
        m_outbox->cut();
        return;
    }
    if (fault == EnclaveFault::HighS) {
        signature = signature.withHighS();
    }
    send(Json{{"type", "signMessage_response"},
              {"version", 1},
              {"signature", toHex(signature.toWire())},
              {"requestId", requestId}});
}

}  // namespace countersign::sandbox
