#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/MlKem768.h"
#include "core/mpc/enclave/CoseSign1.h"
#include "core/mpc/enclave/ForwardMpcFrames.h"
#include "tests/fuzz/Require.h"

using namespace countersign;
using namespace countersign::forwardMpc;

namespace {

void checkFrame(std::string_view text)
{
    const auto frame = parseFrame(text);
    if (!frame) {
        require(frame.error().detail.startsWith(QStringLiteral("MESSAGE_PARSE_FAILED:")),
                "a refusal has its code");
        return;
    }
    require(frame->body.is_object(), "a frame is an object");
    require(serverWords(frame->body).size() <= 200, "the server's words are cut");
    if (const auto response = parseHandshakeResponse(*frame)) {
        require(response->ciphertext.size() == mlkem768::ciphertextBytes, "the ciphertext has its length");
        require(!response->connectionId.empty() && response->connectionId.size() <= 256,
                "the connection's id is bounded");
        require(response->attestationDocument.size() <= attestationMaxBytes + 4096,
                "the document is bounded");
    }
    const auto ecdsa = parseSignature(*frame, SigningScheme::Ecdsa);
    require(!ecdsa || (ecdsa->size() == 65 && ecdsa->back() >= 27 && ecdsa->back() <= 30), "r, s and v");
    const auto ed25519 = parseSignature(*frame, SigningScheme::Ed25519);
    require(!ed25519 || ed25519->size() == 64, "64 bytes");
}

/// A share cannot add members beside its own.
void checkShare(BytesView share)
{
    const Bytes nonce(16, 1);
    const auto document = shareDocument(share, SigningScheme::Ecdsa, 1, nonce);
    if (!document) {
        return;
    }
    const auto json = parseJson(document->text());
    if (json) {
        require(json->size() == 4 && json->contains("keyshare") && json->at("keyshare").is_object() &&
                    json->at("signingAlgorithm") == "ecdsa" && json->at("timestamp") == 1,
                "the share stays in its member");
    } else {
        require(!parseJson(asText(share), {.maxDepth = 31, .maxValues = 9'000, .maxMembers = 900}),
                "a good share makes a good document");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    checkFrame(asText(input));
    checkShare(input);
    return 0;
}
