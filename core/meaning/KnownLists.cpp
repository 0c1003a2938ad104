#include "core/meaning/KnownLists.h"

#include "core/base/text/Ascii.h"
#include "core/meaning/KnownListFile.h"

#include <QFile>

#include <algorithm>
#include <limits>

/// From a static library a resource is linked only where it is named, and not from within a namespace.
static void initialiseLists()
{
    Q_INIT_RESOURCE(lists);
}

namespace countersign::meaning {

namespace {

constexpr std::string_view evmNamespace = "eip155";
constexpr std::string_view evmPrefix = "eip155:";
constexpr std::string_view solanaPrefix = "solana:";

constexpr int maxDecimals = 77;  // 10^77 is the highest power of ten in 256 bits

/// "0xAB…" and "0xab…" are one key; Base58 is a key by every character.
std::string addressKey(std::string_view address)
{
    std::string key(address);
    if (key.starts_with("0x") || key.starts_with("0X")) {
        std::ranges::transform(key, key.begin(), ascii::lower);
    }
    return key;
}

/// The number of "eip155:<number>", without leading zeros.
std::optional<Uint256> evmChainId(std::string_view caip2)
{
    if (!caip2.starts_with(evmPrefix)) {
        return std::nullopt;
    }
    const std::string_view digits = caip2.substr(evmPrefix.size());
    const auto id = parseQuantity(digits);
    return id && toDecimal(*id) == digits ? std::optional(*id) : std::nullopt;
}

bool isCaip2(std::string_view text)
{
    constexpr std::size_t solanaReference = 32;  // characters of the genesis hash in Base58
    return evmChainId(text) ||
           (text.starts_with(solanaPrefix) && text.size() == solanaPrefix.size() + solanaReference);
}

/// As the chain writes it: with the checksum.
bool isAddressOf(std::string_view caip2, const std::string& text)
{
    if (!caip2.starts_with(evmNamespace)) {
        const auto address = parseSolanaAddress(text);
        return address && toText(*address) == text;
    }
    const auto id = evmChainId(caip2);
    const auto address = parseEvmAddress(text, id);
    return address &&
           (id && usesChainChecksum(*id) ? toTextOfChain(*address, *id) : toText(*address)) == text;
}

}  // namespace

const KnownLists& KnownLists::builtin()
{
    static const KnownLists lists = [] {
        initialiseLists();
        const auto read = [](const char* name) {
            QFile file(QStringLiteral(":/lists/%1.json").arg(QLatin1String(name)));
            return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
        };
        auto parsed = parse(read("chains"), read("tokens"), read("contracts"));
        if (!parsed) {
            qFatal("The built-in lists: %s", qPrintable(parsed.error().detail));
        }
        return *std::move(parsed);
    }();
    return lists;
}

Result<KnownLists> KnownLists::parse(std::string_view chains, std::string_view tokens,
                                     std::string_view contracts)
{
    KnownLists lists;
    RETURN_IF_ERROR(lists.readChains(chains));
    RETURN_IF_ERROR(lists.readTokens(tokens));
    RETURN_IF_ERROR(lists.readContracts(contracts));
    return lists;
}

Status KnownLists::readChains(std::string_view text)
{
    ASSIGN_OR_RETURN(const KnownListFile list, parseKnownListFile("chains", text));
    for (std::size_t i = 0; i < list.entries.size(); ++i) {
        ListMembers entry(list.entries[i], list.at(i));
        KnownChain chain;
        chain.caip2 = entry.text("chain");
        entry.check(isCaip2(chain.caip2), "chain", "not by CAIP-2");
        chain.name = entry.name("name");
        chain.symbol = entry.name("symbol");
        chain.decimals = static_cast<int>(entry.number("decimals", maxDecimals));
        if (entry.has("coinType")) {
            chain.coinType = entry.number("coinType", std::numeric_limits<std::int32_t>::max());
            entry.check(chain.coinType != 0, "coinType", "that of Bitcoin");
        }
        chain.isTestnet = entry.flag("isTestnet");
        list.checkSources(entry);
        entry.check(!m_chains.contains(chain.caip2), "chain", "twice");
        RETURN_IF_ERROR(entry.done());
        m_chains.emplace(chain.caip2, std::move(chain));
    }
    m_sources.push_back(list.source);
    return {};
}

Status KnownLists::readTokens(std::string_view text)
{
    ASSIGN_OR_RETURN(const KnownListFile list, parseKnownListFile("tokens", text));
    for (std::size_t i = 0; i < list.entries.size(); ++i) {
        ListMembers entry(list.entries[i], list.at(i));
        KnownToken token;
        token.chain = entry.text("chain");
        entry.check(m_chains.contains(token.chain), "chain", "unknown");
        token.address = entry.text("address");
        entry.check(isAddressOf(token.chain, token.address), "address", "none, or without its checksum");
        token.symbol = entry.name("symbol");
        token.name = entry.name("name");
        token.decimals = static_cast<int>(entry.number("decimals", maxDecimals));
        list.checkSources(entry);
        entry.check(this->token(token.chain, token.address) == nullptr, "address", "twice");
        RETURN_IF_ERROR(entry.done());
        add(std::move(token));
    }
    m_sources.push_back(list.source);
    return {};
}

Status KnownLists::readContracts(std::string_view text)
{
    ASSIGN_OR_RETURN(const KnownListFile list, parseKnownListFile("contracts", text));
    for (std::size_t i = 0; i < list.entries.size(); ++i) {
        ListMembers entry(list.entries[i], list.at(i));
        KnownContract contract;
        contract.chain = entry.text("chain");
        entry.check(contract.chain == evmNamespace || m_chains.contains(contract.chain), "chain", "unknown");
        contract.address = entry.text("address");
        entry.check(isAddressOf(contract.chain, contract.address), "address",
                    "none, or without its checksum");
        contract.name = entry.name("name");
        contract.kind = entry.name("kind");
        list.checkSources(entry);
        entry.check(!isTaken(contract), "address", "twice");
        RETURN_IF_ERROR(entry.done());
        add(std::move(contract));
    }
    m_sources.push_back(list.source);
    return {};
}

bool KnownLists::isTaken(const KnownContract& contract) const
{
    // One for every chain and one for a chain would be two answers to one question.
    const std::string key = addressKey(contract.address);
    return std::ranges::any_of(m_contracts, [&](const auto& entry) {
        const auto& [chain, address] = entry.first;
        return address == key &&
               (chain == contract.chain || chain == evmNamespace || contract.chain == evmNamespace);
    });
}

void KnownLists::add(KnownToken token)
{
    m_tokens.emplace(std::pair(token.chain, addressKey(token.address)), token);
}

void KnownLists::add(KnownContract contract)
{
    m_contracts.emplace(std::pair(contract.chain, addressKey(contract.address)), contract);
}

const KnownChain* KnownLists::chain(std::string_view caip2) const
{
    const auto found = m_chains.find(caip2);
    return found == m_chains.end() ? nullptr : &found->second;
}

const KnownChain* KnownLists::evmChain(const Uint256& chainId) const
{
    return chain(caip2OfEvm(chainId));
}

const KnownToken* KnownLists::token(std::string_view caip2, std::string_view address) const
{
    const auto found = m_tokens.find(std::pair(std::string(caip2), addressKey(address)));
    return found == m_tokens.end() ? nullptr : &found->second;
}

const KnownContract* KnownLists::contract(std::string_view caip2, std::string_view address) const
{
    const std::string key = addressKey(address);
    auto found = m_contracts.find(std::pair(std::string(caip2), key));
    if (found == m_contracts.end() && caip2.starts_with(evmPrefix)) {
        found = m_contracts.find(std::pair(std::string(evmNamespace), key));
    }
    return found == m_contracts.end() ? nullptr : &found->second;
}

std::string networkText(const KnownLists& lists, std::string_view caip2)
{
    const KnownChain* chain = lists.chain(caip2);
    return chain != nullptr ? chain->name + " (" + std::string(caip2) + ")" : std::string(caip2);
}

std::string exactAmount(const Uint256& raw, int decimals)
{
    std::string digits = toDecimal(raw);
    const auto places = static_cast<std::size_t>(std::max(decimals, 0));
    if (places == 0) {
        return digits;
    }
    if (digits.size() <= places) {
        digits.insert(0, places + 1 - digits.size(), '0');
    }
    digits.insert(digits.size() - places, ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) {
        digits.pop_back();
    }
    return digits;
}

std::string tokenAmount(const KnownLists& lists, std::string_view caip2, std::string_view address,
                        const Uint256& raw)
{
    const KnownToken* token = lists.token(caip2, address);
    if (token == nullptr) {
        return "raw " + toDecimal(raw) + " of token " + std::string(address);
    }
    return exactAmount(raw, token->decimals) + " " + token->symbol + " (" + token->address + ")";
}

std::string nativeAmount(const KnownLists& lists, std::string_view caip2, const Uint256& raw)
{
    if (const KnownChain* chain = lists.chain(caip2)) {
        return exactAmount(raw, chain->decimals) + " " + chain->symbol;
    }
    const bool isEvm = caip2.starts_with(evmPrefix);
    const std::string_view unit = isEvm ? "wei" : caip2.starts_with(solanaPrefix) ? "lamports" : "units";
    const std::string_view name = isEvm ? caip2.substr(evmPrefix.size()) : caip2;
    return "raw " + toDecimal(raw) + " " + std::string(unit) + " of chain " + std::string(name);
}

std::string caip2OfEvm(const Uint256& chainId)
{
    return std::string(evmPrefix) + toDecimal(chainId);
}

std::string tokenAsset(std::string_view caip2, std::string_view address)
{
    const std::string_view kind = caip2.starts_with(evmPrefix) ? "/erc20:" : "/token:";
    return std::string(caip2) + std::string(kind) + std::string(address);
}

std::optional<std::string> nativeAsset(const KnownLists& lists, std::string_view caip2)
{
    const KnownChain* chain = lists.chain(caip2);
    if (chain == nullptr || chain->coinType == 0) {
        return std::nullopt;
    }
    return chain->caip2 + "/slip44:" + std::to_string(chain->coinType);
}

}  // namespace countersign::meaning
