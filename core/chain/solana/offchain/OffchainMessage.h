#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/crypto/keys/Address.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

// Off-chain messages of Solana (SRFC 3): a preamble that no transaction begins with, and a text. Version 1 is
// the current one; version 0 is deprecated, and wallets still sign it.

namespace countersign::solana {

/// What a version 0 message says about its text. The lengths are those of preamble and text together.
enum class OffchainFormat : std::uint8_t {
    RestrictedAscii,  ///< 0x20 to 0x7e, at most 1,232 bytes
    LimitedUtf8,      ///< at most 1,232 bytes
    ExtendedUtf8,     ///< at most 65,535 bytes
};

struct OffchainMessage
{
    int version = 1;                                   ///< 0 or 1
    std::array<std::uint8_t, 32> applicationDomain{};  ///< of version 0 only: any bytes, often an address
    OffchainFormat format{};                           ///< of version 0 only
    std::vector<SolanaAddress> signers;                ///< 1 to 255; of version 1 ascending, each once
    std::string text;                                  ///< UTF-8, not empty, untrusted

    bool operator==(const OffchainMessage&) const = default;
};

inline constexpr std::size_t maxOffchainBytes = 65'535;

/// Whether the bytes begin with the signing domain, ff "solana offchain", whatever is behind it.
bool isOffchainMessage(BytesView bytes);

/// 16 bytes of signing domain and the version; version 0: application domain (32 bytes), format (1), number
/// of signers (1), signers, length of the text (2, little-endian), text; version 1: number of signers (1),
/// signers, and the rest is text. Strict: everything as OffchainMessage says it, nothing trailing. The older
/// form of version 0 without application domain and signers (solana-sdk's) is no such message either.
/// InvalidInput otherwise.
Result<OffchainMessage> parseOffchainMessage(BytesView bytes);

/// The inverse, under the same rules: the bytes that are signed.
Result<Bytes> serialize(const OffchainMessage& message);

}  // namespace countersign::solana
