#include "core/mpc/enclave/CborReader.h"
#include "core/mpc/enclave/CoseSign1.h"
#include "core/mpc/enclave/EnclaveTrust.h"
#include "core/mpc/enclave/NitroAttestation.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

namespace {

constexpr UnixMillis documentTime = 1'665'651'482'136;  // of a real document, so that real chains verify

void checkDocument(BytesView payload)
{
    const auto document = parseNitroDocument(payload);
    if (!document) {
        require(document.error().code == ErrorCode::InvalidInput && !document.error().detail.isEmpty(),
                "a refusal has a reason");
        return;
    }
    require(!document->moduleId.empty() && document->timestamp > 0, "the mandatory fields are there");
    require(!document->pcrs.empty() && document->pcrs.size() <= 32, "1 to 32 PCRs");
    const std::size_t length = document->pcrs.begin()->second.size();
    require(length == 32 || length == 48 || length == 64, "PCRs are digests");
    for (const auto& [index, value] : document->pcrs) {
        require(index < 32 && value.size() == length, "PCRs have one length");
    }
    require(!document->certificate.empty() && document->certificate.size() <= 1024,
            "the certificate is bounded");
    require(!document->bundle.empty() && document->bundle.size() <= 8, "the bundle is bounded");
    require(!document->userData || document->userData->size() <= 512, "user_data is bounded");
    require(!document->nonce || document->nonce->size() <= 512, "the nonce is bounded");
    require(!document->publicKey || (!document->publicKey->empty() && document->publicKey->size() <= 1024),
            "the public key is bounded");
    const Bytes zeros(48, 0);
    require(!checkNitroDocument(*document, {zeros, payload, payload}, documentTime),
            "zeros are never a measurement");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    checkDocument(input);
    if (const auto message = parseCoseSign1(input)) {
        require(message->signature.size() == 96 && !message->payload.empty(), "a message is complete");
        const Bytes signedBytes = coseToBeSigned(*message);
        require(signedBytes.size() > message->payload.size() + message->protectedHeader.size(),
                "everything is signed");
        checkDocument(message->payload);
    }
    const auto authentic = authenticateNitroDocument(input, awsNitroRootPem(), documentTime);
    require(authentic || authentic.error().detail.startsWith(QStringLiteral("ATTESTATION_")),
            "a refusal has its code");
    return 0;
}
