#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/chain/solana/message/SolanaMessage.h"

// The wire format of version 1 (SIMD-0385): no compact lengths, no lookups, a mask of what is configured, the
// instructions' headers before their payloads. solana::parseMessage and solana::serialize come here.

namespace countersign::solana::v1 {

/// The first byte of a message and of a transaction, whose signatures come last.
inline constexpr std::uint8_t versionByte = 0x81;

/// The structure with all of the bytes, the mask included: InvalidInput for unknown bits of it and for one of
/// the priority fee's two alone. Nothing is known yet about ranges.
Result<SolanaMessage> read(BytesView bytes);

/// At most 12 signatures, 64 accounts, 64 instructions; a heap of 32 to 256 KiB in whole KiB, as solana-sdk
/// has it. InvalidInput otherwise.
Status checkLimits(const SolanaMessage& message);

/// The inverse of read.
Bytes write(const SolanaMessage& message);

}  // namespace countersign::solana::v1
