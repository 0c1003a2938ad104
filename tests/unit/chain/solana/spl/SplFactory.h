#pragma once

#include "core/base/Bytes.h"
#include "core/chain/solana/spl/SplAccounts.h"
#include "core/crypto/keys/Address.h"

#include <algorithm>
#include <cstdint>

// SPL token accounts (mints and holders) as the programs write them, for tests; laid out here a second time
// and by hand.

namespace countersign::test {

struct MintFields
{
    std::uint8_t decimals = 6;
    std::uint64_t supply = 1'000'000;
    std::uint8_t initialized = 1;
};

inline void putLittleEndian(Bytes& bytes, std::size_t offset, std::uint64_t value, std::size_t length)
{
    for (std::size_t i = 0; i < length; ++i) {
        bytes.at(offset + i) = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

/// 82 bytes, a mint authority and no freeze authority.
inline Bytes mintData(const MintFields& fields = {})
{
    Bytes bytes(82);
    bytes[0] = 1;
    std::fill_n(bytes.begin() + 4, 32, std::uint8_t{0x77});
    putLittleEndian(bytes, 36, fields.supply, 8);
    bytes[44] = fields.decimals;
    bytes[45] = fields.initialized;
    return bytes;
}

struct HolderFields
{
    SolanaAddress mint{};
    SolanaAddress owner{};
    std::uint64_t amount = 0;
    std::uint8_t state = 1;
};

/// 165 bytes without delegate and close authority.
inline Bytes holderData(const HolderFields& fields)
{
    Bytes bytes(165);
    std::ranges::copy(fields.mint, bytes.begin());
    std::ranges::copy(fields.owner, bytes.begin() + 32);
    putLittleEndian(bytes, 64, fields.amount, 8);
    bytes[108] = fields.state;
    return bytes;
}

/// Either of them as Token-2022 extends it: padding, the account's type, and one extension.
inline Bytes extended(Bytes bytes, std::uint8_t type, std::uint16_t extension, const Bytes& value)
{
    bytes.resize(165);
    bytes.push_back(type);
    const std::size_t at = bytes.size();
    bytes.resize(at + 4);
    putLittleEndian(bytes, at, extension, 2);
    putLittleEndian(bytes, at + 2, value.size(), 2);
    bytes.insert(bytes.end(), value.begin(), value.end());
    return bytes;
}

inline Bytes extendedMint(std::uint16_t extension, const Bytes& value = {})
{
    return extended(mintData(), 1, extension, value);
}

}  // namespace countersign::test
