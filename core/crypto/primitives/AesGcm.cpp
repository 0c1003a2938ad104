#include "core/crypto/primitives/AesGcm.h"

#include "core/crypto/primitives/OpenSsl.h"

#include <climits>

namespace countersign {

namespace {

bool lengthsFit(const SecretBytes& key, BytesView iv, BytesView associatedData, BytesView text)
{
    return key.size() == aesGcmKeyBytes && (iv.size() == 12 || iv.size() == 16) &&
           associatedData.size() <= INT_MAX && text.size() <= INT_MAX;
}

/// An AES-256-GCM context with IV length, key, IV and associated data set, or null.
openssl::CipherContext start(bool encrypt, const SecretBytes& key, BytesView iv, BytesView associatedData)
{
    openssl::CipherContext context(EVP_CIPHER_CTX_new());
    const int direction = encrypt ? 1 : 0;
    int written = 0;
    const bool ok =
        context &&
        EVP_CipherInit_ex(context.get(), openssl::aes256Gcm(), nullptr, nullptr, nullptr, direction) == 1 &&
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv.size()), nullptr) ==
            1 &&
        EVP_CipherInit_ex(context.get(), nullptr, nullptr, key.data(), iv.data(), direction) == 1 &&
        (associatedData.empty() || EVP_CipherUpdate(context.get(), nullptr, &written, associatedData.data(),
                                                    static_cast<int>(associatedData.size())) == 1);
    if (!ok) {
        context.reset();
    }
    return context;
}

/// GCM is a stream cipher: the output is as long as the input and nothing is held back.
bool update(EVP_CIPHER_CTX* context, BytesView in, std::uint8_t* out)
{
    int written = 0;
    return in.empty() ||
           (EVP_CipherUpdate(context, out, &written, in.data(), static_cast<int>(in.size())) == 1 &&
            written == static_cast<int>(in.size()));
}

bool finish(EVP_CIPHER_CTX* context)
{
    std::array<std::uint8_t, EVP_MAX_BLOCK_LENGTH> rest{};
    int written = 0;
    return EVP_CipherFinal_ex(context, rest.data(), &written) == 1 && written == 0;
}

}  // namespace

std::optional<AesGcmSealed> aesGcmEncrypt(const SecretBytes& key, BytesView iv, BytesView associatedData,
                                          BytesView plaintext)
{
    const openssl::ErrorQueueGuard guard;
    if (!lengthsFit(key, iv, associatedData, plaintext)) {
        return std::nullopt;
    }
    const openssl::CipherContext context = start(true, key, iv, associatedData);
    AesGcmSealed sealed;
    sealed.ciphertext.resize(plaintext.size());
    if (!context || !update(context.get(), plaintext, sealed.ciphertext.data()) || !finish(context.get()) ||
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(sealed.tag.size()),
                            sealed.tag.data()) != 1) {
        return std::nullopt;
    }
    return sealed;
}

std::optional<SecretBytes> aesGcmDecrypt(const SecretBytes& key, BytesView iv, BytesView associatedData,
                                         BytesView ciphertext, BytesView tag)
{
    const openssl::ErrorQueueGuard guard;
    if (!lengthsFit(key, iv, associatedData, ciphertext) || tag.size() != aesGcmTagBytes) {
        return std::nullopt;
    }
    AesGcmTag expected{};
    std::copy(tag.begin(), tag.end(), expected.begin());
    const openssl::CipherContext context = start(false, key, iv, associatedData);
    SecretBytes plaintext(ciphertext.size());
    if (!context || !update(context.get(), ciphertext, plaintext.data()) ||
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(expected.size()),
                            expected.data()) != 1 ||
        !finish(context.get())) {
        return std::nullopt;
    }
    return plaintext;
}

}  // namespace countersign
