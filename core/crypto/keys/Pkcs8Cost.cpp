#include "core/crypto/keys/Pkcs8Cost.h"

#include "core/crypto/primitives/OpenSsl.h"

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <array>

namespace countersign {

namespace {

constexpr std::int64_t maxIterations = 10'000'000;
constexpr std::uint64_t maxScryptWork = 1U << 24U;

template <auto Free, typename T>
std::unique_ptr<T, openssl::Deleter<Free>> owned(T* object)
{
    return std::unique_ptr<T, openssl::Deleter<Free>>(object);
}

/// The parameters of an AlgorithmIdentifier as the given ASN.1 type, or null.
void* unpack(const X509_ALGOR* algorithm, const ASN1_ITEM* item)
{
    const void* value = nullptr;
    int type = V_ASN1_UNDEF;
    X509_ALGOR_get0(nullptr, &type, &value, algorithm);
    return type == V_ASN1_SEQUENCE ? ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), item) : nullptr;
}

int nidOf(const X509_ALGOR* algorithm)
{
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    return OBJ_obj2nid(object);
}

bool isAffordable(const ASN1_INTEGER* iterations)
{
    std::int64_t count = 0;
    return ASN1_INTEGER_get_int64(&count, iterations) == 1 && count >= 1 && count <= maxIterations;
}

bool isAffordableScrypt(const SCRYPT_PARAMS& parameters)
{
    std::uint64_t n = 0;
    std::uint64_t r = 0;
    std::uint64_t p = 0;
    if (ASN1_INTEGER_get_uint64(&n, parameters.costParameter) != 1 ||
        ASN1_INTEGER_get_uint64(&r, parameters.blockSize) != 1 ||
        ASN1_INTEGER_get_uint64(&p, parameters.parallelizationParameter) != 1) {
        return false;
    }
    const auto small = [](std::uint64_t value) { return value >= 1 && value <= maxScryptWork; };
    // Each product stays below 2^48 before the next comparison.
    return small(n) && small(r) && small(p) && small(n * r) && small(n * r * p);
}

bool isAffordableDerivation(const X509_ALGOR* keyDerivation)
{
    switch (nidOf(keyDerivation)) {
        case NID_id_pbkdf2: {
            const auto parameters = owned<PBKDF2PARAM_free>(
                static_cast<PBKDF2PARAM*>(unpack(keyDerivation, ASN1_ITEM_rptr(PBKDF2PARAM))));
            return parameters && isAffordable(parameters->iter);
        }
        case NID_id_scrypt: {
            const auto parameters = owned<SCRYPT_PARAMS_free>(
                static_cast<SCRYPT_PARAMS*>(unpack(keyDerivation, ASN1_ITEM_rptr(SCRYPT_PARAMS))));
            return parameters && isAffordableScrypt(*parameters);
        }
        default:
            return false;
    }
}

using SealedKey = std::unique_ptr<X509_SIG, openssl::Deleter<X509_SIG_free>>;
using Pbes2 = std::unique_ptr<PBE2PARAM, openssl::Deleter<PBE2PARAM_free>>;

SealedKey readSealed(BytesView pem)
{
    const openssl::Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return SealedKey(bio ? PEM_read_bio_PKCS8(bio.get(), nullptr, nullptr, nullptr) : nullptr);
}

const X509_ALGOR* encryptionOf(const SealedKey& sealed)
{
    const X509_ALGOR* encryption = nullptr;
    X509_SIG_get0(sealed.get(), &encryption, nullptr);
    return encryption;
}

Pbes2 pbes2Of(const X509_ALGOR* encryption)
{
    return Pbes2(static_cast<PBE2PARAM*>(unpack(encryption, ASN1_ITEM_rptr(PBE2PARAM))));
}

/// Its short name, or its numbers where it has none here.
QString nameOf(const X509_ALGOR* algorithm)
{
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    std::array<char, 80> text{};
    const int nid = OBJ_obj2nid(object);
    if (nid != NID_undef) {
        return QString::fromLatin1(OBJ_nid2sn(nid));
    }
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
    return QString::fromLatin1(text.data());
}

bool hasDigest(int nid)
{
    const std::unique_ptr<EVP_MD, openssl::Deleter<EVP_MD_free>> digest(
        nid == NID_undef ? nullptr : EVP_MD_fetch(nullptr, OBJ_nid2sn(nid), nullptr));
    return digest != nullptr;
}

/// The pseudo-random function of PBKDF2; HMAC with SHA-1 where none is named.
std::optional<QString> missingFunction(const X509_ALGOR* keyDerivation)
{
    if (nidOf(keyDerivation) == NID_id_scrypt) {
        return std::nullopt;
    }
    if (nidOf(keyDerivation) != NID_id_pbkdf2) {
        return nameOf(keyDerivation);
    }
    const auto parameters = owned<PBKDF2PARAM_free>(
        static_cast<PBKDF2PARAM*>(unpack(keyDerivation, ASN1_ITEM_rptr(PBKDF2PARAM))));
    if (!parameters || parameters->prf == nullptr) {
        return std::nullopt;
    }
    int digest = NID_undef;
    const bool known = EVP_PBE_find(EVP_PBE_TYPE_PRF, nidOf(parameters->prf), nullptr, &digest, nullptr) == 1;
    return known && hasDigest(digest) ? std::nullopt : std::optional(nameOf(parameters->prf));
}

}  // namespace

bool hasCipher(const std::string& name)
{
    const openssl::ErrorQueueGuard guard;
    const std::unique_ptr<EVP_CIPHER, openssl::Deleter<EVP_CIPHER_free>> cipher(
        EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
    return cipher != nullptr;
}

std::optional<QString> missingPkcs8Algorithm(BytesView pem)
{
    const openssl::ErrorQueueGuard guard;
    const SealedKey sealed = readSealed(pem);
    if (!sealed) {
        return std::nullopt;
    }
    const X509_ALGOR* encryption = encryptionOf(sealed);
    if (nidOf(encryption) == NID_pbes2) {
        const Pbes2 parameters = pbes2Of(encryption);
        if (!parameters) {
            return std::nullopt;
        }
        const int cipher = nidOf(parameters->encryption);
        if (cipher == NID_undef || !hasCipher(OBJ_nid2sn(cipher))) {
            return nameOf(parameters->encryption);
        }
        return missingFunction(parameters->keyfunc);
    }
    int cipher = NID_undef;
    int digest = NID_undef;
    const bool known = EVP_PBE_find(EVP_PBE_TYPE_OUTER, nidOf(encryption), &cipher, &digest, nullptr) == 1;
    return known && cipher > 0 && hasCipher(OBJ_nid2sn(cipher)) && hasDigest(digest)
               ? std::nullopt
               : std::optional(nameOf(encryption));
}

bool isAffordablePkcs8(BytesView pem)
{
    const openssl::ErrorQueueGuard guard;
    const SealedKey sealed = readSealed(pem);
    if (!sealed) {
        return false;
    }
    const X509_ALGOR* encryption = encryptionOf(sealed);
    if (nidOf(encryption) == NID_pbes2) {
        const Pbes2 parameters = pbes2Of(encryption);
        return parameters && isAffordableDerivation(parameters->keyfunc);
    }
    const auto parameters =
        owned<PBEPARAM_free>(static_cast<PBEPARAM*>(unpack(encryption, ASN1_ITEM_rptr(PBEPARAM))));
    return parameters && isAffordable(parameters->iter);
}

}  // namespace countersign
