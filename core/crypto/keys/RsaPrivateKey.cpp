#include "core/crypto/keys/RsaPrivateKey.h"

#include "core/crypto/keys/PemHints.h"
#include "core/crypto/keys/PemText.h"
#include "core/crypto/keys/Pkcs8Cost.h"
#include "core/crypto/primitives/OpenSsl.h"

#include <QCoreApplication>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cstring>

namespace countersign {

namespace {

struct RsaPrivateKeyText
{
    Q_DECLARE_TR_FUNCTIONS(RsaPrivateKeyText)
};

/// What OpenSSL's own reader takes.
constexpr std::size_t maxPassphrase = PEM_BUFSIZE - 1;

tl::unexpected<Error> keyRefused(const QString& sentence, const QString& detail = {})
{
    return failure(ErrorCode::InvalidInput, sentence, detail);
}

/// OpenSSL's default callback asks the terminal; this one only knows what it was given.
int passphraseCallback(char* buffer, int size, int /*forWriting*/, void* user)
{
    const auto& passphrase = *static_cast<const SecretBytes*>(user);
    if (passphrase.isEmpty() || passphrase.size() > static_cast<std::size_t>(size)) {
        return -1;
    }
    std::memcpy(buffer, passphrase.data(), passphrase.size());
    return static_cast<int>(passphrase.size());
}

openssl::Pkey readPem(const SecretBytes& pem, const SecretBytes& passphrase)
{
    const openssl::Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    SecretBytes copy = passphrase.clone();
    return openssl::Pkey(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, &passphraseCallback, &copy)
                             : nullptr);
}

bool isPrivate(const PemBlock& block)
{
    return block.label.ends_with("PRIVATE KEY");
}

/// The only private key among the blocks, of a kind that can be RSA.
Result<PemBlock> onlyPrivateKey(const std::vector<PemBlock>& blocks)
{
    const auto count = std::ranges::count_if(blocks, isPrivate);
    if (blocks.empty()) {
        return keyRefused(RsaPrivateKeyText::tr("This is not a key in PEM form."));
    }
    if (count == 0) {
        return keyRefused(RsaPrivateKeyText::tr(
            "This file holds no private key. Import the private half of the key pair."));
    }
    if (count > 1) {
        return keyRefused(
            RsaPrivateKeyText::tr("This file holds several private keys. Import them one by one."));
    }
    PemBlock block = *std::ranges::find_if(blocks, isPrivate);
    if (block.label == "OPENSSH PRIVATE KEY") {
        return keyRefused(RsaPrivateKeyText::tr(
            "This is an OpenSSH key file. Convert it to PEM with: ssh-keygen -p -m PEM -f FILE"));
    }
    if (block.label != "PRIVATE KEY" && block.label != "ENCRYPTED PRIVATE KEY" &&
        block.label != "RSA PRIVATE KEY") {
        return keyRefused(RsaPrivateKeyText::tr("This key is not an RSA key."),
                          QString::fromLatin1(block.label.c_str()));
    }
    return block;
}

/// What protects the block and is not to be had here.
std::optional<QString> missingAlgorithm(const PemBlock& block, const SecretBytes& pem)
{
    if (block.label == "ENCRYPTED PRIVATE KEY") {
        return missingPkcs8Algorithm(pem.view());
    }
    return block.encrypted && !block.cipher.empty() && !hasCipher(block.cipher)
               ? std::optional(QString::fromLatin1(block.cipher.data(), qsizetype(block.cipher.size())))
               : std::nullopt;
}

/// A buffer of OpenSSL's, taken over into guarded memory.
SecretBytes takenOver(unsigned char* data, long size)
{
    SecretBytes bytes =
        size > 0 ? SecretBytes::copyOf(BytesView(data, static_cast<std::size_t>(size))) : SecretBytes();
    OPENSSL_clear_free(data, size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
}

/// The DER of the PEM's block "PRIVATE KEY"; empty when there is none.
SecretBytes plainInfoOf(const SecretBytes& pem)
{
    const openssl::Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    while (bio && PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1) {
        const bool isIt = std::string_view(name) == "PRIVATE KEY";
        OPENSSL_free(name);
        OPENSSL_free(header);
        SecretBytes content = takenOver(data, size);
        if (isIt) {
            return content;
        }
    }
    return {};
}

/// The same of an "ENCRYPTED PRIVATE KEY", whose cost was found bearable.
SecretBytes encryptedInfoOf(const SecretBytes& pem, const SecretBytes& passphrase)
{
    const openssl::Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const std::unique_ptr<X509_SIG, openssl::Deleter<X509_SIG_free>> sealed(
        bio ? PEM_read_bio_PKCS8(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!sealed || passphrase.size() > maxPassphrase) {
        return {};
    }
    const X509_ALGOR* encryption = nullptr;
    const ASN1_OCTET_STRING* content = nullptr;
    X509_SIG_get0(sealed.get(), &encryption, &content);
    unsigned char* data = nullptr;
    int size = 0;
    const auto* text = reinterpret_cast<const char*>(passphrase.data());
    if (PKCS12_pbe_crypt(encryption, text, static_cast<int>(passphrase.size()),
                         ASN1_STRING_get0_data(content), ASN1_STRING_length(content), &data, &size,
                         0) == nullptr) {
        return {};
    }
    return takenOver(data, size);
}

/// Why a block that OpenSSL refuses, or takes for another kind of key, may be intact all the same.
std::optional<QString> unusualBlock(const PemBlock& block, const SecretBytes& pem,
                                    const SecretBytes& passphrase)
{
    if (block.label == "PRIVATE KEY") {
        return unusualPkcs8(plainInfoOf(pem).view(), false);
    }
    return block.label == "ENCRYPTED PRIVATE KEY"
               ? unusualPkcs8(encryptedInfoOf(pem, passphrase).view(), true)
               : std::nullopt;
}

/// Whether modulus, primes and exponents belong together.
bool isConsistent(EVP_PKEY* key)
{
    const openssl::PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    return context && EVP_PKEY_check(context.get()) == 1;
}

using PrivateKeyInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, openssl::Deleter<PKCS8_PRIV_KEY_INFO_free>>;

}  // namespace

Result<RsaPrivateKey> RsaPrivateKey::bounded(EVP_PKEY* key)
{
    std::shared_ptr<EVP_PKEY> owned(key, &EVP_PKEY_free);
    RETURN_IF_ERROR(checkRsaBounds(key));
    return RsaPrivateKey(std::move(owned));
}

Result<RsaPrivateKey> RsaPrivateKey::generate(int bits)
{
    const openssl::ErrorQueueGuard guard;
    if (bits != 2048 && bits != 3072 && bits != 4096) {
        return keyRefused(RsaPrivateKeyText::tr("An RSA key must have 2048, 3072 or 4096 bits."));
    }
    EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned int>(bits));
    if (key == nullptr) {
        return failure(ErrorCode::Internal, RsaPrivateKeyText::tr("The key could not be generated."),
                       openssl::takeErrors());
    }
    return bounded(key);
}

bool RsaPrivateKey::needsPassphrase(BytesView pem)
{
    const auto text = normalisePem(pem);
    if (!text) {
        return false;
    }
    const auto block = onlyPrivateKey(pemBlocks(text->text()));
    return block && block->encrypted;
}

Result<RsaPrivateKey> RsaPrivateKey::fromPem(BytesView pem, const SecretBytes& passphrase)
{
    const openssl::ErrorQueueGuard guard;
    if (const auto other = otherThanPem(pem, PemSubject::PrivateKey)) {
        return keyRefused(*other);
    }
    ASSIGN_OR_RETURN(const auto text, normalisePem(pem));
    ASSIGN_OR_RETURN(const auto block, onlyPrivateKey(pemBlocks(text.text())));
    // Before the passphrase: with such a file every one would seem wrong.
    if (const auto missing = missingAlgorithm(block, text)) {
        return keyRefused(unsupportedProtection(*missing));
    }
    if (block.encrypted && passphrase.isEmpty()) {
        return failure(ErrorCode::Locked,
                       RsaPrivateKeyText::tr(
                           "This key file is protected by a passphrase. Give the passphrase as well."));
    }
    if (block.label == "ENCRYPTED PRIVATE KEY" && !isAffordablePkcs8(text.view())) {
        return keyRefused(
            RsaPrivateKeyText::tr(
                "This key file is damaged, or protected in a way that would take too long to open."),
            QStringLiteral("PKCS#8 encryption parameters out of bounds"));
    }
    openssl::Pkey key = readPem(text, passphrase);
    const QString reasons = key ? QString() : openssl::takeErrors();
    const bool isRsa = key && EVP_PKEY_is_a(key.get(), "RSA") == 1;
    if (const auto unusual = isRsa ? std::nullopt : unusualBlock(block, text, passphrase)) {
        return keyRefused(*unusual);
    }
    if (!key && block.encrypted) {
        return failure(
            ErrorCode::WrongPassphrase,
            RsaPrivateKeyText::tr("The passphrase does not open this key file, or the file is damaged."),
            reasons);
    }
    if (!key) {
        return keyRefused(
            RsaPrivateKeyText::tr(
                "This is not a private key that can be read; the file is damaged or not an RSA key."),
            reasons);
    }
    auto rsa = bounded(key.release());
    if (rsa && !isConsistent(rsa->handle())) {
        return keyRefused(
            RsaPrivateKeyText::tr("The numbers of this RSA key do not belong together; the file is damaged."),
            openssl::takeErrors());
    }
    return rsa;
}

Result<RsaPrivateKey> RsaPrivateKey::fromPkcs8Der(const SecretBytes& der)
{
    const openssl::ErrorQueueGuard guard;
    const auto corrupt = [] {
        return keyRefused(
            RsaPrivateKeyText::tr(
                "This is not a private key that can be read; the file is damaged or not an RSA key."),
            openssl::takeErrors());
    };
    if (der.isEmpty() || der.size() > pemMaxBytes) {
        return corrupt();
    }
    const unsigned char* position = der.data();
    const PrivateKeyInfo info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &position, static_cast<long>(der.size())));
    if (!info || position != der.data() + der.size()) {
        return corrupt();
    }
    EVP_PKEY* key = EVP_PKCS82PKEY(info.get());
    return key != nullptr ? bounded(key) : corrupt();
}

SecretBytes RsaPrivateKey::pkcs8Der() const
{
    const openssl::ErrorQueueGuard guard;
    const PrivateKeyInfo info(EVP_PKEY2PKCS8(m_key.get()));
    const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), nullptr) : 0;
    if (size <= 0) {
        openssl::fatal("the encoding of a private key");
    }
    SecretBytes der(static_cast<std::size_t>(size));
    unsigned char* out = der.data();
    if (i2d_PKCS8_PRIV_KEY_INFO(info.get(), &out) != size) {
        openssl::fatal("the encoding of a private key");
    }
    return der;
}

RsaPublicKey RsaPrivateKey::publicKey() const
{
    // Through the encoding, so that the public object shares no memory with the private one.
    const openssl::ErrorQueueGuard guard;
    const int size = i2d_PUBKEY(m_key.get(), nullptr);
    Bytes der(size > 0 ? static_cast<std::size_t>(size) : 0);
    unsigned char* out = der.data();
    if (size <= 0 || i2d_PUBKEY(m_key.get(), &out) != size) {
        openssl::fatal("the encoding of a public key");
    }
    auto key = RsaPublicKey::fromSpkiDer(der);
    if (!key) {
        openssl::fatal("the decoding of its own public key");
    }
    return *std::move(key);
}

int RsaPrivateKey::bits() const
{
    return EVP_PKEY_get_bits(m_key.get());
}

std::size_t RsaPrivateKey::modulusBytes() const
{
    return static_cast<std::size_t>(EVP_PKEY_get_size(m_key.get()));
}

}  // namespace countersign
