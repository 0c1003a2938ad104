#include "core/crypto/primitives/PasswordKdf.h"

#include <QCoreApplication>

#include <sodium.h>

namespace countersign {

namespace {

struct PasswordKdfText
{
    Q_DECLARE_TR_FUNCTIONS(PasswordKdfText)
};

}  // namespace

static_assert(passwordSaltBytes == crypto_pwhash_argon2id_SALTBYTES);

namespace {

constexpr std::uint32_t maxOperations = 16;
constexpr std::uint64_t minMemory = 8ULL << 20U;
constexpr std::uint64_t maxMemory = 1ULL << 30U;

}  // namespace

PasswordKdfParameters PasswordKdfParameters::fresh()
{
    initialiseSodium();
    PasswordKdfParameters parameters;
    randombytes_buf(parameters.salt.data(), parameters.salt.size());
    return parameters;
}

Result<SecretBytes> derivePasswordKey(const SecretBytes& passphrase, const PasswordKdfParameters& parameters)
{
    initialiseSodium();
    if (passphrase.isEmpty()) {
        return failure(ErrorCode::InvalidInput, PasswordKdfText::tr("The passphrase must not be empty."));
    }
    if (parameters.operations < 1 || parameters.operations > maxOperations ||
        parameters.memoryBytes < minMemory || parameters.memoryBytes > maxMemory) {
        return failure(ErrorCode::InvalidInput,
                       PasswordKdfText::tr("The stored cost of the passphrase is damaged."),
                       QStringLiteral("%1 operations, %2 bytes of memory")
                           .arg(parameters.operations)
                           .arg(parameters.memoryBytes));
    }
    SecretBytes key(passwordKeyBytes);
    if (crypto_pwhash_argon2id(key.data(), key.size(), reinterpret_cast<const char*>(passphrase.data()),
                               passphrase.size(), parameters.salt.data(), parameters.operations,
                               static_cast<std::size_t>(parameters.memoryBytes),
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
        return failure(
            ErrorCode::Unsupported,
            PasswordKdfText::tr("There is not enough memory to check the passphrase. Close other programs."),
            QStringLiteral("Argon2id could not allocate %1 bytes").arg(parameters.memoryBytes));
    }
    return key;
}

}  // namespace countersign
