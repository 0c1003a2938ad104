#include "core/meaning/evm/EvmScene.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"

namespace countersign::meaning {

namespace {

/// Changes whenever a reader or a rule says something else about the same bytes.
constexpr std::string_view evmKnowledgeVersion = "EVM calls and transactions, version 3";

constexpr int usualDecimals = 18;
constexpr int mostDecimals = 60;  // 10^(12 + 60) fits 256 bits

Uint256 powerOfTen(int exponent)
{
    Uint256 power = 1;
    for (int i = 0; i < exponent; ++i) {
        power *= 10;
    }
    return power;
}

/// The largest number of 64, 72, 80 … bits, a little less, or a little more.
bool isNextToPowerOfTwo(const Uint256& raw)
{
    constexpr unsigned little = 16;
    for (unsigned bits = 64; bits < 256; bits += 8) {
        const Uint256 power = Uint256(1) << bits;
        if (raw + little >= power && raw <= power + little) {
            return true;
        }
    }
    return false;
}

std::string behindName(const std::string& name, const std::string& address)
{
    return name.empty() ? address : name + " (" + address + ")";
}

}  // namespace

EvmScene::EvmScene(const KnownLists& knownLists, const std::optional<Uint256>& chainId,
                   const std::optional<EvmAddress>& payer)
    : m_lists(knownLists),
      m_chain(chainId ? caip2OfEvm(*chainId) : "eip155"),
      m_isAnyChain(!chainId),
      m_payer(payer)
{}

const KnownToken* EvmScene::token(const EvmAddress& address) const
{
    return m_lists.token(m_chain, toText(address));
}

const KnownContract* EvmScene::contract(const EvmAddress& address) const
{
    return m_lists.contract(m_chain, toText(address));
}

std::string_view EvmScene::kind(const EvmAddress& address) const
{
    const KnownContract* known = contract(address);
    return known != nullptr ? std::string_view(known->kind) : std::string_view();
}

bool EvmScene::isKind(const EvmAddress& address, std::string_view wanted) const
{
    const std::string_view found = kind(address);
    return found == wanted || (found.starts_with(wanted) && found.substr(wanted.size()).starts_with('.'));
}

std::string EvmScene::named(const EvmAddress& address) const
{
    const KnownToken* coin = token(address);
    const KnownContract* known = contract(address);
    return behindName(coin != nullptr ? coin->symbol : (known != nullptr ? known->name : ""),
                      toText(address));
}

std::string EvmScene::brief(const EvmAddress& address) const
{
    const KnownToken* coin = token(address);
    const KnownContract* known = contract(address);
    return behindName(coin != nullptr ? coin->symbol : (known != nullptr ? known->name : ""),
                      briefAddress(address));
}

std::string EvmScene::namedPayer() const
{
    return m_payer ? named(*m_payer) : "the signer";
}

std::string EvmScene::amountText(const EvmAddress& address, const Uint256& raw, bool isUnlimited,
                                 const std::string& shown) const
{
    const KnownToken* known = token(address);
    if (known == nullptr) {
        return (isUnlimited ? "an unlimited amount" : "raw " + toDecimal(raw)) + " of token " + shown;
    }
    const std::string amount = isUnlimited ? "unlimited" : exactAmount(raw, known->decimals);
    return amount + " " + behindName(known->symbol, shown);
}

std::string EvmScene::amountOf(const EvmAddress& address, const Uint256& raw, bool isUnlimited) const
{
    return amountText(address, raw, isUnlimited, toText(address));
}

std::string EvmScene::briefAmountOf(const EvmAddress& address, const Uint256& raw, bool isUnlimited) const
{
    return amountText(address, raw, isUnlimited, briefAddress(address));
}

std::string EvmScene::displayOf(const EvmAddress& address, const Uint256& raw, bool isUnlimited) const
{
    const KnownToken* known = token(address);
    if (known == nullptr) {
        return amountOf(address, raw, isUnlimited);
    }
    return (isUnlimited ? "unlimited" : exactAmount(raw, known->decimals)) + " " + known->symbol;
}

std::string EvmScene::tokenName(const EvmAddress& address) const
{
    const KnownToken* known = token(address);
    return known != nullptr ? behindName(known->symbol, toText(address)) : "token " + toText(address);
}

std::string EvmScene::briefTokenName(const EvmAddress& address) const
{
    const KnownToken* known = token(address);
    return known != nullptr ? behindName(known->symbol, briefAddress(address))
                            : "token " + briefAddress(address);
}

std::string EvmScene::native(const Uint256& wei) const
{
    return m_isAnyChain ? "raw " + toDecimal(wei) + " wei of whichever chain takes it"
                        : nativeAmount(m_lists, m_chain, wei);
}

std::optional<std::string> EvmScene::assetOf(const EvmAddress& address) const
{
    return m_isAnyChain ? std::nullopt : std::optional(tokenAsset(m_chain, toText(address)));
}

std::optional<std::string> EvmScene::assetOfNft(const EvmAddress& address, std::string_view standard,
                                                const Uint256& id) const
{
    if (m_isAnyChain) {
        return std::nullopt;
    }
    return m_chain + "/" + std::string(standard) + ":" + toText(address) + "/" + toDecimal(id);
}

std::optional<std::string> EvmScene::nativeAssetOf() const
{
    return m_isAnyChain ? std::nullopt : nativeAsset(m_lists, m_chain);
}

void addEvmSources(const KnownLists& lists, Meaning& meaning)
{
    const std::vector<Source>& known = lists.sources();
    meaning.sources.insert(meaning.sources.end(), known.begin(), known.end());
    meaning.sources.push_back({Source::Kind::Builtin, std::string(evmKnowledgeVersion),
                               toHex(sha256(asBytes(evmKnowledgeVersion)))});
}

std::string briefAddress(const EvmAddress& address)
{
    const std::string text = toText(address);
    return text.substr(0, 6) + "…" + text.substr(text.size() - 4);
}

bool isUnlimitedAllowance(const Uint256& raw)
{
    return raw >= Uint256(1) << 255;
}

bool isLargeAllowance(const EvmScene& scene, const EvmAddress& token, const Uint256& raw)
{
    const KnownToken* known = scene.token(token);
    const int decimals = known != nullptr ? known->decimals : usualDecimals;
    const bool isMuch = decimals > mostDecimals || raw >= powerOfTen(12 + decimals);
    return !isUnlimitedAllowance(raw) && ((isMuch && raw >= powerOfTen(12)) || isNextToPowerOfTwo(raw));
}

}  // namespace countersign::meaning
