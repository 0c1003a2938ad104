#include "services/sandbox/signing/KeyShares.h"

#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Secp256k1.h"

namespace countersign::sandbox {

namespace {

Result<SecretBytes> sum(Chain chain, const SecretBytes& a, const SecretBytes& b)
{
    return chain == Chain::Evm ? secp256k1::add(a, b) : ed25519::add(a, b);
}

Result<SecretBytes> difference(Chain chain, const SecretBytes& a, const SecretBytes& b)
{
    if (chain == Chain::Svm) {
        return ed25519::subtract(a, b);
    }
    return secp256k1::negate(b).and_then(
        [&](const SecretBytes& negated) { return secp256k1::add(a, negated); });
}

SecretBytes randomScalar(Chain chain)
{
    return chain == Chain::Evm ? secp256k1::generateScalar() : ed25519::randomScalar();
}

template <typename PublicKey>
Result<Bytes> asVector(const Result<PublicKey>& key)
{
    return key.map([](const PublicKey& bytes) { return toBytes(bytes); });
}

}  // namespace

KeyShares KeyShares::generate(Chain chain)
{
    return {randomScalar(chain), randomScalar(chain)};
}

Result<KeyShares> KeyShares::reshared(Chain chain) const
{
    const SecretBytes offset = randomScalar(chain);
    ASSIGN_OR_RETURN(SecretBytes newServer, sum(chain, server, offset));
    ASSIGN_OR_RETURN(SecretBytes newHolder, difference(chain, holder, offset));
    return KeyShares{std::move(newServer), std::move(newHolder)};
}

Result<Bytes> KeyShares::publicKey(Chain chain) const
{
    ASSIGN_OR_RETURN(const SecretBytes key, sum(chain, server, holder));
    return chain == Chain::Evm ? asVector(secp256k1::publicKey(key))
                               : asVector(ed25519::publicKeyOfScalar(key));
}

}  // namespace countersign::sandbox
