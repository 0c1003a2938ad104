#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/crypto/keys/Address.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace countersign {

struct SolanaInstruction
{
    std::uint8_t programIdIndex = 0;     ///< into the static keys
    std::vector<std::uint8_t> accounts;  ///< indexes into the static keys, then into what the lookups load
    Bytes data;

    bool operator==(const SolanaInstruction&) const = default;
};

/// Accounts that are named by their place in a table on the chain. Which they are cannot be told offline.
struct SolanaLookup
{
    SolanaAddress table{};
    std::vector<std::uint8_t> writable;
    std::vector<std::uint8_t> readonly;

    bool operator==(const SolanaLookup&) const = default;
};

/// What a message of version 1 asks of the network in place of instructions to the compute budget program,
/// which have no effect there. What is left open is 0, the heap size 32,768 (SIMD-0385).
struct SolanaConfig
{
    std::optional<std::uint64_t> priorityFeeLamports;  ///< in all, not per compute unit
    std::optional<std::uint32_t> computeUnitLimit;
    std::optional<std::uint32_t> loadedAccountsDataSizeLimit;  ///< in bytes
    std::optional<std::uint32_t> heapSize;                     ///< in bytes

    bool operator==(const SolanaConfig&) const = default;
};

/// A Solana message, legacy or of version 0 or 1: the part of a transaction that is signed. Indexes count the
/// static keys first, then the writable accounts of every lookup in order, then the readonly ones.
struct SolanaMessage
{
    std::optional<int> version;           ///< nothing: legacy; else 0 or 1
    std::uint8_t requiredSignatures = 0;  ///< the first so many keys sign; the very first pays
    std::uint8_t readonlySigned = 0;      ///< the last so many of those that sign
    std::uint8_t readonlyUnsigned = 0;    ///< the last so many of all static keys
    std::vector<SolanaAddress> accountKeys;
    std::array<std::uint8_t, 32> recentBlockhash{};
    std::vector<SolanaInstruction> instructions;
    std::vector<SolanaLookup> lookups;  ///< of version 0 only
    SolanaConfig config;                ///< of version 1 only

    bool operator==(const SolanaMessage&) const = default;

    /// Static and looked-up ones together.
    std::size_t accountCount() const;
    bool isSigner(std::size_t index) const { return index < requiredSignatures; }
    /// As the message asks for; the runtime takes the right to write away from programs and system accounts.
    bool isWritable(std::size_t index) const;
    /// Nothing for a looked-up account or an index out of range.
    std::optional<SolanaAddress> addressOf(std::size_t index) const;
};

namespace solana {

/// Longest legacy or version 0 transaction, signatures included, that the network carries (one IPv6 packet's
/// payload).
inline constexpr std::size_t maxTransactionBytes = 1232;
/// Longest transaction of version 1 (SIMD-0385), and so of any version.
inline constexpr std::size_t maxTransactionV1Bytes = 4096;
inline constexpr std::size_t signatureBytes = 64;

/// A message under the rules of the runtime (solana-sdk, Message::sanitize; SIMD-0385 for version 1) and of
/// its account loading: nothing trailing; a payer who may write; header, program and account indexes in
/// range, programs among the static keys and never the payer; no key twice. Legacy and version 0: no lookup
/// that loads nothing; at most 256 accounts; together with its signatures at most maxTransactionBytes.
/// Version 1: at most 12 signatures, 64 accounts, 64 instructions; no unknown configuration, a heap size of
/// the runtime's range; at most maxTransactionV1Bytes. InvalidInput otherwise, and for every other version.
Result<SolanaMessage> parseMessage(BytesView bytes);

/// The inverse: what parseMessage accepted comes out byte for byte. Lists must be shorter than 65536, of
/// version 1 those of keys, instructions and accounts shorter than 256.
Bytes serialize(const SolanaMessage& message);

/// Whether a signature over these bytes could serve as a transaction's: they have a message's structure, or a
/// transaction's, or a version's mark of which we do not know the structure. Broader than parseMessage on
/// purpose: whoever signs a "message" must refuse all of it.
bool looksLikeTransaction(BytesView bytes);

}  // namespace solana

}  // namespace countersign
