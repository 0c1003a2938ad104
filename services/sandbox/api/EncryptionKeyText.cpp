#include "services/sandbox/api/EncryptionKeyText.h"

#include "core/base/encoding/Base64.h"
#include "core/crypto/keys/PemHints.h"

#include <QCoreApplication>

namespace countersign::sandbox {

namespace {

struct EncryptionKeyTextText
{
    Q_DECLARE_TR_FUNCTIONS(EncryptionKeyTextText)
};

constexpr std::string_view armour = "-----BEGIN";

/// Tools that write base64 into files break its lines.
std::string withoutSpace(std::string_view text)
{
    std::string kept(text);
    std::erase_if(kept, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    return kept;
}

}  // namespace

Result<RsaPublicKey> parseEncryptionKeyText(std::string_view text)
{
    if (text.empty() || text.size() > maxEncryptionKeyText) {
        return failure(ErrorCode::InvalidInput,
                       EncryptionKeyTextText::tr("A public key has 1 to 4096 characters."));
    }
    if (text.find(armour) != std::string_view::npos) {
        return RsaPublicKey::fromPem(asBytes(text));
    }
    const Result<Bytes> decoded = fromBase64Any(withoutSpace(text));
    if (!decoded) {
        if (const auto other = otherThanPem(asBytes(text), PemSubject::PublicKey)) {
            return failure(ErrorCode::InvalidInput, *other);
        }
        return failure(ErrorCode::InvalidInput,
                       EncryptionKeyTextText::tr("The public key is neither PEM nor base64."));
    }
    if (asText(*decoded).find(armour) != std::string_view::npos) {
        return RsaPublicKey::fromPem(*decoded);
    }
    return RsaPublicKey::fromSpkiDer(*decoded);
}

}  // namespace countersign::sandbox
