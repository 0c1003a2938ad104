#include "core/crypto/keys/RsaPublicKey.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/keys/PemHints.h"
#include "core/crypto/keys/PemText.h"
#include "core/crypto/primitives/OpenSsl.h"
#include "core/crypto/primitives/Sha256.h"

#include <QCoreApplication>

#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace countersign {

namespace {

struct RsaPublicKeyText
{
    Q_DECLARE_TR_FUNCTIONS(RsaPublicKeyText)
};

tl::unexpected<Error> notAPublicKey(const QString& detail)
{
    return failure(ErrorCode::InvalidInput,
                   RsaPublicKeyText::tr("This is not an RSA public key in PEM form."), detail);
}

/// A decoder for exactly one structure, so that neither a private key nor a certificate is taken for a public
/// key.
openssl::Pkey decode(BytesView bytes, const char* format, const char* structure)
{
    EVP_PKEY* key = nullptr;
    const std::unique_ptr<OSSL_DECODER_CTX, openssl::Deleter<OSSL_DECODER_CTX_free>> context(
        OSSL_DECODER_CTX_new_for_pkey(&key, format, structure, nullptr, EVP_PKEY_PUBLIC_KEY, nullptr,
                                      nullptr));
    const unsigned char* data = bytes.data();
    std::size_t left = bytes.size();
    if (!context || OSSL_DECODER_from_data(context.get(), &data, &left) != 1) {
        return {};
    }
    return openssl::Pkey(key);
}

/// Of the one block.
Bytes derOfPem(BytesView pem)
{
    const openssl::Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (!bio || PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) {
        return {};
    }
    Bytes der(data, data + size);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    return der;
}

}  // namespace

Status checkRsaBounds(const EVP_PKEY* key)
{
    const auto refuse = [](const QString& sentence, const QString& detail) {
        return failure(ErrorCode::InvalidInput, sentence, detail);
    };
    if (EVP_PKEY_is_a(key, "RSA") != 1) {
        return refuse(RsaPublicKeyText::tr("This key is not an RSA key."),
                      QString::fromLatin1(EVP_PKEY_get0_type_name(key)));
    }
    const int bits = EVP_PKEY_get_bits(key);
    if (bits < rsaMinBits || bits > rsaMaxBits) {
        return refuse(RsaPublicKeyText::tr("This RSA key has %1 bits; it must have between %2 and %3.")
                          .arg(bits)
                          .arg(rsaMinBits)
                          .arg(rsaMaxBits),
                      {});
    }
    BIGNUM* number = nullptr;
    const bool read = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &number) == 1;
    const openssl::BigNumber exponent(number);
    if (!read || BN_is_odd(exponent.get()) == 0 || BN_is_one(exponent.get()) != 0 ||
        BN_is_negative(exponent.get()) != 0 || BN_num_bits(exponent.get()) > 64) {
        return refuse(RsaPublicKeyText::tr("This RSA key has an unusual public exponent and is refused."),
                      {});
    }
    return {};
}

Result<RsaPublicKey> RsaPublicKey::checked(EVP_PKEY* key)
{
    std::shared_ptr<EVP_PKEY> owned(key, &EVP_PKEY_free);
    RETURN_IF_ERROR(checkRsaBounds(key));
    return RsaPublicKey(std::move(owned));
}

Result<RsaPublicKey> RsaPublicKey::fromPem(BytesView pem)
{
    const openssl::ErrorQueueGuard guard;
    if (const auto other = otherThanPem(pem, PemSubject::PublicKey)) {
        return failure(ErrorCode::InvalidInput, *other);
    }
    ASSIGN_OR_RETURN(const auto text, normalisePem(pem));
    const std::vector<PemBlock> blocks = pemBlocks(text.text());
    if (blocks.size() != 1) {
        return notAPublicKey(QStringLiteral("%1 PEM blocks, expected one").arg(blocks.size()));
    }
    const std::string& label = blocks.front().label;
    if (const auto other = otherThanAskedFor(label, PemSubject::PublicKey)) {
        return failure(ErrorCode::InvalidInput, *other);
    }
    if (label != "PUBLIC KEY" && label != "RSA PUBLIC KEY") {
        return notAPublicKey(QStringLiteral("a PEM block of another kind"));
    }
    openssl::Pkey key =
        decode(text.view(), "PEM", label == "PUBLIC KEY" ? "SubjectPublicKeyInfo" : "type-specific");
    const QString reasons = key ? QString() : openssl::takeErrors();
    const bool isRsa = key && EVP_PKEY_is_a(key.get(), "RSA") == 1;
    if (const auto unusual = isRsa ? std::nullopt : unusualPublicKey(derOfPem(text.view()))) {
        return failure(ErrorCode::InvalidInput, *unusual);
    }
    if (!key) {
        return notAPublicKey(reasons);
    }
    return checked(key.release());
}

Result<RsaPublicKey> RsaPublicKey::fromSpkiDer(BytesView der)
{
    const openssl::ErrorQueueGuard guard;
    if (der.size() > pemMaxBytes) {
        return notAPublicKey(QStringLiteral("too long"));
    }
    const unsigned char* position = der.data();
    openssl::Pkey key(der.empty() ? nullptr : d2i_PUBKEY(nullptr, &position, static_cast<long>(der.size())));
    if (!key) {
        return notAPublicKey(openssl::takeErrors());
    }
    if (position != der.data() + der.size()) {
        return notAPublicKey(QStringLiteral("bytes behind the key"));
    }
    return checked(key.release());
}

int RsaPublicKey::bits() const
{
    return EVP_PKEY_get_bits(m_key.get());
}

std::size_t RsaPublicKey::modulusBytes() const
{
    return static_cast<std::size_t>(EVP_PKEY_get_size(m_key.get()));
}

Bytes RsaPublicKey::spkiDer() const
{
    const openssl::ErrorQueueGuard guard;
    const int size = i2d_PUBKEY(m_key.get(), nullptr);
    if (size <= 0) {
        openssl::fatal("the encoding of a public key");
    }
    Bytes der(static_cast<std::size_t>(size));
    unsigned char* out = der.data();
    if (i2d_PUBKEY(m_key.get(), &out) != size) {
        openssl::fatal("the encoding of a public key");
    }
    return der;
}

std::string RsaPublicKey::spkiPem() const
{
    const openssl::ErrorQueueGuard guard;
    const openssl::Bio bio(BIO_new(BIO_s_mem()));
    if (!bio || PEM_write_bio_PUBKEY(bio.get(), m_key.get()) != 1) {
        openssl::fatal("the encoding of a public key");
    }
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

std::string RsaPublicKey::fingerprint() const
{
    return "SHA256:" + toHex(sha256(spkiDer()));
}

}  // namespace countersign
