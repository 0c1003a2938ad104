#pragma once

#include "core/chain/solana/programs/DecodedInstruction.h"
#include "core/chain/solana/programs/InstructionReader.h"

#include <initializer_list>
#include <span>

// What the decoders of single programs share.

namespace countersign::solana {

/// What a decoder is given: accounts without roles, and the data.
struct RawInstruction
{
    std::span<const InstructionAccount> accounts;
    BytesView data;
    int depth = 0;  ///< how many containers it lies in
    /// Its number among the message's instructions; nothing inside a container.
    std::optional<std::size_t> position = std::nullopt;
};

/// What a decoder gives: name, roles (one an account, in order; "" where there is none) and fields.
struct ReadInstruction
{
    std::string name;
    std::vector<std::string> roles;
    std::vector<InstructionField> fields;
    std::vector<DecodedInstruction> inner;
};

/// InvalidInput with a sentence for data or accounts that the program would refuse or that are not known
/// here: nothing is guessed.
using ProgramDecoder = Result<ReadInstruction> (*)(const RawInstruction& instruction);

struct KnownProgram
{
    std::string_view name;     ///< "system"
    std::string_view address;  ///< Base58
    ProgramDecoder decode;
};

/// One a file, programs/<Name>Program.cpp.
Result<ReadInstruction> decodeSystem(const RawInstruction& instruction);
Result<ReadInstruction> decodeStake(const RawInstruction& instruction);
Result<ReadInstruction> decodeVote(const RawInstruction& instruction);
Result<ReadInstruction> decodeComputeBudget(const RawInstruction& instruction);
Result<ReadInstruction> decodeUpgradeableLoader(const RawInstruction& instruction);
/// The older two, whose programs cannot be changed once they are final.
Result<ReadInstruction> decodeBpfLoader(const RawInstruction& instruction);
Result<ReadInstruction> decodeLoaderV4(const RawInstruction& instruction);
Result<ReadInstruction> decodeLookupTable(const RawInstruction& instruction);
Result<ReadInstruction> decodeToken(const RawInstruction& instruction);
Result<ReadInstruction> decodeToken2022(const RawInstruction& instruction);
Result<ReadInstruction> decodeAssociatedToken(const RawInstruction& instruction);
Result<ReadInstruction> decodeMemo(const RawInstruction& instruction);
Result<ReadInstruction> decodeEd25519Precompile(const RawInstruction& instruction);
Result<ReadInstruction> decodeSecp256k1Precompile(const RawInstruction& instruction);
Result<ReadInstruction> decodeSecp256r1Precompile(const RawInstruction& instruction);
Result<ReadInstruction> decodeSquads(const RawInstruction& instruction);

/// Decodes with this program's decoder; recursion of containers ends at a depth of 4.
DecodedInstruction decodeInstruction(const SolanaAddress& programId, std::vector<InstructionAccount> accounts,
                                     BytesView data, int depth = 0,
                                     std::optional<std::size_t> position = std::nullopt);

/// InvalidInput whose detail says in English what is odd; DecodedInstruction::error repeats it.
tl::unexpected<Error> unreadable(const char* detail);

/// InvalidInput where there are fewer accounts than an instruction needs. Further ones are allowed:
/// multisignature signers and whatever a program ignores; they get the role given last where repeated says
/// so.
Result<std::vector<std::string>> rolesOf(const RawInstruction& instruction,
                                         std::initializer_list<std::string_view> roles,
                                         std::string_view further = {});

}  // namespace countersign::solana
