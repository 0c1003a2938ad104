#pragma once

#include "core/base/Uint256.h"
#include "core/crypto/keys/Address.h"
#include "core/meaning/KnownLists.h"
#include "core/meaning/Meaning.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign::meaning {

/// Where a call takes place and who pays: how addresses and amounts are written there, and what the lists
/// know about them. Readers and rules share it, so that a thing has one spelling everywhere.
class EvmScene
{
public:
    /// chainId: nothing where the bytes are valid on every chain; then no token and no coin has a name.
    /// payer: whose assets move, as far as that is known.
    EvmScene(const KnownLists& knownLists, const std::optional<Uint256>& chainId,
             const std::optional<EvmAddress>& payer);

    const KnownLists& lists() const { return m_lists; }
    /// CAIP-2; "eip155" where the bytes are valid on every chain.
    const std::string& chain() const { return m_chain; }
    const std::optional<EvmAddress>& payer() const { return m_payer; }
    bool isPayer(const EvmAddress& address) const { return m_payer == address; }

    const KnownToken* token(const EvmAddress& address) const;
    const KnownContract* contract(const EvmAddress& address) const;
    /// KnownContract::kind; empty where the lists do not know the address.
    std::string_view kind(const EvmAddress& address) const;
    /// In the lists with this kind, or one that begins with it and a dot: "safe" for "safe.multisend".
    bool isKind(const EvmAddress& address, std::string_view kind) const;

    /// The whole address, behind its name where the lists have one: "Permit2 (0x0000…)", never cut.
    std::string named(const EvmAddress& address) const;
    /// The same with the address cut to "0x7099…79C8", for the one sentence of the intent alone.
    std::string brief(const EvmAddress& address) const;
    /// "the signer" where it is not known.
    std::string namedPayer() const;

    /// "250 USDC (0xA0b8…)", "raw 5 of token 0x…", "unlimited USDC (0xA0b8…)": whole addresses.
    std::string amountOf(const EvmAddress& token, const Uint256& raw, bool isUnlimited = false) const;
    std::string briefAmountOf(const EvmAddress& token, const Uint256& raw, bool isUnlimited = false) const;
    /// "250 USDC" for an Effect's display, whose asset names the contract; "raw 5 of token 0x…" otherwise.
    std::string displayOf(const EvmAddress& token, const Uint256& raw, bool isUnlimited = false) const;
    /// "USDC (0xA0b8…)" or "token 0x…", without an amount.
    std::string tokenName(const EvmAddress& token) const;
    std::string briefTokenName(const EvmAddress& token) const;
    std::string native(const Uint256& wei) const;

    std::optional<std::string> assetOf(const EvmAddress& token) const;
    /// CAIP-19 of an NFT; standard: "erc721" or "erc1155".
    std::optional<std::string> assetOfNft(const EvmAddress& contract, std::string_view standard,
                                          const Uint256& id) const;
    std::optional<std::string> nativeAssetOf() const;

private:
    std::string amountText(const EvmAddress& token, const Uint256& raw, bool isUnlimited,
                           const std::string& address) const;

    const KnownLists& m_lists;
    std::string m_chain;
    bool m_isAnyChain = false;
    std::optional<EvmAddress> m_payer;
};

/// Adds what readings of EVM calls rest on: the lists, and the knowledge in these files with its version.
void addEvmSources(const KnownLists& lists, Meaning& meaning);

/// "0x7099…79C8".
std::string briefAddress(const EvmAddress& address);

/// 2^255 or more: an allowance that nobody can use up.
bool isUnlimitedAllowance(const Uint256& raw);
/// Not unlimited, and as good as that: 10^12 whole tokens or more (10^30 raw units where the lists do not
/// know the token), or next to a power of two from 2^64 on, as programs write "everything".
bool isLargeAllowance(const EvmScene& scene, const EvmAddress& token, const Uint256& raw);

}  // namespace countersign::meaning
