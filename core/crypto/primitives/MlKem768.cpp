#include "core/crypto/primitives/MlKem768.h"

#include <QCoreApplication>

#include <sodium.h>

#include <cstdlib>

namespace countersign::mlkem768 {

namespace {

struct MlKem768Text
{
    Q_DECLARE_TR_FUNCTIONS(MlKem768Text)
};

static_assert(publicKeyBytes == crypto_kem_mlkem768_PUBLICKEYBYTES);
static_assert(secretKeyBytes == crypto_kem_mlkem768_SECRETKEYBYTES);
static_assert(ciphertextBytes == crypto_kem_mlkem768_CIPHERTEXTBYTES);
static_assert(sharedSecretBytes == crypto_kem_mlkem768_SHAREDSECRETBYTES);
static_assert(seedBytes == crypto_kem_mlkem768_SEEDBYTES);

tl::unexpected<Error> invalidLength(const char* detail)
{
    return failure(ErrorCode::InvalidInput, MlKem768Text::tr("The key exchange's bytes are not valid."),
                   QLatin1String(detail));
}

}  // namespace

KeyPair generate()
{
    initialiseSodium();
    KeyPair pair{Bytes(publicKeyBytes), SecretBytes(secretKeyBytes)};
    if (crypto_kem_mlkem768_keypair(pair.publicKey.data(), pair.secretKey.data()) != 0) {
        std::abort();
    }
    return pair;
}

Result<KeyPair> fromSeed(const SecretBytes& seed)
{
    initialiseSodium();
    KeyPair pair{Bytes(publicKeyBytes), SecretBytes(secretKeyBytes)};
    if (seed.size() != seedBytes ||
        crypto_kem_mlkem768_seed_keypair(pair.publicKey.data(), pair.secretKey.data(), seed.data()) != 0) {
        return invalidLength("an ML-KEM-768 seed has 64 bytes");
    }
    return pair;
}

Result<Encapsulated> encapsulate(BytesView publicKey)
{
    initialiseSodium();
    Encapsulated result{Bytes(ciphertextBytes), SecretBytes(sharedSecretBytes)};
    if (publicKey.size() != publicKeyBytes ||
        crypto_kem_mlkem768_enc(result.ciphertext.data(), result.sharedSecret.data(), publicKey.data()) !=
            0) {
        return invalidLength("not an ML-KEM-768 encapsulation key");
    }
    return result;
}

Result<SecretBytes> decapsulate(BytesView ciphertext, const SecretBytes& secretKey)
{
    initialiseSodium();
    SecretBytes shared(sharedSecretBytes);
    if (ciphertext.size() != ciphertextBytes || secretKey.size() != secretKeyBytes ||
        crypto_kem_mlkem768_dec(shared.data(), ciphertext.data(), secretKey.data()) != 0) {
        return invalidLength("not an ML-KEM-768 ciphertext or decapsulation key");
    }
    return shared;
}

}  // namespace countersign::mlkem768
