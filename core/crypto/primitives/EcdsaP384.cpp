#include "core/crypto/primitives/EcdsaP384.h"

#include "core/crypto/primitives/OpenSsl.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/params.h>

namespace countersign::p384 {

namespace {

constexpr int scalarBytes = 48;

using EcdsaSignature = std::unique_ptr<ECDSA_SIG, openssl::Deleter<ECDSA_SIG_free>>;

openssl::Pkey keyOf(BytesView point)
{
    const openssl::PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    char group[] = "P-384";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<std::uint8_t*>(point.data()),
                                          point.size()),
        OSSL_PARAM_construct_end()};
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        return {};
    }
    return openssl::Pkey(key);
}

/// OpenSSL wants DER; nothing when memory is short.
Bytes derOf(BytesView signature)
{
    const EcdsaSignature pair(ECDSA_SIG_new());
    openssl::BigNumber r(BN_bin2bn(signature.data(), scalarBytes, nullptr));
    openssl::BigNumber s(BN_bin2bn(signature.data() + scalarBytes, scalarBytes, nullptr));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) {
        return {};
    }
    (void)r.release();
    (void)s.release();
    const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
    if (size <= 0) {
        return {};
    }
    Bytes der(static_cast<std::size_t>(size));
    std::uint8_t* out = der.data();
    i2d_ECDSA_SIG(pair.get(), &out);
    return der;
}

}  // namespace

bool verify(BytesView publicKey, BytesView message, BytesView signature)
{
    const openssl::ErrorQueueGuard guard;
    if (publicKey.size() != publicKeyBytes || publicKey.front() != 0x04 ||
        signature.size() != signatureBytes) {
        return false;
    }
    const openssl::Pkey key = keyOf(publicKey);
    const Bytes der = derOf(signature);
    const openssl::DigestContext context(EVP_MD_CTX_new());
    return key && !der.empty() && context &&
           EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA2-384", nullptr, nullptr, key.get(),
                                   nullptr) == 1 &&
           EVP_DigestVerify(context.get(), der.data(), der.size(), message.data(), message.size()) == 1;
}

}  // namespace countersign::p384
