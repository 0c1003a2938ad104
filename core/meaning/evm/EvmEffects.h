#pragma once

#include "core/meaning/evm/EvmScene.h"

namespace countersign::meaning {

// Effects as all readers write them: addresses whole, amounts exact.

/// Coins of the chain from the payer to somebody.
Effect nativeOut(const EvmScene& scene, const EvmAddress& to, const Uint256& wei);

struct TokenMove
{
    EvmAddress token{};
    Uint256 raw;
    std::optional<EvmAddress> from;  ///< nothing: the payer
    EvmAddress to{};
};

/// Out, or In where it comes from somebody else and goes to the payer.
Effect tokenMoved(const EvmScene& scene, const TokenMove& move);

struct NftMove
{
    EvmAddress contract{};
    std::string_view standard;  ///< "erc721" or "erc1155"
    Uint256 id;
    Uint256 count = 1;
    std::optional<EvmAddress> from;
    EvmAddress to{};
};

Effect nftMoved(const EvmScene& scene, const NftMove& move);
/// "NFT number 5 of 0x…", "3 of NFT number 5 of 0x…".
std::string nftText(const EvmScene& scene, const NftMove& move);

struct Allowance
{
    EvmAddress token{};
    EvmAddress spender{};
    std::optional<EvmAddress> owner;  ///< nothing: the payer
    Uint256 raw;                      ///< 0 takes it back
    bool isUnlimited = false;
};

Effect allowanceGiven(const EvmScene& scene, const Allowance& allowance);
/// "Let 0x7099…79C8 spend unlimited USDC (0xA0b8…eB48)", "Take back that … may spend …".
std::string allowanceIntent(const EvmScene& scene, const Allowance& allowance);

/// Who gains or loses control over what, in a sentence without a full stop.
Effect powerGiven(const std::optional<EvmAddress>& account, std::string text);

}  // namespace countersign::meaning
