#include "services/sandbox/signing/DelegatedShare.h"

#include "core/base/encoding/Hex.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign::sandbox {

namespace {

struct DelegatedShareText
{
    Q_DECLARE_TR_FUNCTIONS(DelegatedShareText)
};

constexpr std::string_view magic = "countersign-sbx1";
constexpr std::size_t algorithmAt = 16;
constexpr std::size_t walletIdAt = 17;
constexpr std::size_t shareSetIdAt = 33;
constexpr std::size_t scalarAt = 49;
constexpr std::size_t scalarBytes = 32;
constexpr std::size_t uuidBytes = 16;
constexpr std::size_t totalBytes = 208;
constexpr std::string_view jsonTail = "\"}";

tl::unexpected<Error> notAShare(const char* detail)
{
    return failure(ErrorCode::InvalidInput,
                   DelegatedShareText::tr("This is not a key share of this sandbox."),
                   QString::fromLatin1(detail));
}

constexpr bool isHyphenPosition(std::size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

Result<Bytes> uuidToBytes(std::string_view uuid)
{
    if (uuid.size() != 36) {
        return notAShare("an id is no UUID");
    }
    std::string digits;
    for (std::size_t at = 0; at < uuid.size(); ++at) {
        if (isHyphenPosition(at) != (uuid[at] == '-')) {
            return notAShare("an id is no UUID");
        }
        if (!isHyphenPosition(at)) {
            digits += uuid[at];
        }
    }
    return fromHex(digits);
}

std::string uuidFromBytes(BytesView bytes)
{
    std::string text = toHex(bytes);
    for (const std::size_t at : {8U, 13U, 18U, 23U}) {
        text.insert(at, 1, '-');
    }
    return text;
}

/// The text goes straight into guarded memory: std::string would leave copies behind.
void appendHex(SecretBytes& out, std::size_t at, BytesView bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    for (const std::uint8_t byte : bytes) {
        out.data()[at++] = static_cast<std::uint8_t>(digits[byte >> 4U]);
        out.data()[at++] = static_cast<std::uint8_t>(digits[byte & 0x0FU]);
    }
}

/// "pubkey" as an object from index to byte, as JavaScript writes a Uint8Array.
Result<Bytes> readPublicKey(const Json& pubkey)
{
    if (!pubkey.is_object() || (pubkey.size() != 64 && pubkey.size() != 32)) {
        return notAShare("pubkey is of another shape");
    }
    Bytes publicKey;
    while (publicKey.size() < pubkey.size()) {
        const auto byte = pubkey.find(std::to_string(publicKey.size()));
        if (byte == pubkey.end() || !byte->is_number_unsigned() || byte->get<std::uint64_t>() > 255) {
            return notAShare("pubkey is of another shape");
        }
        publicKey.push_back(byte->get<std::uint8_t>());
    }
    return publicKey;
}

Sha256Digest digestOfParts(BytesView publicKey, std::string_view secretShare)
{
    return Sha256().add(publicKey).add(asBytes(secretShare)).finish();
}

}  // namespace

Result<SecretBytes> DelegatedShare::toJson(BytesView publicKey) const
{
    const Result<Bytes> wallet = uuidToBytes(walletId);
    const Result<Bytes> shareSet = uuidToBytes(shareSetId);
    if (!wallet || !shareSet || scalar.size() != scalarBytes) {
        return notAShare("ids or scalar malformed");
    }
    SecretBytes inside = SecretBytes::random(totalBytes);
    std::ranges::copy(asBytes(magic), inside.data());
    inside.data()[algorithmAt] = chain == Chain::Evm ? 1 : 2;
    std::ranges::copy(*wallet, inside.data() + walletIdAt);
    std::ranges::copy(*shareSet, inside.data() + shareSetIdAt);
    std::ranges::copy(scalar.view(), inside.data() + scalarAt);

    std::string head = "{\"pubkey\":{";
    for (std::size_t at = 0; at < publicKey.size(); ++at) {
        head += (at == 0 ? "\"" : ",\"") + std::to_string(at) + "\":" + std::to_string(publicKey[at]);
    }
    head += "},\"secretShare\":\"";
    SecretBytes json(head.size() + 2 * totalBytes + jsonTail.size());
    std::ranges::copy(asBytes(head), json.data());
    appendHex(json, head.size(), inside.view());
    std::ranges::copy(asBytes(jsonTail), json.data() + head.size() + 2 * totalBytes);
    return json;
}

Sha256Digest DelegatedShare::digestOf(const SecretBytes& json, BytesView publicKey)
{
    const std::string_view text = json.text();
    return digestOfParts(publicKey,
                         text.substr(text.size() - jsonTail.size() - 2 * totalBytes, 2 * totalBytes));
}

Result<DelegatedShare> DelegatedShare::fromKeyShare(const Json& keyShare)
{
    if (!keyShare.is_object() || keyShare.size() != 2 || !keyShare.contains("pubkey") ||
        !keyShare.contains("secretShare") || !keyShare["secretShare"].is_string()) {
        return notAShare("a member is missing, of a wrong type, or one too many");
    }
    const auto& secretShare = keyShare["secretShare"].get_ref<const std::string&>();
    ASSIGN_OR_RETURN(const Bytes publicKey, readPublicKey(keyShare["pubkey"]));
    Result<DelegatedShare> share = fromSecretShare(secretShare);
    if (share) {
        share->digest = digestOfParts(publicKey, secretShare);
    }
    return share;
}

Result<DelegatedShare> DelegatedShare::fromSecretShare(std::string_view hex)
{
    if (hex.size() != 2 * totalBytes) {
        return notAShare("wrong length");
    }
    const Result<SecretBytes> inside = secretFromHex(hex);
    if (!inside || inside->size() != totalBytes) {
        return notAShare("not hexadecimal");
    }
    const BytesView bytes = inside->view();
    if (asText(bytes.first(magic.size())) != magic) {
        return notAShare("another kind of share");
    }
    const std::uint8_t algorithm = bytes[algorithmAt];
    if (algorithm != 1 && algorithm != 2) {
        return notAShare("unknown algorithm");
    }
    return DelegatedShare{algorithm == 1 ? Chain::Evm : Chain::Svm,
                          uuidFromBytes(bytes.subspan(walletIdAt, uuidBytes)),
                          uuidFromBytes(bytes.subspan(shareSetIdAt, uuidBytes)),
                          SecretBytes::copyOf(bytes.subspan(scalarAt, scalarBytes)),
                          {}};
}

}  // namespace countersign::sandbox
