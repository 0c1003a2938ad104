#include "core/crypto/Secp256k1.h"

#include <QCoreApplication>

#include <secp256k1.h>

#include <algorithm>
#include <cstdlib>

namespace countersign::secp256k1 {

namespace {

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
    return failure(ErrorCode::InvalidInput,
                   QCoreApplication::translate("Secp256k1", "This is not a valid secp256k1 key."),
                   QLatin1String(detail));
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
    std::array<std::uint8_t, serializedBytes> serialized{};
    std::size_t size = serialized.size();
    secp256k1_ec_pubkey_serialize(context(), serialized.data(), &size, &point, SECP256K1_EC_UNCOMPRESSED);
    PublicKey key{};
    std::copy(serialized.begin() + 1, serialized.end(), key.begin());
    return key;
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

}  // namespace countersign::secp256k1
