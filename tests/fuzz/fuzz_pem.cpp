#include "core/crypto/PemText.h"
#include "core/crypto/RsaPrivateKey.h"
#include "core/crypto/RsaPublicKey.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    if (const auto text = normalisePem(input)) {
        require(text->size() <= size + 1 && text->text().back() == '\n',
                "a PEM never grows but by its last newline");
        pemBlocks(text->text());
    }
    // Without a passphrase, so that no key derivation runs.
    if (const auto key = RsaPrivateKey::fromPem(input)) {
        require(!RsaPrivateKey::needsPassphrase(input), "a protected key needs its passphrase");
        require(RsaPrivateKey::fromPkcs8Der(key->pkcs8Der()).has_value(), "a private key comes back");
    }
    for (const auto& key : {RsaPublicKey::fromPem(input), RsaPublicKey::fromSpkiDer(input)}) {
        if (key) {
            require(key->bits() >= rsaMinBits && key->bits() <= rsaMaxBits, "the modulus is bounded");
            const auto again = RsaPublicKey::fromPem(asBytes(key->spkiPem()));
            require(again && again->spkiDer() == key->spkiDer(), "a public key comes back");
        }
    }
    return 0;
}
