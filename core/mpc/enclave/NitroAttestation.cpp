#include "core/mpc/enclave/NitroAttestation.h"

#include "core/base/SecretBytes.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/EcdsaP384.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/crypto/x509/CertificateChain.h"
#include "core/mpc/enclave/CoseSign1.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

constexpr std::uint8_t imageSignerPcr = 8;

struct NitroAttestationText
{
    Q_DECLARE_TR_FUNCTIONS(NitroAttestationText)
};

tl::unexpected<Error> refused(const char* code, QString sentence, const QString& why,
                              ErrorCode kind = ErrorCode::BadSignature)
{
    return failure(kind, std::move(sentence), QString::fromLatin1(code) + QStringLiteral(": ") + why);
}

tl::unexpected<Error> undecodable(const QString& why)
{
    return refused("ATTESTATION_DOCUMENT_DECODE",
                   NitroAttestationText::tr(
                       "The enclave's attestation document cannot be read, so nothing was sent to it. "
                       "Check the enclave's address."),
                   why, ErrorCode::InvalidInput);
}

tl::unexpected<Error> notAuthentic(const QString& why)
{
    return refused("ATTESTATION_DOCUMENT_INTEGRITY",
                   NitroAttestationText::tr(
                       "The enclave's attestation document is not genuine, so nothing was sent to it. "
                       "Do not use this enclave; tell whoever runs it."),
                   why);
}

tl::unexpected<Error> refusedChain(const ChainError& error)
{
    switch (error.fault) {
        case ChainFault::Expired:
            return refused("ATTESTATION_DOCUMENT_EXPIRED",
                           NitroAttestationText::tr(
                               "The enclave's attestation document has expired, so nothing was sent to it. "
                               "Check this computer's clock, then try again."),
                           error.detail);
        case ChainFault::NotYetValid:
            return refused(
                "ATTESTATION_DOCUMENT_INTEGRITY",
                NitroAttestationText::tr(
                    "The enclave's attestation document is not valid yet, so nothing was sent to it. "
                    "Check this computer's clock, then try again."),
                error.detail);
        default:
            return notAuthentic(error.detail);
    }
}

bool isZero(const Bytes& bytes)
{
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

Status checkMeasurement(const NitroDocument& document, BytesView pcr8)
{
    // In debug mode, where anybody may read an enclave's memory, the hypervisor zeroes PCR8 like PCR0 to 2. A
    // pinned value of zeros must not let that through. The others are not pinned (protocol reference §7.5).
    const auto pcr = document.pcrs.find(imageSignerPcr);
    if (pcr == document.pcrs.end() || isZero(pcr->second)) {
        return refused(
            "ATTESTATION_PCR_MISMATCH",
            NitroAttestationText::tr(
                "The enclave runs in debug mode or was not measured, so nothing was sent to it. Do "
                "not use this enclave; tell whoever runs it."),
            QStringLiteral("PCR8 is zero or missing"));
    }
    const Bytes& measured = pcr->second;
    if (!std::ranges::equal(measured, pcr8)) {
        return refused(
            "ATTESTATION_PCR_MISMATCH",
            NitroAttestationText::tr(
                "The enclave's image was signed by somebody else than the one trusted here, so nothing "
                "was sent to it. Ask Dynamic whether its signing certificate has changed."),
            QStringLiteral("PCR8 is %1").arg(QString::fromStdString(toHex(measured))));
    }
    return {};
}

Status checkNonce(const NitroDocument& document, BytesView nonce)
{
    if (!document.nonce || document.nonce->empty()) {
        return refused(
            "ATTESTATION_NONCE_MISSING",
            NitroAttestationText::tr(
                "The enclave's attestation document does not answer this session, so nothing was sent "
                "to it. Try again; if it happens again, do not use this enclave."),
            QStringLiteral("no nonce"));
    }
    const auto decoded = fromBase64(asText(*document.nonce));
    if (!decoded || decoded->size() != nonce.size() || !equalConstantTime(*decoded, nonce)) {
        return refused("ATTESTATION_NONCE_MISMATCH",
                       NitroAttestationText::tr(
                           "The enclave's attestation document answers another session, so nothing was sent "
                           "to it. Try again; if it happens again, do not use this enclave."),
                       QStringLiteral("another nonce"));
    }
    return {};
}

Status checkAge(UnixMillis timestamp, UnixMillis now)
{
    using std::chrono::milliseconds;
    // Compared as differences of what is positive, which cannot overflow.
    if (timestamp < now && now - timestamp > milliseconds(attestationMaxAge).count()) {
        return refused(
            "ATTESTATION_DOCUMENT_EXPIRED",
            NitroAttestationText::tr(
                "The enclave's attestation document is too old, so nothing was sent to it. Check this "
                "computer's clock, then try again."),
            QStringLiteral("made at %1").arg(QString::fromStdString(toIso8601(timestamp))));
    }
    if (timestamp > now && timestamp - now > milliseconds(attestationMaxAhead).count()) {
        return refused(
            "ATTESTATION_FAILED",
            NitroAttestationText::tr(
                "The enclave's attestation document comes from the future, so nothing was sent to it. "
                "Check this computer's clock, then try again."),
            QStringLiteral("made at %1").arg(QString::fromStdString(toIso8601(timestamp))));
    }
    return {};
}

}  // namespace

Result<NitroDocument> authenticateNitroDocument(BytesView coseSign1, const std::string& rootPem,
                                                UnixMillis now)
{
    const auto root = certificateFromPem(rootPem);
    if (!root) {
        return refused(
            "ATTESTATION_FAILED",
            NitroAttestationText::tr(
                "The certificate that enclaves are checked against cannot be read. Check the settings."),
            root.error().detail, ErrorCode::InvalidInput);
    }
    const auto message = parseCoseSign1(coseSign1);
    if (!message) {
        return undecodable(QStringLiteral("not a COSE_Sign1 message with ES384"));
    }
    auto document = parseNitroDocument(message->payload);
    if (!document) {
        return undecodable(document.error().detail);
    }
    const auto key = verifyP384Chain(document->bundle, document->certificate, *root, now);
    if (!key) {
        return refusedChain(key.error());
    }
    if (!p384::verify(*key, coseToBeSigned(*message), message->signature)) {
        return notAuthentic(QStringLiteral("the signature does not verify"));
    }
    return document;
}

Status checkNitroDocument(const NitroDocument& document, const AttestationExpectation& expected,
                          UnixMillis now)
{
    RETURN_IF_ERROR(checkMeasurement(document, expected.pcr8));
    const std::string challenge = toHex(sha256(expected.kemCiphertext));
    if (!document.userData || !std::ranges::equal(*document.userData, asBytes(challenge))) {
        return refused(
            "ATTESTATION_CHALLENGE_MISMATCH",
            NitroAttestationText::tr(
                "The enclave's attestation document belongs to another key exchange, so nothing was sent "
                "to it. Somebody may be listening in; do not use this connection."),
            QStringLiteral("user_data is not the hash of the ciphertext"));
    }
    RETURN_IF_ERROR(checkNonce(document, expected.nonce));
    return checkAge(document.timestamp, now);
}

}  // namespace countersign
