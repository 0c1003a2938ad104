#include "core/crypto/keys/PemHints.h"
#include "core/crypto/keys/PemText.h"
#include "core/crypto/keys/RsaPrivateKey.h"
#include "core/crypto/keys/RsaPublicKey.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    if (const auto text = normalisePem(input)) {
        require(text->size() <= 2 * size + 2 && text->text().back() == '\n', "a PEM grows by line ends only");
        pemBlocks(text->text());
    }
    // Without a passphrase, so that no key derivation runs.
    if (const auto key = RsaPrivateKey::fromPem(input)) {
        require(!RsaPrivateKey::needsPassphrase(input), "a protected key needs its passphrase");
        require(RsaPrivateKey::fromPkcs8Der(key->pkcs8Der()).has_value(), "a private key comes back");
    }
    for (const PemSubject subject :
         {PemSubject::PrivateKey, PemSubject::PublicKey, PemSubject::Certificate}) {
        (void)otherThanPem(input, subject);
    }
    for (const bool encrypted : {false, true}) {
        (void)unusualPkcs8(input, encrypted);
    }
    (void)unusualPublicKey(input);
    for (const auto& key : {RsaPublicKey::fromPem(input), RsaPublicKey::fromSpkiDer(input)}) {
        if (key) {
            require(key->bits() >= rsaMinBits && key->bits() <= rsaMaxBits, "the modulus is bounded");
            const auto again = RsaPublicKey::fromPem(asBytes(key->spkiPem()));
            require(again && again->spkiDer() == key->spkiDer(), "a public key comes back");
        }
    }
    return 0;
}
