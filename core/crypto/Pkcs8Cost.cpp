#include "core/crypto/Pkcs8Cost.h"

#include "core/crypto/OpenSsl.h"

#include <openssl/asn1.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

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

}  // namespace

bool isAffordablePkcs8(BytesView pem)
{
    const openssl::ErrorQueueGuard guard;
    const openssl::Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const auto sealed =
        owned<X509_SIG_free>(bio ? PEM_read_bio_PKCS8(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!sealed) {
        return false;
    }
    const X509_ALGOR* encryption = nullptr;
    X509_SIG_get0(sealed.get(), &encryption, nullptr);
    if (nidOf(encryption) == NID_pbes2) {
        const auto parameters =
            owned<PBE2PARAM_free>(static_cast<PBE2PARAM*>(unpack(encryption, ASN1_ITEM_rptr(PBE2PARAM))));
        return parameters && isAffordableDerivation(parameters->keyfunc);
    }
    const auto parameters =
        owned<PBEPARAM_free>(static_cast<PBEPARAM*>(unpack(encryption, ASN1_ITEM_rptr(PBEPARAM))));
    return parameters && isAffordable(parameters->iter);
}

}  // namespace countersign
