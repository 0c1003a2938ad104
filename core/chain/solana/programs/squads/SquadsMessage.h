#pragma once

#include "core/chain/solana/message/SolanaMessage.h"
#include "core/chain/solana/programs/DecodedInstruction.h"

// The message that a Squads vault carries out once its members have agreed (Squads-Protocol/v4,
// vault_transaction_create.rs: TransactionMessage; state/vault_transaction.rs; executable_transaction_message
// .rs). It resembles a Solana message: keys, compiled instructions, lookups; lists are led by one byte
// (SmallVec), data by two.

namespace countersign::solana {

struct SquadsMessage
{
    std::uint8_t signers = 0;          ///< the first so many keys sign: the vault, and accounts made for it
    std::uint8_t writableSigners = 0;  ///< the first so many of these
    std::uint8_t writableOthers = 0;   ///< the first so many of the rest
    std::vector<SolanaAddress> accountKeys;
    std::vector<SolanaInstruction> instructions;
    std::vector<SolanaLookup> lookups;

    std::size_t accountCount() const;
    /// Indexes count the keys first, then what the lookups load to write, then the rest of them.
    bool isSigner(std::size_t index) const { return index < signers; }
    bool isWritable(std::size_t index) const;
    std::optional<SolanaAddress> addressOf(std::size_t index) const;
};

/// InvalidInput for what the program refuses (counts and indexes out of range) and for trailing bytes.
Result<SquadsMessage> parseSquadsMessage(BytesView bytes);

/// Its instructions, which lie depth containers deep.
std::vector<DecodedInstruction> decodeInstructions(const SquadsMessage& message, int depth);

}  // namespace countersign::solana
