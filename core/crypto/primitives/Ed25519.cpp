#include "core/crypto/primitives/Ed25519.h"

#include <QCoreApplication>

#include <sodium.h>

#include <initializer_list>

namespace countersign::ed25519 {

namespace {

struct Ed25519Text
{
    Q_DECLARE_TR_FUNCTIONS(Ed25519Text)
};

}  // namespace

static_assert(seedBytes == crypto_sign_ed25519_SEEDBYTES);
static_assert(scalarBytes == crypto_core_ed25519_SCALARBYTES);

namespace {

tl::unexpected<Error> invalidKey(const char* detail)
{
    return failure(ErrorCode::InvalidInput, Ed25519Text::tr("This is not a valid Ed25519 key."),
                   QLatin1String(detail));
}

struct KeyPair
{
    SecretBytes secretKey{crypto_sign_ed25519_SECRETKEYBYTES};
    PublicKey publicKey{};
};

Result<KeyPair> keyPair(const SecretBytes& seed)
{
    initialiseSodium();
    if (seed.size() != seedBytes) {
        return invalidKey("the seed has not 32 bytes");
    }
    KeyPair pair;
    crypto_sign_ed25519_seed_keypair(pair.publicKey.data(), pair.secretKey.data(), seed.data());
    return pair;
}

/// SHA-512 of the parts, modulo the group's order.
SecretBytes reducedHash(std::initializer_list<BytesView> parts)
{
    crypto_hash_sha512_state state;
    crypto_hash_sha512_init(&state);
    for (const BytesView part : parts) {
        crypto_hash_sha512_update(&state, part.data(), part.size());
    }
    SecretBytes hash(crypto_core_ed25519_NONREDUCEDSCALARBYTES);
    crypto_hash_sha512_final(&state, hash.data());
    wipeMemory(&state, sizeof state);
    SecretBytes reduced(scalarBytes);
    crypto_core_ed25519_scalar_reduce(reduced.data(), hash.data());
    return reduced;
}

SecretBytes nonceOf(BytesView message)
{
    const SecretBytes prefix = SecretBytes::random(scalarBytes);
    return reducedHash({prefix.view(), message});
}

}  // namespace

Result<PublicKey> publicKey(const SecretBytes& seed)
{
    return keyPair(seed).map([](const KeyPair& pair) { return pair.publicKey; });
}

bool isValidPublicKey(BytesView publicKey)
{
    initialiseSodium();
    return publicKey.size() == crypto_core_ed25519_BYTES &&
           crypto_core_ed25519_is_valid_point(publicKey.data()) == 1;
}

bool isOnCurve(BytesView point)
{
    initialiseSodium();
    if (point.size() != crypto_core_ed25519_BYTES) {
        return false;
    }
    // The sum with the identity (0, 1) exists unless the point does not decompress; that is all which
    // libsodium's addition checks.
    constexpr PublicKey identity{1};
    PublicKey sum{};
    return crypto_core_ed25519_add(sum.data(), point.data(), identity.data()) == 0;
}

Result<Signature> sign(const SecretBytes& seed, BytesView message)
{
    return keyPair(seed).map([message](const KeyPair& pair) {
        Signature signature{};
        crypto_sign_ed25519_detached(signature.data(), nullptr, message.data(), message.size(),
                                     pair.secretKey.data());
        return signature;
    });
}

bool verify(BytesView publicKey, BytesView message, BytesView signature)
{
    initialiseSodium();
    return publicKey.size() == crypto_sign_ed25519_PUBLICKEYBYTES &&
           signature.size() == crypto_sign_ed25519_BYTES &&
           crypto_sign_ed25519_verify_detached(signature.data(), message.data(), message.size(),
                                               publicKey.data()) == 0;
}

Result<SecretBytes> scalarOf(const SecretBytes& seed)
{
    return keyPair(seed).map([](const KeyPair& pair) {
        // The reduction takes 64 bytes, so that the clamped scalar is extended with zeros.
        SecretBytes wide(crypto_core_ed25519_NONREDUCEDSCALARBYTES);
        crypto_sign_ed25519_sk_to_curve25519(wide.data(), pair.secretKey.data());
        SecretBytes scalar(scalarBytes);
        crypto_core_ed25519_scalar_reduce(scalar.data(), wide.data());
        return scalar;
    });
}

SecretBytes randomScalar()
{
    SecretBytes scalar(scalarBytes);
    crypto_core_ed25519_scalar_random(scalar.data());
    return scalar;
}

Result<SecretBytes> add(const SecretBytes& a, const SecretBytes& b)
{
    if (a.size() != scalarBytes || b.size() != scalarBytes) {
        return invalidKey("a scalar has not 32 bytes");
    }
    SecretBytes sum(scalarBytes);
    crypto_core_ed25519_scalar_add(sum.data(), a.data(), b.data());
    return sum;
}

Result<SecretBytes> subtract(const SecretBytes& a, const SecretBytes& b)
{
    if (a.size() != scalarBytes || b.size() != scalarBytes) {
        return invalidKey("a scalar has not 32 bytes");
    }
    SecretBytes difference(scalarBytes);
    crypto_core_ed25519_scalar_sub(difference.data(), a.data(), b.data());
    return difference;
}

Result<PublicKey> publicKeyOfScalar(const SecretBytes& scalar)
{
    PublicKey key{};
    if (scalar.size() != scalarBytes ||
        crypto_scalarmult_ed25519_base_noclamp(key.data(), scalar.data()) != 0) {
        return invalidKey("the scalar is zero or has not 32 bytes");
    }
    return key;
}

Result<Signature> signWithScalar(const SecretBytes& scalar, BytesView message)
{
    ASSIGN_OR_RETURN(const PublicKey key, publicKeyOfScalar(scalar));
    const SecretBytes nonce = nonceOf(message);
    Signature signature{};
    if (crypto_scalarmult_ed25519_base_noclamp(signature.data(), nonce.data()) != 0) {
        return invalidKey("no nonce was found");  // comes once in 2^252
    }
    const SecretBytes challenge = reducedHash({BytesView(signature).first(32), key, message});
    SecretBytes product(scalarBytes);
    crypto_core_ed25519_scalar_mul(product.data(), challenge.data(), scalar.data());
    crypto_core_ed25519_scalar_add(signature.data() + 32, nonce.data(), product.data());
    return signature;
}

}  // namespace countersign::ed25519
