#include "tests/support/NitroFixture.h"

#include "core/base/Random.h"

#include <QByteArray>
#include <QCborStreamWriter>

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace countersign::test {

namespace {

constexpr int secondMs = 1000;

QByteArray toArray(BytesView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size())};
}

/// A test that cannot make its certificates proves nothing.
template <typename T>
T required(T value)
{
    if (!value) {
        qFatal("OpenSSL refused to make a test certificate");
    }
    return value;
}

void addExtension(X509* certificate, X509* issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = required(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    required(X509_add_ext(certificate, extension, -1));
    X509_EXTENSION_free(extension);
}

void setName(X509* certificate, const std::string& commonName)
{
    X509_NAME* name = X509_get_subject_name(certificate);
    for (const auto& [field, value] : std::vector<std::pair<const char*, std::string>>{
             {"C", "US"}, {"O", "Test"}, {"OU", "Not AWS"}, {"CN", commonName}}) {
        required(X509_NAME_add_entry_by_txt(
            name, field, MBSTRING_ASC, reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1, 0));
    }
}

std::string readAll(BIO* bio)
{
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

}  // namespace

TestCertificate TestCertificate::make(const CertificateOptions& options, const TestCertificate* issuer)
{
    const auto newKey = [](const std::string& group) {
        return std::shared_ptr<EVP_PKEY>(required(EVP_EC_gen(group.c_str())), EVP_PKEY_free);
    };
    TestCertificate made;
    made.m_key = newKey(options.group);
    made.m_certificate = std::shared_ptr<X509>(required(X509_new()), X509_free);
    X509* certificate = made.m_certificate.get();
    X509* signer = issuer != nullptr ? issuer->m_certificate.get() : certificate;
    X509_set_version(certificate, X509_VERSION_3);
    const Bytes serial = randomBytes(8);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
                            *reinterpret_cast<const std::uint64_t*>(serial.data()) >> 1U);
    ASN1_TIME_set(X509_getm_notBefore(certificate), options.from / secondMs);
    ASN1_TIME_set(X509_getm_notAfter(certificate), options.until / secondMs);
    setName(certificate, options.name);
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    X509_set_pubkey(certificate, made.m_key.get());
    if (options.hasBasicConstraints) {
        std::string constraints = options.isAuthority ? "critical,CA:TRUE" : "critical,CA:FALSE";
        if (options.pathLength >= 0) {
            constraints += ",pathlen:" + std::to_string(options.pathLength);
        }
        addExtension(certificate, signer, NID_basic_constraints, constraints);
    }
    addExtension(certificate, signer, NID_key_usage,
                 options.isAuthority ? "critical,digitalSignature,keyCertSign,cRLSign"
                                     : "digitalSignature,nonRepudiation");
    const auto signingKey =
        options.isForged ? newKey("P-384") : (issuer != nullptr ? issuer->m_key : made.m_key);
    required(X509_sign(certificate, signingKey.get(), EVP_get_digestbyname(options.digest.c_str())));
    return made;
}

Bytes TestCertificate::der() const
{
    Bytes der(static_cast<std::size_t>(i2d_X509(m_certificate.get(), nullptr)));
    unsigned char* out = der.data();
    i2d_X509(m_certificate.get(), &out);
    return der;
}

std::string TestCertificate::pem() const
{
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, m_certificate.get());
    return readAll(bio);
}

std::string TestCertificate::keyPem() const
{
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, m_key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return readAll(bio);
}

Bytes TestCertificate::sign(BytesView message) const
{
    constexpr int scalarBytes = 48;
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::size_t size = 256;
    Bytes der(size);
    required(EVP_DigestSignInit_ex(context.get(), nullptr, "SHA384", nullptr, nullptr, m_key.get(), nullptr));
    required(EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()));
    const unsigned char* in = der.data();
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
        required(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(size))), ECDSA_SIG_free);
    Bytes raw(2 * scalarBytes);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw.data(), scalarBytes);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw.data() + scalarBytes, scalarBytes);
    return raw;
}

NitroChain NitroChain::make(UnixMillis now, const std::function<void(int level, CertificateOptions&)>& change)
{
    static const std::vector<std::string> names = {
        "test.nitro-enclaves", "region.test.nitro-enclaves", "zonal.region.test.nitro-enclaves",
        "i-0123456789abcdef0.test", "i-0123456789abcdef0-enc0123456789abcdef.test"};
    NitroChain chain;
    for (int level = 0; level < 5; ++level) {
        CertificateOptions options;
        options.name = names.at(static_cast<std::size_t>(level));
        options.from = now - 10 * 60 * secondMs;
        options.until = now + 3 * 3600 * secondMs;
        options.isAuthority = level < 4;
        options.pathLength = level >= 1 && level <= 3 ? 3 - level : -1;
        if (change) {
            change(level, options);
        }
        chain.certificates.push_back(
            TestCertificate::make(options, level > 0 ? &chain.certificates.back() : nullptr));
    }
    return chain;
}

std::vector<Bytes> NitroChain::bundle() const
{
    std::vector<Bytes> all;
    for (std::size_t i = 0; i + 1 < certificates.size(); ++i) {
        all.push_back(certificates[i].der());
    }
    return all;
}

std::map<std::uint64_t, Bytes> somePcrs()
{
    std::map<std::uint64_t, Bytes> pcrs;
    for (std::uint8_t index = 0; index < 16; ++index) {
        const bool isMeasured = index <= 4 || index == 8;
        pcrs[index] = Bytes(48, isMeasured ? static_cast<std::uint8_t>(0xa0 + index) : std::uint8_t{0});
    }
    return pcrs;
}

NitroFields goodFields(const NitroChain& chain, UnixMillis timestamp)
{
    NitroFields fields;
    fields.timestamp = timestamp;
    fields.pcrs = somePcrs();
    fields.certificate = chain.enclave().der();
    fields.bundle = chain.bundle();
    return fields;
}

Bytes encodePayload(const NitroFields& fields)
{
    QByteArray encoded;
    QCborStreamWriter writer(&encoded);
    const auto startMap = [&](std::size_t size) {
        fields.indefinite ? writer.startMap() : writer.startMap(size);
    };
    const auto pair = [&](const char* key, const std::function<void()>& value) {
        if (!fields.leaveOut.contains(key)) {
            writer.append(QLatin1String(key));
            value();
        }
    };
    const auto optional = [&](const char* key, const std::optional<Bytes>& value) {
        pair(key, [&] { value ? writer.append(toArray(*value)) : writer.appendNull(); });
    };
    startMap(9 - fields.leaveOut.size() + static_cast<std::size_t>(fields.appended));
    pair("module_id", [&] { writer.append(QString::fromStdString(fields.moduleId)); });
    pair("digest", [&] { writer.append(QString::fromStdString(fields.digest)); });
    pair("timestamp", [&] { writer.append(static_cast<quint64>(fields.timestamp)); });
    pair("pcrs", [&] {
        startMap(fields.pcrs.size());
        for (const auto& [index, value] : fields.pcrs) {
            writer.append(static_cast<quint64>(index));
            writer.append(toArray(value));
        }
        writer.endMap();
    });
    pair("certificate", [&] { writer.append(toArray(fields.certificate)); });
    pair("cabundle", [&] {
        fields.indefinite ? writer.startArray() : writer.startArray(fields.bundle.size());
        for (const Bytes& certificate : fields.bundle) {
            writer.append(toArray(certificate));
        }
        writer.endArray();
    });
    optional("public_key", fields.publicKey);
    optional("user_data", fields.userData);
    optional("nonce", fields.nonce);
    if (fields.append) {
        fields.append(writer);
    }
    writer.endMap();
    return {encoded.begin(), encoded.end()};
}

Bytes signCose(BytesView payload, const TestCertificate& signer, const CoseOptions& options)
{
    QByteArray toBeSigned;
    QCborStreamWriter structure(&toBeSigned);
    structure.startArray(4);
    structure.append(QLatin1String("Signature1"));
    structure.append(toArray(options.protectedHeader));
    structure.append(QByteArray(""));
    structure.append(toArray(payload));
    structure.endArray();

    const Bytes signature =
        signer.sign(asBytes({toBeSigned.constData(), static_cast<std::size_t>(toBeSigned.size())}));
    // By hand where the writer would not let a fault through.
    const auto string = [](BytesView bytes) {
        QByteArray encoded;
        QCborStreamWriter writer(&encoded);
        writer.append(toArray(bytes));
        return encoded;
    };
    QByteArray message;
    if (options.tagged) {
        message += '\xd2';
    }
    message += options.indefinite ? '\x9f' : '\x84';
    message += string(options.protectedHeader);
    message += toArray(options.unprotected);
    message += string(payload);
    message += string(signature);
    if (options.indefinite) {
        message += '\xff';
    }
    return {message.begin(), message.end()};
}

Bytes makeDocument(const NitroFields& fields, const NitroChain& chain)
{
    return signCose(encodePayload(fields), chain.enclave());
}

}  // namespace countersign::test
