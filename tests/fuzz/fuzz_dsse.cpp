#include "core/crypto/envelopes/Dsse.h"
#include "tests/fuzz/Require.h"

#include <array>

using namespace countersign;

namespace {

const SecretBytes& seed()
{
    static const SecretBytes fixed(ed25519::seedBytes);
    return fixed;
}

void checkSigning(std::string_view type, BytesView payload)
{
    const auto text = signDsse(type, payload, seed());
    if (!text || text->size() > dsseMaxBytes) {
        return;
    }
    const auto envelope = parseDsse(*text);
    if (!envelope) {
        return;  // a type that is no text of an envelope
    }
    const std::array<ed25519::PublicKey, 1> keys = {*ed25519::publicKey(seed())};
    require(envelope->payload == toBytes(payload), "the payload comes back");
    require(verifyDsse(*envelope, keys) == keys.front(), "its signer is found");
    DsseEnvelope changed = *envelope;
    changed.payload.push_back(0);
    require(!verifyDsse(changed, keys), "another payload is not signed");
    changed = *envelope;
    changed.payloadType += 'x';
    require(!verifyDsse(changed, keys), "another type is not signed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    const auto envelope = parseDsse(asText(input));
    if (!envelope) {
        require(envelope.error().code == ErrorCode::InvalidInput, "a broken envelope is invalid input");
    } else {
        require(!envelope->signatures.empty() && envelope->signatures.size() <= dsseMaxSignatures,
                "an envelope has a bounded number of signatures");
        const std::array<ed25519::PublicKey, 1> keys = {*ed25519::publicKey(seed())};
        (void)verifyDsse(*envelope, keys);
        checkSigning(envelope->payloadType, envelope->payload);
    }
    checkSigning(jobPayloadType, input);
    return 0;
}
