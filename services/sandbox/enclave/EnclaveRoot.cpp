#include "services/sandbox/enclave/EnclaveRoot.h"

#include "core/base/Random.h"

#include <QCoreApplication>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>

namespace countersign::sandbox {

namespace {

struct EnclaveRootText
{
    Q_DECLARE_TR_FUNCTIONS(EnclaveRootText)
};

template <auto release>
struct RootRelease
{
    template <typename T>
    void operator()(T* object) const
    {
        release(object);
    }
};

using Key = std::unique_ptr<EVP_PKEY, RootRelease<EVP_PKEY_free>>;
using RootCertificate = std::unique_ptr<X509, RootRelease<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, RootRelease<X509_EXTENSION_free>>;
using RootBio = std::unique_ptr<BIO, RootRelease<BIO_free_all>>;

constexpr std::time_t day = 24 * 60 * 60;
constexpr const char* commonName = "Countersign sandbox enclave root (simulated)";

bool addExtension(X509* certificate, int nid, const char* value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool fill(X509* certificate, EVP_PKEY* key, std::time_t now)
{
    Bytes serial = randomBytes(16);
    serial[0] &= 0x7FU;
    const std::unique_ptr<BIGNUM, RootRelease<BN_free>> number(
        BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    const auto* name = reinterpret_cast<const unsigned char*>(commonName);
    X509_NAME* subject = X509_get_subject_name(certificate);
    return number && X509_set_version(certificate, X509_VERSION_3) == 1 &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr &&
           ASN1_TIME_set(X509_getm_notBefore(certificate), now - day) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), now + 3650 * day) != nullptr &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, subject) == 1 && X509_set_pubkey(certificate, key) == 1 &&
           addExtension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
           addExtension(certificate, NID_key_usage, "critical,keyCertSign,cRLSign") &&
           addExtension(certificate, NID_subject_key_identifier, "hash");
}

BytesView contents(BIO* bio)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return asBytes(std::string_view(data, static_cast<std::size_t>(size)));
}

}  // namespace

Result<EnclaveRoot> EnclaveRoot::generate(UnixMillis now)
{
    const Key key(EVP_EC_gen("P-384"));
    const RootCertificate certificate(X509_new());
    const RootBio certificateText(BIO_new(BIO_s_mem()));
    const RootBio keyText(BIO_new(BIO_s_secmem()));
    if (!key || !certificate || !certificateText || !keyText ||
        !fill(certificate.get(), key.get(), static_cast<std::time_t>(now / 1000)) ||
        X509_sign(certificate.get(), key.get(), EVP_sha384()) <= 0 ||
        PEM_write_bio_X509(certificateText.get(), certificate.get()) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(keyText.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        return failure(ErrorCode::Internal,
                       EnclaveRootText::tr("The sandbox's enclave certificate could not be made."));
    }
    return EnclaveRoot{SecretBytes::copyOf(contents(keyText.get())),
                       std::string(asText(contents(certificateText.get())))};
}

}  // namespace countersign::sandbox
