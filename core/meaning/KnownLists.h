#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/crypto/keys/Address.h"
#include "core/meaning/Meaning.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::meaning {

struct KnownChain
{
    std::string caip2;  ///< "eip155:1"
    std::string name;
    std::string symbol;          ///< of the native coin
    int decimals = 18;           ///< of the native coin
    std::uint32_t coinType = 0;  ///< SLIP-44, as CAIP-19 names native coins; 0: it has none
    bool isTestnet = false;
};

struct KnownToken
{
    std::string chain;    ///< CAIP-2
    std::string address;  ///< as its chain writes it
    std::string symbol;
    std::string name;
    int decimals = 0;
};

/// A contract or program that is what it says it is: "Permit2", "Safe 1.4.1 singleton", "MultiSend 1.4.1".
struct KnownContract
{
    std::string chain;  ///< CAIP-2; "eip155" where it has the same address on every EVM chain
    std::string address;
    std::string name;
    std::string
        kind;  ///< "permit2", "safe.singleton", "safe.multisend", "multicall3", "entrypoint", "token", …
};

/// The reviewed, dated lists that come with the programs (resources/lists), and what a caller adds.
class KnownLists
{
public:
    /// The ones of the programs; read once.
    static const KnownLists& builtin();
    /// The form that resources/lists has. InvalidInput with the member for anything else.
    static Result<KnownLists> parse(std::string_view chains, std::string_view tokens,
                                    std::string_view contracts);

    /// What is there already stays: nobody renames what the console knows itself.
    void add(KnownToken token);
    void add(KnownContract contract);

    const KnownChain* chain(std::string_view caip2) const;
    const KnownChain* evmChain(const Uint256& chainId) const;
    /// EVM addresses regardless of case.
    const KnownToken* token(std::string_view caip2, std::string_view address) const;
    const KnownContract* contract(std::string_view caip2, std::string_view address) const;

    /// "builtin lists", with their hashes.
    const std::vector<Source>& sources() const { return m_sources; }

private:
    Status readChains(std::string_view text);
    Status readTokens(std::string_view text);
    Status readContracts(std::string_view text);
    bool isTaken(const KnownContract& contract) const;

    std::map<std::string, KnownChain, std::less<>> m_chains;
    std::map<std::pair<std::string, std::string>, KnownToken> m_tokens;
    std::map<std::pair<std::string, std::string>, KnownContract> m_contracts;
    std::vector<Source> m_sources;
};

/// "Ethereum (eip155:1)"; the CAIP-2 identifier alone where the chain is not known.
std::string networkText(const KnownLists& lists, std::string_view caip2);
/// "1234500000" with 6 decimals is "1234.5": exact, never rounded, no grouping.
std::string exactAmount(const Uint256& raw, int decimals);
/// "250 USDC (0xA0b8…)", the address in full: a symbol never without its contract; "raw 5 of token 0x…" where
/// the token is not known.
std::string tokenAmount(const KnownLists& lists, std::string_view caip2, std::string_view address,
                        const Uint256& raw);
/// "0.1 ETH"; "raw 5 wei of chain 4711" where the chain is not known.
std::string nativeAmount(const KnownLists& lists, std::string_view caip2, const Uint256& raw);
std::string caip2OfEvm(const Uint256& chainId);  ///< "eip155:1"
/// "eip155:1/erc20:0x…" (EVM), "solana:…/token:<mint>".
std::string tokenAsset(std::string_view caip2, std::string_view address);
/// "eip155:1/slip44:60"; nothing where the chain is not known or SLIP-44 has no number for its coin.
std::optional<std::string> nativeAsset(const KnownLists& lists, std::string_view caip2);

inline constexpr std::string_view solanaMainnet = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp";

}  // namespace countersign::meaning
