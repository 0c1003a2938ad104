#include "core/crypto/keys/PemHints.h"

#include "core/base/SecretBytes.h"
#include "core/crypto/keys/PemText.h"
#include "core/crypto/primitives/OpenSsl.h"

#include <QCoreApplication>

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

namespace countersign {

namespace {

struct PemHintsText
{
    Q_DECLARE_TR_FUNCTIONS(PemHintsText)
};

/// One element of DER, taken from the front.
struct DerElement
{
    int tag = 0;  ///< the universal number, or that of another class
    bool isUniversal = false;
    std::size_t headerBytes = 0;
    BytesView content;
};

std::optional<DerElement> takeElement(BytesView& rest)
{
    const openssl::ErrorQueueGuard guard;
    const unsigned char* position = rest.data();
    long length = 0;
    int tag = 0;
    int tagClass = 0;
    const int seen = ASN1_get_object(&position, &length, &tag, &tagClass, static_cast<long>(rest.size()));
    // 0x80: an error; 1: of indefinite length, which DER does not have.
    if (rest.empty() || (seen & 0x80) != 0 || (seen & 1) != 0) {
        return std::nullopt;
    }
    DerElement element;
    element.tag = tag;
    element.isUniversal = tagClass == V_ASN1_UNIVERSAL;
    element.headerBytes = static_cast<std::size_t>(position - rest.data());
    element.content = rest.subspan(element.headerBytes, static_cast<std::size_t>(length));
    rest = rest.subspan(element.headerBytes + element.content.size());
    return element;
}

std::optional<DerElement> takeElement(BytesView& rest, int tag)
{
    auto element = takeElement(rest);
    return element && element->isUniversal && element->tag == tag ? element : std::nullopt;
}

/// The content of the one sequence that the bytes are, or nothing.
std::optional<BytesView> wholeSequence(BytesView bytes)
{
    const auto sequence = takeElement(bytes, V_ASN1_SEQUENCE);
    return sequence && bytes.empty() ? std::optional(sequence->content) : std::nullopt;
}

int algorithmOf(BytesView identifier)
{
    const BytesView whole = identifier;
    const auto name = takeElement(identifier, V_ASN1_OBJECT);
    if (!name) {
        return NID_undef;
    }
    const unsigned char* position = whole.data();
    const std::unique_ptr<ASN1_OBJECT, openssl::Deleter<ASN1_OBJECT_free>> object(
        d2i_ASN1_OBJECT(nullptr, &position, static_cast<long>(name->headerBytes + name->content.size())));
    return object ? OBJ_obj2nid(object.get()) : NID_undef;
}

/// Where in der a part begins, as "openssl asn1parse -strparse" counts.
std::size_t offsetIn(BytesView der, const DerElement& part)
{
    return static_cast<std::size_t>(part.content.data() - der.data()) - part.headerBytes;
}

QString commandFromDer(PemSubject subject)
{
    switch (subject) {
        case PemSubject::PrivateKey:
            return QStringLiteral("openssl pkey -inform DER -in FILE -out key.pem");
        case PemSubject::PublicKey:
            return QStringLiteral("openssl pkey -pubin -inform DER -in FILE -out key.pem");
        case PemSubject::Certificate:
            break;
    }
    return QStringLiteral("openssl x509 -inform DER -in FILE -out certificate.pem");
}

/// PKCS#12 is a sequence that begins with the number 3, and is DER or BER.
bool isPkcs12(BytesView content)
{
    constexpr std::array<std::uint8_t, 3> version = {0x02, 0x01, 0x03};
    return content.size() > version.size() && std::ranges::equal(content.first(version.size()), version);
}

/// A key or a certificate; no short text is one by chance.
bool isDer(BytesView bytes)
{
    constexpr std::size_t shortest = 64;
    return bytes.size() >= shortest && wholeSequence(bytes).has_value();
}

bool isUtf16(BytesView file)
{
    const std::string_view text = asText(file);
    constexpr std::string_view little("-\0-\0-\0", 6);
    constexpr std::string_view big("\0-\0-\0-", 6);
    return text.find(little) != std::string_view::npos || text.find(big) != std::string_view::npos;
}

/// The value of NAME=value, without quotes.
std::string_view valueOf(std::string_view text)
{
    const std::size_t name = text.find_first_of("=\"' \t\r\n");
    // A "=" with nothing but "=" or space behind is the padding of base64.
    if (name != std::string_view::npos && name > 0 && text[name] == '=' &&
        text.find_first_not_of("= \t\r\n\"'", name) != std::string_view::npos) {
        text.remove_prefix(name + 1);
    }
    const auto isAround = [](char c) {
        return std::string_view("\"' \t\r\n").find(c) != std::string_view::npos;
    };
    while (!text.empty() && isAround(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && isAround(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// What the text is base64 of; empty when it is none. It may be a key.
SecretBytes decodedBase64(std::string_view text)
{
    initialiseSodium();
    const bool isAscii =
        std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (text.empty() || !isAscii) {
        return {};
    }
    const bool isUrl = text.find_first_of("-_") != std::string_view::npos;
    const bool isPadded = text.back() == '=';
    const int variant =
        isUrl ? (isPadded ? sodium_base64_VARIANT_URLSAFE : sodium_base64_VARIANT_URLSAFE_NO_PADDING)
              : (isPadded ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    SecretBytes bytes(text.size() / 4 * 3 + 3);
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), " \t\r\n", &size, &end,
                          variant) != 0 ||
        end != text.data() + text.size()) {
        return {};
    }
    bytes.truncate(size);
    return bytes;
}

std::optional<QString> otherThanBase64(std::string_view text, PemSubject subject)
{
    const std::string_view value = valueOf(text);
    const SecretBytes decoded = decodedBase64(value);
    const QString decode = value.find_first_of("\r\n") == std::string_view::npos
                               ? QStringLiteral("openssl base64 -d -A -in FILE")
                               : QStringLiteral("openssl base64 -d -in FILE");
    if (decoded.text().find("-----BEGIN ") != std::string_view::npos) {
        return PemHintsText::tr("This is base64 of a PEM file, not PEM itself. Decode it once with: %1")
            .arg(decode + QStringLiteral(" -out key.pem"));
    }
    if (isDer(decoded.view())) {
        return PemHintsText::tr(
                   "This is base64 of DER without the BEGIN and END lines of PEM. Convert it with: %1")
            .arg(decode + QStringLiteral(" | ") +
                 commandFromDer(subject).remove(QStringLiteral(" -in FILE")));
    }
    return std::nullopt;
}

QString takeOutWith(std::size_t offset, const QString& convert)
{
    return QStringLiteral("openssl asn1parse -in FILE -strparse %1 -noout -out key.der && %2")
        .arg(offset)
        .arg(convert);
}

}  // namespace

std::optional<QString> otherThanPem(BytesView file, PemSubject subject)
{
    file = file.first(std::min(file.size(), pemMaxBytes));
    if (isUtf16(file)) {
        return PemHintsText::tr("This file is text in UTF-16. Convert it with: %1")
            .arg(QStringLiteral("iconv -f UTF-16 -t UTF-8 FILE > key.pem"));
    }
    if (isDer(file)) {
        if (isPkcs12(*wholeSequence(file))) {
            return PemHintsText::tr("This is PKCS#12, not PEM. Convert it with: %1")
                .arg(subject == PemSubject::Certificate
                         ? QStringLiteral("openssl pkcs12 -in FILE -nokeys -out certificate.pem")
                         : QStringLiteral("openssl pkcs12 -in FILE -nocerts -out key.pem"));
        }
        return PemHintsText::tr("This is DER, not PEM. Convert it with: %1").arg(commandFromDer(subject));
    }
    const std::string_view text = asText(file);
    if (text.find("-----BEGIN ") != std::string_view::npos) {
        return std::nullopt;
    }
    if (text.find("PuTTY-User-Key-File") != std::string_view::npos) {
        return PemHintsText::tr("This is a key file of PuTTY. Convert it with: %1")
            .arg(QStringLiteral(
                "puttygen FILE -O private-openssh -o key.pem && ssh-keygen -p -m PEM -f key.pem"));
    }
    if (text.find("\"kty\"") != std::string_view::npos) {
        return PemHintsText::tr("This is a JSON Web Key. Export the key as PEM where it comes from.");
    }
    if (text.starts_with("ssh-rsa ")) {
        return PemHintsText::tr("This is a public key of OpenSSH. Convert it with: %1")
            .arg(QStringLiteral("ssh-keygen -e -m PKCS8 -f FILE > key.pem"));
    }
    return otherThanBase64(text, subject);
}

std::optional<QString> otherThanAskedFor(std::string_view label, PemSubject subject)
{
    const bool isPrivate = label.ends_with("PRIVATE KEY");
    const bool isCertificate = label == "CERTIFICATE" || label == "TRUSTED CERTIFICATE";
    if (subject == PemSubject::PublicKey && isPrivate) {
        return PemHintsText::tr(
                   "This is a private key, which should stay where it is. Take its public half with: %1")
            .arg(QStringLiteral("openssl pkey -in FILE -pubout -out key.pem"));
    }
    if (subject == PemSubject::PublicKey && isCertificate) {
        return PemHintsText::tr("This is a certificate. Take its public key with: %1")
            .arg(QStringLiteral("openssl x509 -in FILE -pubkey -noout > key.pem"));
    }
    return std::nullopt;
}

std::optional<QString> unusualPkcs8(BytesView der, bool wasEncrypted)
{
    const auto info = wholeSequence(der);
    if (!info) {
        return std::nullopt;
    }
    BytesView rest = *info;
    const auto version = takeElement(rest, V_ASN1_INTEGER);
    const auto algorithm = takeElement(rest, V_ASN1_SEQUENCE);
    const auto key = takeElement(rest, V_ASN1_OCTET_STRING);
    if (!version || !algorithm || !key) {
        return std::nullopt;
    }
    const QString convert =
        wasEncrypted ? PemHintsText::tr("export it anew as an ordinary RSA key where it comes from")
                     : takeOutWith(offsetIn(der, *key),
                                   QStringLiteral("openssl rsa -inform DER -in key.der -out key.pem"));
    const int nid = algorithmOf(algorithm->content);
    if (nid == NID_rsaesOaep) {
        return PemHintsText::tr(
                   "This RSA key is marked for OAEP alone (id-RSAES-OAEP), which OpenSSL does not read. To "
                   "use it as "
                   "an ordinary RSA key: %1")
            .arg(convert);
    }
    if (nid == NID_rsassaPss) {
        return PemHintsText::tr(
                   "This RSA key is marked for signatures alone (RSASSA-PSS), and deliveries are encrypted. "
                   "To use it "
                   "as an ordinary RSA key all the same: %1")
            .arg(convert);
    }
    if (nid == NID_rsaEncryption && version->content.size() == 1 && version->content.front() == 1) {
        return PemHintsText::tr(
                   "This RSA key is in PKCS#8 of version 2 (OneAsymmetricKey), which OpenSSL does not read. "
                   "To convert "
                   "it: %1")
            .arg(convert);
    }
    return std::nullopt;
}

std::optional<QString> unusualPublicKey(BytesView der)
{
    const auto info = wholeSequence(der);
    if (!info) {
        return std::nullopt;
    }
    BytesView rest = *info;
    const auto algorithm = takeElement(rest, V_ASN1_SEQUENCE);
    const auto key = takeElement(rest, V_ASN1_BIT_STRING);
    if (!algorithm || !key) {
        return std::nullopt;
    }
    const int nid = algorithmOf(algorithm->content);
    if (nid != NID_rsaesOaep && nid != NID_rsassaPss) {
        return std::nullopt;
    }
    return PemHintsText::tr("This RSA key is marked for %1 alone. To use it as an ordinary RSA key: %2")
        .arg(nid == NID_rsaesOaep ? QStringLiteral("OAEP (id-RSAES-OAEP)")
                                  : QStringLiteral("signatures (RSASSA-PSS)"),
             takeOutWith(offsetIn(der, *key),
                         QStringLiteral(
                             "openssl rsa -RSAPublicKey_in -inform DER -in key.der -pubout -out key.pem")));
}

QString unsupportedProtection(const QString& algorithm)
{
    return PemHintsText::tr(
               "This key file is protected with %1, which this OpenSSL does not offer (any more). The key "
               "may be intact. "
               "Protect it anew with: %2")
        .arg(algorithm,
             QStringLiteral(
                 "openssl pkey -provider legacy -provider default -in FILE -aes-256-cbc -out key.pem"));
}

}  // namespace countersign
