#include "core/crypto/envelopes/EnvelopeOpener.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "core/crypto/primitives/RsaOaep.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

namespace {

const RsaPrivateKey& key()
{
    static const RsaPrivateKey made = *RsaPrivateKey::generate(2048);
    return made;
}

/// A content key that opens, so that the cipher behind the key wrap is reached too.
const Bytes& wrappedKey()
{
    static const Bytes wrapped = *rsaOaepEncrypt(key().publicKey(), Bytes(32, 7));
    return wrapped;
}

bool same(const HybridEnvelope& a, const HybridEnvelope& b)
{
    return a.alg == b.alg && a.iv == b.iv && a.ct == b.ct && a.tag == b.tag && a.ek == b.ek && a.kid == b.kid;
}

void checkFailure(const Result<SecretBytes>& opened)
{
    require(!opened, "nobody makes an envelope without the key");
    require(opened.error().code == ErrorCode::DecryptionFailed &&
                opened.error().sentence == QStringLiteral("The envelope cannot be opened."),
            "one outward error");
}

void checkParsed(const HybridEnvelope& envelope)
{
    require(envelope.iv.size() == 12 || envelope.iv.size() == 16, "iv is bounded");
    require(envelope.tag.size() == 16, "tag is whole");
    require(envelope.ct.size() <= envelopeMaxPlaintextBytes && envelope.ek.size() <= envelopeMaxKeyCharacters,
            "sizes are bounded");
    const auto again = parseEnvelope(toJson(envelope));
    require(again && same(*again, envelope), "what is written is read back");
    checkFailure(openEnvelope(envelope, key()));
    HybridEnvelope reachesCipher = envelope;
    reachesCipher.ek = wrappedKey();
    checkFailure(openEnvelope(reachesCipher, key()));
    require(!EnvelopeOpener({{"a", key()}}).open(envelope, "b"), "the opener opens no more than the key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto json = parseJson(asText({data, size}));
    if (!json) {
        return 0;
    }
    if (const auto envelope = parseEnvelope(*json)) {
        checkParsed(*envelope);
    }
    return 0;
}
