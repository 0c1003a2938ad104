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

/// What an instruction is meant for, and how much that matters to whoever reads no further.
struct ActionIntent
{
    std::string sentence;
    bool isGrave = false;     ///< with a critical finding
    bool givesPower = false;  ///< lets somebody do something from now on
    bool sends = false;       ///< something leaves

    static constexpr int lastRank = 3;
    /// 0 comes first.
    int rank() const { return isGrave ? 0 : givesPower ? 1 : sends ? 2 : lastRank; }
};

ActionIntent actionOf(const Meaning& meaning);

/// The instructions inside of this one, into its meaning; their intents, one after the other.
std::vector<ActionIntent> explainInner(InstructionReading& reading, const SolanaScene& scene);

/// "Send 1 SOL to …" of one; "3 actions: …; …; …" of several. Where these are too many to be told, the
/// gravest come first, and of the rest is told how many of them give power or send something.
std::string intentOf(std::vector<ActionIntent> actions);

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
