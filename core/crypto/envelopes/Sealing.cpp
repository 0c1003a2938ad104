#include "core/crypto/envelopes/Sealing.h"

#include "core/base/Random.h"

#include <QCoreApplication>

#include <sodium.h>

namespace countersign {

namespace {

struct SealingText
{
    Q_DECLARE_TR_FUNCTIONS(SealingText)
};

}  // namespace

static_assert(sealKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(sealNonceBytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(sealTagBytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

namespace {

constexpr std::uint8_t sealingVersion = 0x01;

Bytes versioned(BytesView associatedData)
{
    Bytes bound;
    bound.reserve(associatedData.size() + 1);
    bound.push_back(sealingVersion);
    bound.insert(bound.end(), associatedData.begin(), associatedData.end());
    return bound;
}

tl::unexpected<Error> wrongKeyLength(std::size_t size)
{
    return failure(ErrorCode::InvalidInput, SealingText::tr("The key for stored secrets has a wrong length."),
                   QStringLiteral("%1 bytes").arg(size));
}

tl::unexpected<Error> corrupt(const char* detail)
{
    return failure(ErrorCode::Corrupt,
                   SealingText::tr("A stored secret was changed or does not belong here."),
                   QLatin1String(detail));
}

/// Buffer: SecretBytes or Bytes. Nothing when a length is wrong or the tag does not verify.
template <typename Buffer>
std::optional<Buffer> decrypted(BytesView key, BytesView nonce, BytesView associatedData,
                                BytesView ciphertextAndTag)
{
    initialiseSodium();
    if (key.size() != sealKeyBytes || nonce.size() != sealNonceBytes ||
        ciphertextAndTag.size() < sealTagBytes) {
        return std::nullopt;
    }
    Buffer plaintext(ciphertextAndTag.size() - sealTagBytes);
    // An empty plaintext still needs an address: libsodium only verifies when it is null.
    std::uint8_t none = 0;
    std::uint8_t* out = plaintext.size() == 0 ? &none : plaintext.data();
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, nullptr, nullptr, ciphertextAndTag.data(),
                                                   ciphertextAndTag.size(), associatedData.data(),
                                                   associatedData.size(), nonce.data(), key.data()) != 0) {
        return std::nullopt;
    }
    return plaintext;
}

template <typename Buffer>
Result<Buffer> opened(const SecretBytes& key, BytesView sealed, BytesView associatedData)
{
    if (key.size() != sealKeyBytes) {
        return wrongKeyLength(key.size());
    }
    if (sealed.size() < sealOverheadBytes) {
        return corrupt("sealed record too short");
    }
    if (sealed.front() != sealingVersion) {
        return corrupt("sealed record of an unknown version");
    }
    auto plaintext = decrypted<Buffer>(key.view(), sealed.subspan(1, sealNonceBytes),
                                       versioned(associatedData), sealed.subspan(1 + sealNonceBytes));
    if (!plaintext) {
        return corrupt("sealed record does not authenticate");
    }
    return *std::move(plaintext);
}

}  // namespace

std::optional<Bytes> xchacha20Poly1305Encrypt(BytesView key, BytesView nonce, BytesView associatedData,
                                              BytesView plaintext)
{
    initialiseSodium();
    if (key.size() != sealKeyBytes || nonce.size() != sealNonceBytes) {
        return std::nullopt;
    }
    Bytes out(plaintext.size() + sealTagBytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data(), nullptr, plaintext.data(), plaintext.size(),
                                               associatedData.data(), associatedData.size(), nullptr,
                                               nonce.data(), key.data());
    return out;
}

std::optional<SecretBytes> xchacha20Poly1305Decrypt(BytesView key, BytesView nonce, BytesView associatedData,
                                                    BytesView ciphertextAndTag)
{
    return decrypted<SecretBytes>(key, nonce, associatedData, ciphertextAndTag);
}

Result<Bytes> seal(const SecretBytes& key, BytesView plaintext, BytesView associatedData)
{
    const Bytes nonce = randomBytes(sealNonceBytes);
    const auto encrypted = xchacha20Poly1305Encrypt(key.view(), nonce, versioned(associatedData), plaintext);
    if (!encrypted) {
        return wrongKeyLength(key.size());
    }
    Bytes sealed;
    sealed.reserve(plaintext.size() + sealOverheadBytes);
    sealed.push_back(sealingVersion);
    sealed.insert(sealed.end(), nonce.begin(), nonce.end());
    sealed.insert(sealed.end(), encrypted->begin(), encrypted->end());
    return sealed;
}

Result<SecretBytes> unseal(const SecretBytes& key, BytesView sealed, BytesView associatedData)
{
    return opened<SecretBytes>(key, sealed, associatedData);
}

Result<Bytes> unsealPublic(const SecretBytes& key, BytesView sealed, BytesView associatedData)
{
    return opened<Bytes>(key, sealed, associatedData);
}

}  // namespace countersign
