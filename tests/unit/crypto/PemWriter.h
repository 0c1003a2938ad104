#pragma once

#include "core/crypto/primitives/OpenSsl.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

// Key files of every form, made by OpenSSL while a test runs, so that no private key lies in the repository.

namespace countersign::pem {

inline std::string written(const std::function<int(BIO*)>& write)
{
    const openssl::Bio bio(BIO_new(BIO_s_mem()));
    if (write(bio.get()) != 1) {
        throw std::runtime_error("OpenSSL could not write the test key");
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

inline const unsigned char* bytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// "RSA PRIVATE KEY" (or the algorithm's own form), encrypted in the RFC 1421 way when there is a passphrase.
inline std::string traditional(EVP_PKEY* key, std::string_view passphrase = {})
{
    return written([&](BIO* bio) {
        return PEM_write_bio_PrivateKey_traditional(bio, key,
                                                    passphrase.empty() ? nullptr : EVP_aes_128_cbc(),
                                                    passphrase.empty() ? nullptr : bytes(passphrase),
                                                    static_cast<int>(passphrase.size()), nullptr, nullptr);
    });
}

/// "PRIVATE KEY", or "ENCRYPTED PRIVATE KEY" with PBES2 and PBKDF2.
inline std::string pkcs8(EVP_PKEY* key, std::string_view passphrase = {})
{
    return written([&](BIO* bio) {
        return PEM_write_bio_PKCS8PrivateKey(bio, key, passphrase.empty() ? nullptr : EVP_aes_256_cbc(),
                                             passphrase.data(), static_cast<int>(passphrase.size()), nullptr,
                                             nullptr);
    });
}

/// "ENCRYPTED PRIVATE KEY" in the form that PKCS#12 introduced (SHA-1 and triple DES).
inline std::string pkcs8Old(EVP_PKEY* key, std::string_view passphrase)
{
    return written([&](BIO* bio) {
        return PEM_write_bio_PKCS8PrivateKey_nid(bio, key, NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
                                                 passphrase.data(), static_cast<int>(passphrase.size()),
                                                 nullptr, nullptr);
    });
}

/// "ENCRYPTED PRIVATE KEY" with the given encryption, which is consumed.
inline std::string pkcs8With(EVP_PKEY* key, std::string_view passphrase, X509_ALGOR* encryption)
{
    const std::unique_ptr<PKCS8_PRIV_KEY_INFO, openssl::Deleter<PKCS8_PRIV_KEY_INFO_free>> info(
        EVP_PKEY2PKCS8(key));
    const std::unique_ptr<X509_SIG, openssl::Deleter<X509_SIG_free>> sealed(
        PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), info.get(), encryption));
    return written([&](BIO* bio) { return PEM_write_bio_PKCS8(bio, sealed.get()); });
}

/// "ENCRYPTED PRIVATE KEY" that names the given encryption (consumed) over eight bytes that are nothing.
inline std::string pkcs8Naming(X509_ALGOR* encryption)
{
    const std::unique_ptr<X509_ALGOR, openssl::Deleter<X509_ALGOR_free>> owned(encryption);
    const std::unique_ptr<X509_SIG, openssl::Deleter<X509_SIG_free>> sealed(X509_SIG_new());
    X509_ALGOR* algorithm = nullptr;
    ASN1_OCTET_STRING* content = nullptr;
    X509_SIG_getm(sealed.get(), &algorithm, &content);
    X509_ALGOR_copy(algorithm, owned.get());
    ASN1_OCTET_STRING_set(content, bytes("nonsense"), 8);
    return written([&](BIO* bio) { return PEM_write_bio_PKCS8(bio, sealed.get()); });
}

inline std::string spki(EVP_PKEY* key)
{
    return written([&](BIO* bio) { return PEM_write_bio_PUBKEY(bio, key); });
}

/// "RSA PUBLIC KEY".
inline std::string pkcs1Public(EVP_PKEY* key)
{
    BIGNUM* n = nullptr;
    BIGNUM* e = nullptr;
    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n);
    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e);
    // The RSA structure of OpenSSL 1 is the shortest way to this form, and the numbers move into it.
    unsigned char* out = nullptr;
    ASN1_INTEGER* integers[2] = {BN_to_ASN1_INTEGER(n, nullptr), BN_to_ASN1_INTEGER(e, nullptr)};
    BN_free(n);
    BN_free(e);
    STACK_OF(ASN1_TYPE)* sequence = sk_ASN1_TYPE_new_null();
    for (ASN1_INTEGER* integer : integers) {
        ASN1_TYPE* type = ASN1_TYPE_new();
        ASN1_TYPE_set(type, V_ASN1_INTEGER, integer);
        sk_ASN1_TYPE_push(sequence, type);
    }
    const int size = i2d_ASN1_SEQUENCE_ANY(sequence, &out);
    sk_ASN1_TYPE_pop_free(sequence, ASN1_TYPE_free);
    const std::string pem =
        written([&](BIO* bio) { return PEM_write_bio(bio, "RSA PUBLIC KEY", "", out, size) > 0 ? 1 : 0; });
    OPENSSL_free(out);
    return pem;
}

/// An RSA key that is bound to signatures (id-RSASSA-PSS).
inline openssl::Pkey rsaPssKey()
{
    const openssl::PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_keygen_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 2048) != 1 ||
        EVP_PKEY_generate(context.get(), &key) != 1) {
        throw std::runtime_error("OpenSSL could not make the test key");
    }
    return openssl::Pkey(key);
}

/// Any DER under any label.
inline std::string block(const char* label, const unsigned char* der, std::size_t size)
{
    return written(
        [&](BIO* bio) { return PEM_write_bio(bio, label, "", der, static_cast<long>(size)) > 0 ? 1 : 0; });
}

}  // namespace countersign::pem
