#include "core/crypto/primitives/Secp256k1.h"

#include <QCoreApplication>

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <algorithm>
#include <cstdlib>

namespace countersign::secp256k1 {

namespace {

struct Secp256k1Text
{
    Q_DECLARE_TR_FUNCTIONS(Secp256k1Text)
};

constexpr std::size_t serializedBytes = 65;
constexpr std::uint8_t uncompressed = 0x04;

/// One for the process, randomised against side channels (blinding); afterwards only read, so that threads
/// share it.
const secp256k1_context* context()
{
    static const secp256k1_context* const shared = [] {
        secp256k1_context* made = secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
        const SecretBytes seed = SecretBytes::random(32);
        if (made == nullptr || secp256k1_context_randomize(made, seed.data()) != 1) {
            std::abort();
        }
        return made;
    }();
    return shared;
}

tl::unexpected<Error> invalid(const char* detail)
{
    return failure(ErrorCode::InvalidInput, Secp256k1Text::tr("This is not a valid secp256k1 key."),
                   QLatin1String(detail));
}

PublicKey serialize(const secp256k1_pubkey& point)
{
    std::array<std::uint8_t, serializedBytes> serialized{};
    std::size_t size = serialized.size();
    secp256k1_ec_pubkey_serialize(context(), serialized.data(), &size, &point, SECP256K1_EC_UNCOMPRESSED);
    PublicKey key{};
    std::copy(serialized.begin() + 1, serialized.end(), key.begin());
    return key;
}

tl::unexpected<Error> invalidSignature(const char* detail)
{
    return failure(ErrorCode::InvalidInput, Secp256k1Text::tr("This is not a valid ECDSA signature."),
                   QLatin1String(detail));
}

/// r ‖ s, as libsecp256k1 takes it.
std::array<std::uint8_t, 64> compactOf(const Signature& signature)
{
    std::array<std::uint8_t, 64> compact{};
    std::copy(signature.r.begin(), signature.r.end(), compact.begin());
    std::copy(signature.s.begin(), signature.s.end(), compact.begin() + 32);
    return compact;
}

Signature fromCompact(const std::array<std::uint8_t, 64>& compact, int recoveryId)
{
    Signature signature;
    std::copy_n(compact.begin(), 32, signature.r.begin());
    std::copy_n(compact.begin() + 32, 32, signature.s.begin());
    signature.recoveryId = static_cast<std::uint8_t>(recoveryId);
    return signature;
}

bool isZero(const std::array<std::uint8_t, 32>& value)
{
    return std::all_of(value.begin(), value.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

bool isValidScalar(const SecretBytes& scalar)
{
    return scalar.size() == scalarBytes && secp256k1_ec_seckey_verify(context(), scalar.data()) == 1;
}

SecretBytes generateScalar()
{
    while (true) {
        SecretBytes scalar = SecretBytes::random(scalarBytes);
        if (isValidScalar(scalar)) {  // fails once in 2^127
            return scalar;
        }
    }
}

Result<PublicKey> publicKey(const SecretBytes& scalar)
{
    secp256k1_pubkey point{};
    if (!isValidScalar(scalar) || secp256k1_ec_pubkey_create(context(), &point, scalar.data()) != 1) {
        return invalid("the scalar is not in 1…n−1");
    }
    return serialize(point);
}

bool isValidPublicKey(BytesView publicKey)
{
    if (publicKey.size() != serializedBytes - 1) {
        return false;
    }
    std::array<std::uint8_t, serializedBytes> serialized{uncompressed};
    std::copy(publicKey.begin(), publicKey.end(), serialized.begin() + 1);
    secp256k1_pubkey point{};
    return secp256k1_ec_pubkey_parse(context(), &point, serialized.data(), serialized.size()) == 1;
}

Result<SecretBytes> add(const SecretBytes& a, const SecretBytes& b)
{
    if (!isValidScalar(a) || !isValidScalar(b)) {
        return invalid("a summand is not in 1…n−1");
    }
    SecretBytes sum = a.clone();
    if (secp256k1_ec_seckey_tweak_add(context(), sum.data(), b.data()) != 1) {
        return invalid("the sum is zero");
    }
    return sum;
}

Result<SecretBytes> negate(const SecretBytes& a)
{
    SecretBytes negated = a.clone();
    if (!isValidScalar(a) || secp256k1_ec_seckey_negate(context(), negated.data()) != 1) {
        return invalid("the scalar is not in 1…n−1");
    }
    return negated;
}

Result<Signature> sign(const SecretBytes& scalar, BytesView digest)
{
    if (!isValidScalar(scalar) || digest.size() != digestBytes) {
        return invalid("the scalar is not in 1…n−1, or the digest has not 32 bytes");
    }
    secp256k1_ecdsa_recoverable_signature made{};
    std::array<std::uint8_t, 64> compact{};
    int recoveryId = 0;
    if (secp256k1_ecdsa_sign_recoverable(context(), &made, digest.data(), scalar.data(), nullptr, nullptr) !=
        1) {
        return invalid("no nonce was found");
    }
    secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), compact.data(), &recoveryId, &made);
    // 2 or 3 comes once in 2^127.
    return recoveryId < 2 ? Result<Signature>(fromCompact(compact, recoveryId))
                          : invalidSignature("r overflowed");
}

Result<Signature> withLowS(const Signature& signature)
{
    secp256k1_ecdsa_signature parsed{};
    const auto compact = compactOf(signature);
    if (signature.recoveryId > 1 || isZero(signature.r) || isZero(signature.s) ||
        secp256k1_ecdsa_signature_parse_compact(context(), &parsed, compact.data()) != 1) {
        return invalidSignature("r or s is out of range, or the recovery id is above 1");
    }
    secp256k1_ecdsa_signature low{};
    if (secp256k1_ecdsa_signature_normalize(context(), &low, &parsed) == 0) {
        return signature;
    }
    std::array<std::uint8_t, 64> normalised{};
    secp256k1_ecdsa_signature_serialize_compact(context(), normalised.data(), &low);
    return fromCompact(normalised, 1 - signature.recoveryId);
}

Result<PublicKey> recover(BytesView digest, const Signature& signature)
{
    secp256k1_ecdsa_recoverable_signature parsed{};
    const auto compact = compactOf(signature);
    if (digest.size() != digestBytes || signature.recoveryId > 1 ||
        secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &parsed, compact.data(),
                                                            signature.recoveryId) != 1) {
        return invalidSignature("r or s is out of range, or a length is wrong");
    }
    secp256k1_pubkey point{};
    if (secp256k1_ecdsa_recover(context(), &point, &parsed, digest.data()) != 1) {
        return failure(ErrorCode::BadSignature, Secp256k1Text::tr("The signature belongs to no key."));
    }
    return serialize(point);
}

}  // namespace countersign::secp256k1
