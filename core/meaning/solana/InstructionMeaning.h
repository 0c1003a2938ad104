#pragma once

#include "core/meaning/solana/InstructionReading.h"

#include <span>

namespace countersign::meaning {

/// Containers within containers, at most; the decoder has the same bound.
inline constexpr int maxInstructionDepth = 4;

/// Fields, effects and findings of an instruction and of those that it contains. Not understood where it, or
/// one of these, could not be read, where its effect is not known here, and where it uses an account that
/// only a lookup table knows. number: as people count.
InstructionReading explainInstruction(const solana::DecodedInstruction& instruction, const SolanaScene& scene,
                                      const std::string& path, const std::string& number);

/// The instructions inside of this one, into its meaning; their intents, one after the other.
std::vector<std::string> explainInner(InstructionReading& reading, const SolanaScene& scene);

/// "Send 1 SOL to …" of one; "3 actions: …; …; …" of several, at most so many of them told.
std::string intentOf(const std::vector<std::string>& intents);

// What is known about the instructions of each program (programs/*.cpp).
std::span<const InstructionKnowledge> systemKnowledge();
std::span<const InstructionKnowledge> stakeKnowledge();
std::span<const InstructionKnowledge> voteKnowledge();
std::span<const InstructionKnowledge> tokenMoveKnowledge();
std::span<const InstructionKnowledge> tokenPowerKnowledge();
std::span<const InstructionKnowledge> tokenMintKnowledge();
std::span<const InstructionKnowledge> associatedTokenKnowledge();
std::span<const InstructionKnowledge> loaderKnowledge();
std::span<const InstructionKnowledge> loaderV4Knowledge();
std::span<const InstructionKnowledge> lookupTableKnowledge();
std::span<const InstructionKnowledge> squadsKnowledge();
std::span<const InstructionKnowledge> computeBudgetKnowledge();
std::span<const InstructionKnowledge> memoKnowledge();
std::span<const InstructionKnowledge> precompileKnowledge();

}  // namespace countersign::meaning
