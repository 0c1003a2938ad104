#include "core/crypto/primitives/RsaOaep.h"

#include "core/crypto/primitives/OpenSsl.h"

#include <openssl/rsa.h>

#include <array>

namespace countersign {

namespace {

constexpr std::size_t maxLabelBytes = 1024;

/// OpenSSL takes ownership of the label's memory only when it accepts it.
bool setLabel(EVP_PKEY_CTX* context, BytesView label)
{
    if (label.empty()) {
        return true;
    }
    if (label.size() > maxLabelBytes) {
        return false;
    }
    void* copy = OPENSSL_memdup(label.data(), label.size());
    if (copy == nullptr ||
        EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, static_cast<int>(label.size())) != 1) {
        OPENSSL_free(copy);
        return false;
    }
    return true;
}

bool setScheme(EVP_PKEY_CTX* context, BytesView label)
{
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, openssl::sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, openssl::sha256()) == 1 && setLabel(context, label);
}

}  // namespace

std::optional<Bytes> rsaOaepEncrypt(const RsaPublicKey& key, BytesView message, BytesView label)
{
    const openssl::ErrorQueueGuard guard;
    const openssl::PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.handle(), nullptr));
    Bytes ciphertext(key.modulusBytes());
    std::size_t written = ciphertext.size();
    const std::uint8_t none = 0;
    if (!context || EVP_PKEY_encrypt_init(context.get()) != 1 || !setScheme(context.get(), label) ||
        EVP_PKEY_encrypt(context.get(), ciphertext.data(), &written, message.empty() ? &none : message.data(),
                         message.size()) != 1 ||
        written != ciphertext.size()) {
        return std::nullopt;
    }
    return ciphertext;
}

std::optional<SecretBytes> rsaOaepDecrypt(const RsaPrivateKey& key, BytesView ciphertext, BytesView label)
{
    const openssl::ErrorQueueGuard guard;
    if (ciphertext.size() != key.modulusBytes()) {
        return std::nullopt;
    }
    const openssl::PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.handle(), nullptr));
    // A guarded allocation costs a tenth of a 2048-bit operation: one for the result is enough.
    std::array<std::uint8_t, rsaMaxBits / 8> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    std::size_t written = buffer.size();
    std::optional<SecretBytes> message;
    if (context && EVP_PKEY_decrypt_init(context.get()) == 1 && setScheme(context.get(), label) &&
        EVP_PKEY_decrypt(context.get(), buffer.data(), &written, ciphertext.data(), ciphertext.size()) == 1) {
        message = SecretBytes::copyOf(BytesView(buffer).first(written));
    }
    wipeMemory(buffer.data(), buffer.size());
    return message;
}

}  // namespace countersign
