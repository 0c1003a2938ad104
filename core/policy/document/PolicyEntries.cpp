#include "core/policy/document/PolicyEntries.h"

#include "core/base/Uint256.h"
#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"
#include "core/chain/evm/abi/AbiType.h"
#include "core/crypto/keys/Address.h"
#include "core/meaning/Act.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace countersign {

namespace {

struct PolicyEntriesText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyEntriesText)
};

constexpr std::string_view evmNamespace = "eip155:";
constexpr std::string_view solanaNamespace = "solana:";
/// Of a CAIP-2 reference.
constexpr std::size_t maxReference = 32;
/// Of tags and lists, as in the address book.
constexpr std::size_t maxLabel = 32;
constexpr std::size_t maxWalletId = 128;
constexpr std::size_t maxFindingId = 96;

constexpr std::array<std::string_view, 5> jobKinds = {"evm.message", "evm.typedData", "evm.transaction",
                                                      "solana.message", "solana.transaction"};
constexpr std::array<std::string_view, 3> jobOrigins = {"relay", "composed", "file"};

tl::unexpected<Error> noEntry(const QString& what)
{
    return failure(ErrorCode::InvalidInput, what);
}

bool isLabel(std::string_view text)
{
    const auto isOfLabel = [](char c) {
        return ascii::isAlphanumeric(c) || c == '.' || c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= maxLabel && std::ranges::all_of(text, isOfLabel);
}

/// Decimal without leading zeros, below 2^256.
bool isNumber(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, ascii::isDigit) && parseQuantity(text).has_value();
}

Result<std::string> labelled(std::string_view text, std::string_view prefix)
{
    if (!isLabel(text.substr(prefix.size()))) {
        return noEntry(PolicyEntriesText::tr("a tag's or list's name has 1 to 32 of A–Z a–z 0–9 . _ -"));
    }
    return std::string(text);
}

Result<std::string> oneOf(std::string_view text, std::span<const std::string_view> words)
{
    if (std::ranges::find(words, text) != words.end()) {
        return std::string(text);
    }
    QStringList known;
    for (const std::string_view word : words) {
        known << QString::fromUtf8(word.data(), static_cast<qsizetype>(word.size()));
    }
    return noEntry(PolicyEntriesText::tr("it has to be one of %1").arg(known.join(QStringLiteral(", "))));
}

bool isSolanaAddress(std::string_view text)
{
    return parseSolanaAddress(text).has_value();
}

bool isSolanaReference(std::string_view text)
{
    constexpr auto isOfReference = ascii::isAlphanumeric;
    return text.size() == maxReference && std::ranges::all_of(text, isOfReference);
}

/// "eip155:1/erc20:0x…": chain, kind, what it names, and the number of an NFT.
struct AssetParts
{
    std::string_view chain;
    std::string_view kind;
    std::string_view reference;
    std::optional<std::string_view> number;
};

std::optional<AssetParts> partsOf(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    AssetParts parts{text.substr(0, slash), text.substr(slash + 1), {}, {}};
    const std::size_t colon = parts.kind.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    parts.reference = parts.kind.substr(colon + 1);
    parts.kind = parts.kind.substr(0, colon);
    const std::size_t further = parts.reference.find('/');
    if (further != std::string_view::npos) {
        parts.number = parts.reference.substr(further + 1);
        parts.reference = parts.reference.substr(0, further);
    }
    return parts;
}

bool isAsset(const AssetParts& parts)
{
    if (!policyChain(parts.chain)) {
        return false;
    }
    if (parts.kind == "slip44") {
        return isNumber(parts.reference) && !parts.number;
    }
    if (parts.chain.starts_with(solanaNamespace)) {
        return parts.kind == "token" && isSolanaAddress(parts.reference) && !parts.number;
    }
    const bool isNft = parts.kind == "erc721" || parts.kind == "erc1155";
    return (isNft || parts.kind == "erc20") && parseEvmAddress(parts.reference).has_value() &&
           (!parts.number || (isNft && isNumber(*parts.number)));
}

}  // namespace

Result<std::string> policyWallet(std::string_view text)
{
    if (text.starts_with(policyTagPrefix)) {
        return labelled(text, policyTagPrefix);
    }
    if (text.starts_with("0x")) {
        return policyContract(text);
    }
    if (text.size() > maxWalletId) {
        return noEntry(PolicyEntriesText::tr("it is too long for a wallet's id or address"));
    }
    return std::string(text);
}

Result<std::string> policyChain(std::string_view text)
{
    const bool isEvm = text.starts_with(evmNamespace) && text.size() <= evmNamespace.size() + maxReference &&
                       isNumber(text.substr(evmNamespace.size()));
    const bool isSolana =
        text.starts_with(solanaNamespace) && isSolanaReference(text.substr(solanaNamespace.size()));
    if (!isEvm && !isSolana) {
        return noEntry(PolicyEntriesText::tr("it has to name a chain by CAIP-2, as eip155:1 does"));
    }
    return std::string(text);
}

Result<std::string> policyKind(std::string_view text)
{
    return oneOf(text, jobKinds);
}

Result<std::string> policyOrigin(std::string_view text)
{
    return oneOf(text, jobOrigins);
}

Result<std::string> policyIntent(std::string_view text)
{
    if (!meaning::intentKindFrom(text)) {
        return noEntry(PolicyEntriesText::tr("there is no such intent"));
    }
    return std::string(text);
}

Result<std::string> policyName(std::string_view text)
{
    return std::string(text);
}

Result<std::string> policyContract(std::string_view text)
{
    const Result<EvmAddress> address = parseEvmAddress(text);
    if (!address) {
        return noEntry(PolicyEntriesText::tr("it is no EVM address, or its checksum is wrong"));
    }
    return toHexPrefixed(*address);
}

Result<std::string> policyFunction(std::string_view text)
{
    constexpr std::size_t selectorDigits = 10;
    if (text.starts_with("0x")) {
        const Result<Bytes> bytes = fromHex(text);
        if (!bytes || text.size() != selectorDigits) {
            return noEntry(PolicyEntriesText::tr("a selector is 0x and 8 hex digits"));
        }
        return toHexPrefixed(*bytes);
    }
    const Result<AbiFunction> function = parseAbiFunction(text);
    if (!function || function->signature() != text) {
        return noEntry(PolicyEntriesText::tr(
            "a function is written like transfer(address,uint256), with whole types and nothing else"));
    }
    return toHexPrefixed(function->selector());
}

Result<std::string> policyProgram(std::string_view text)
{
    if (!isSolanaAddress(text)) {
        return noEntry(PolicyEntriesText::tr("it is no Solana address"));
    }
    return std::string(text);
}

Result<std::string> policyRecipient(std::string_view text)
{
    if (text.starts_with(policyListPrefix)) {
        return labelled(text, policyListPrefix);
    }
    return text.starts_with("0x") ? policyContract(text) : policyProgram(text);
}

Result<std::string> policyAsset(std::string_view text)
{
    const std::optional<AssetParts> parts = partsOf(text);
    if (!parts || !isAsset(*parts)) {
        return noEntry(PolicyEntriesText::tr(
            "it has to name an asset by CAIP-19, as eip155:1/slip44:60 or eip155:1/erc20:0x… do"));
    }
    return comparableAsset(text);
}

Result<std::string> policyFinding(std::string_view text)
{
    const auto isOfId = [](char c) { return ascii::isAlphanumeric(c) || c == '.'; };
    if (text.size() > maxFindingId || text.find('.') == std::string_view::npos ||
        !std::ranges::all_of(text, isOfId)) {
        return noEntry(PolicyEntriesText::tr("a finding's id is written like evm.approval.unlimited"));
    }
    return std::string(text);
}

std::string comparableAddress(std::string_view address)
{
    return address.starts_with("0x") ? ascii::lowered(address) : std::string(address);
}

std::string comparableAsset(std::string_view asset)
{
    return asset.starts_with(evmNamespace) ? ascii::lowered(asset) : std::string(asset);
}

}  // namespace countersign
