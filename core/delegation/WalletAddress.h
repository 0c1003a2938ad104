#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <optional>
#include <string>
#include <string_view>

// Chain names and wallet addresses in one normal form. The same wallet is named in several spellings
// (lower-case or checksummed hex, "EVM" or "eip155:1"), and a share's public key names it once more. One
// place turns them all into one form, so that they can be compared byte by byte.

namespace countersign {

inline constexpr std::string_view evmChain = "EVM";
inline constexpr std::string_view solanaChain = "SVM";

/// Longest chain name and longest address of an unknown chain, in characters.
inline constexpr std::size_t chainMaxCharacters = 64;
inline constexpr std::size_t addressMaxCharacters = 256;

struct WalletAddress
{
    std::string chain;  ///< upper case; "EVM" and "SVM" for the two whose addresses are understood
    std::string text;   ///< EVM: EIP-55; Solana: base58; other chains: as received
    Bytes bytes;        ///< 20 (EVM), 32 (Solana), else the text's bytes

    bool operator==(const WalletAddress&) const = default;
};

/// chain: "EVM", "SVM" in either case, CAIP-2 "eip155:…" and "solana:…", or any other name of printable ASCII
/// (protocol reference §1.6). InvalidInput when empty, too long or not printable.
Result<std::string> normaliseChain(std::string_view chain);

/// EVM and Solana by the rules of core/crypto/keys/Address.h; other chains: printable ASCII, kept as it is.
/// Anything else is InvalidInput.
Result<WalletAddress> readAddress(std::string_view chain, std::string_view address);

/// The address bytes that a raw public key has on a chain: EVM takes x‖y (64 bytes, on secp256k1), SVM a
/// valid Ed25519 point (32 bytes). Nothing for every other length, chain or point.
std::optional<Bytes> addressOfPublicKey(std::string_view chain, BytesView publicKey);

}  // namespace countersign
