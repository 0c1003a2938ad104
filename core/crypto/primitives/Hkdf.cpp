#include "core/crypto/primitives/Hkdf.h"

#include <QCoreApplication>

#include <sodium.h>

namespace countersign {

namespace {

struct HkdfText
{
    Q_DECLARE_TR_FUNCTIONS(HkdfText)
};

}  // namespace

Result<SecretBytes> hkdfSha256(const SecretBytes& inputKey, BytesView salt, std::string_view info,
                               std::size_t size)
{
    initialiseSodium();
    if (size == 0 || size > crypto_kdf_hkdf_sha256_BYTES_MAX) {
        return failure(ErrorCode::InvalidInput, HkdfText::tr("A key of this length cannot be derived."),
                       QStringLiteral("%1 bytes").arg(size));
    }
    SecretBytes pseudorandom(crypto_kdf_hkdf_sha256_KEYBYTES);
    SecretBytes key(size);
    // What is empty may point at nothing, which the library's contract forbids.
    constexpr unsigned char nothing = 0;
    crypto_kdf_hkdf_sha256_extract(pseudorandom.data(), salt.data(), salt.size(),
                                   inputKey.size() == 0 ? &nothing : inputKey.data(), inputKey.size());
    crypto_kdf_hkdf_sha256_expand(key.data(), key.size(), info.empty() ? "" : info.data(), info.size(),
                                  pseudorandom.data());
    return key;
}

}  // namespace countersign
