#include "core/crypto/primitives/Hmac.h"

#include "core/crypto/primitives/OpenSsl.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

namespace countersign {

HmacSha256Tag hmacSha256(BytesView key, BytesView message)
{
    const openssl::ErrorQueueGuard guard;
    const openssl::MacContext context(EVP_MAC_CTX_new(openssl::hmac()));
    std::array<char, 9> digest{"SHA2-256"};
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    // A null key would mean "keep the key", so that an empty one needs an address.
    const std::uint8_t none = 0;
    const std::uint8_t* keyData = key.empty() ? &none : key.data();
    HmacSha256Tag tag{};
    std::size_t written = 0;
    if (!context || EVP_MAC_init(context.get(), keyData, key.size(), parameters.data()) != 1 ||
        EVP_MAC_update(context.get(), message.data(), message.size()) != 1 ||
        EVP_MAC_final(context.get(), tag.data(), &written, tag.size()) != 1 || written != tag.size()) {
        openssl::fatal("HMAC-SHA-256");
    }
    return tag;
}

}  // namespace countersign
