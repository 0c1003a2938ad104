#include "services/sandbox/enclave/EnclaveChain.h"

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

struct EnclaveChainText
{
    Q_DECLARE_TR_FUNCTIONS(EnclaveChainText)
};

template <auto release>
struct Release
{
    template <typename T>
    void operator()(T* object) const
    {
        release(object);
    }
};

using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using KeyPointer = std::shared_ptr<EVP_PKEY>;

constexpr UnixMillis halfDay = 12LL * 60 * 60 * 1000;
constexpr std::size_t coordinateBytes = 48;

tl::unexpected<Error> notMade()
{
    return failure(ErrorCode::Internal,
                   EnclaveChainText::tr("The enclave's certificates could not be made."));
}

/// One certificate of the chain.
struct Plan
{
    std::string name;
    const char* constraints = nullptr;
    const char* usage = nullptr;
    bool hasIdentifiers = false;
    EnclaveChain::Window window;
};

struct Issuer
{
    X509* certificate = nullptr;
    EVP_PKEY* key = nullptr;
};

bool addExtension(X509* certificate, X509* issuer, int nid, const char* value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool setName(X509* certificate, const std::string& name)
{
    X509_NAME* subject = X509_get_subject_name(certificate);
    for (const auto& [field, value] :
         {std::pair("O", std::string("Countersign sandbox (simulated)")), std::pair("CN", name)}) {
        const auto* text = reinterpret_cast<const unsigned char*>(value.c_str());
        if (X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, text, -1, -1, 0) != 1) {
            return false;
        }
    }
    return true;
}

bool setSerial(X509* certificate)
{
    Bytes serial = randomBytes(16);
    serial[0] &= 0x7FU;
    const std::unique_ptr<BIGNUM, Release<BN_free>> number(
        BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
    return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

std::time_t seconds(UnixMillis time)
{
    return static_cast<std::time_t>(time / 1000);
}

Certificate issue(const Plan& plan, EVP_PKEY* key, const Issuer& issuer)
{
    Certificate certificate(X509_new());
    X509* raw = certificate.get();
    const bool filled =
        raw != nullptr && key != nullptr && X509_set_version(raw, X509_VERSION_3) == 1 && setSerial(raw) &&
        ASN1_TIME_set(X509_getm_notBefore(raw), seconds(plan.window.from)) != nullptr &&
        ASN1_TIME_set(X509_getm_notAfter(raw), seconds(plan.window.until)) != nullptr &&
        setName(raw, plan.name) &&
        X509_set_issuer_name(raw, X509_get_subject_name(issuer.certificate)) == 1 &&
        X509_set_pubkey(raw, key) == 1 &&
        addExtension(raw, issuer.certificate, NID_basic_constraints, plan.constraints) &&
        (!plan.hasIdentifiers ||
         (addExtension(raw, issuer.certificate, NID_authority_key_identifier, "keyid:always") &&
          addExtension(raw, issuer.certificate, NID_subject_key_identifier, "hash"))) &&
        addExtension(raw, issuer.certificate, NID_key_usage, plan.usage) &&
        X509_sign(raw, issuer.key, EVP_sha384()) > 0;
    return filled ? std::move(certificate) : nullptr;
}

Bytes derOf(X509* certificate)
{
    Bytes der(static_cast<std::size_t>(std::max(0, i2d_X509(certificate, nullptr))));
    unsigned char* out = der.data();
    i2d_X509(certificate, &out);
    return der;
}

Bio bioOf(BytesView bytes)
{
    return Bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

}  // namespace

Result<EnclaveChain> EnclaveChain::make(const EnclaveRoot& root, const std::string& moduleId, Window window)
{
    Certificate issuer(
        PEM_read_bio_X509(bioOf(asBytes(root.certificatePem)).get(), nullptr, nullptr, nullptr));
    KeyPointer issuerKey(
        PEM_read_bio_PrivateKey(bioOf(root.privateKeyPem.view()).get(), nullptr, nullptr, nullptr),
        EVP_PKEY_free);
    if (!issuer || !issuerKey) {
        return notMade();
    }
    EnclaveChain chain;
    chain.m_bundle.push_back(derOf(issuer.get()));
    const Window wide{window.from - halfDay, window.until + halfDay};
    const char* authority = "critical,digitalSignature,keyCertSign,cRLSign";
    const std::array plans{
        Plan{"sandbox-1.countersign-sandbox", "critical,CA:TRUE,pathlen:2", authority, true, wide},
        Plan{"zonal.sandbox-1.countersign-sandbox", "critical,CA:TRUE,pathlen:1", authority, true, wide},
        Plan{"i-sandbox.sandbox-1.countersign-sandbox", "critical,CA:TRUE,pathlen:0", "critical,keyCertSign",
             false, wide},
        Plan{moduleId + ".sandbox-1.countersign-sandbox", "critical,CA:FALSE",
             "digitalSignature,nonRepudiation", false, window}};
    for (const Plan& plan : plans) {
        KeyPointer key(EVP_EC_gen("P-384"), EVP_PKEY_free);
        Certificate certificate = issue(plan, key.get(), {issuer.get(), issuerKey.get()});
        if (!certificate) {
            return notMade();
        }
        chain.m_bundle.push_back(derOf(certificate.get()));
        issuer = std::move(certificate);
        issuerKey = std::move(key);
    }
    chain.m_certificate = std::move(chain.m_bundle.back());
    chain.m_bundle.pop_back();
    chain.m_key = std::move(issuerKey);
    return chain;
}

Result<Bytes> EnclaveChain::sign(BytesView message) const
{
    const std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    std::size_t size = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha384(), nullptr, m_key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) != 1) {
        return notMade();
    }
    Bytes der(size);
    if (EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()) != 1) {
        return notMade();
    }
    const unsigned char* in = der.data();
    const std::unique_ptr<ECDSA_SIG, Release<ECDSA_SIG_free>> pair(
        d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(size)));
    Bytes signature(2 * coordinateBytes);
    if (!pair ||
        BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), signature.data(), static_cast<int>(coordinateBytes)) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), signature.data() + coordinateBytes,
                     static_cast<int>(coordinateBytes)) < 0) {
        return notMade();
    }
    return signature;
}

}  // namespace countersign::sandbox
