#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/Uint256.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

// EVM and Solana addresses, what wallets are known by, and their text forms. This lives here, below the chain
// layers, because the inbox compares the address of a delegation and the sandbox makes one; core/chain builds
// on it.

namespace countersign {

using EvmAddress = std::array<std::uint8_t, 20>;
using SolanaAddress = std::array<std::uint8_t, 32>;

/// The last 20 bytes of Keccak-256 over x ‖ y (64 bytes, no 0x04 in front); InvalidInput for another length.
/// Whether the key is a point of the curve is not checked: secp256k1::isValidPublicKey.
Result<EvmAddress> evmAddressOf(BytesView publicKey);

/// 0x and 40 digits whose case is the checksum of EIP-55.
std::string toText(const EvmAddress& address);

/// The same with the checksum of EIP-1191, which depends on the chain. Rootstock (30, and 31 for its test
/// network) uses it.
std::string toTextOfChain(const EvmAddress& address, const Uint256& chainId);
bool usesChainChecksum(const Uint256& chainId);

/// 0x and 40 hex digits. All letters of one case carry no checksum; mixed case must satisfy EIP-55, or
/// EIP-1191 for chainId where that chain uses it. InvalidInput otherwise; a checksum of EIP-1191 for another
/// chain is named, not called a mistake of typing.
Result<EvmAddress> parseEvmAddress(std::string_view text, const std::optional<Uint256>& chainId = {});

/// Base58 of the 32 bytes, 32 to 44 characters.
std::string toText(const SolanaAddress& address);

/// Base58 of exactly 32 bytes. Not every address is a curve point: program-derived addresses are not.
Result<SolanaAddress> parseSolanaAddress(std::string_view text);

/// Whether both texts name one address: EVM addresses (0x and 40 digits) regardless of case, everything else,
/// Base58 above all, by every character.
bool sameAddress(std::string_view a, std::string_view b);

}  // namespace countersign
