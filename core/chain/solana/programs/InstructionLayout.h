#pragma once

#include "core/chain/solana/programs/FieldReader.h"
#include "core/chain/solana/programs/ProgramDecoder.h"

// Most instructions are a tag, a few values and a row of accounts; their programs are tables of these.

namespace countersign::solana {

/// Words: a role each, in order. "payer?" may be missing, and so may all behind it.
using RoleWords = std::string_view;

struct InstructionLayout
{
    std::uint32_t tag = 0;
    std::string_view name;
    RoleWords roles;
    void (*read)(FieldReader& fields) = nullptr;  ///< what stands behind the tag; nothing for no values
};

/// The roles of the accounts, "" for those beyond the words. InvalidInput where one is missing that must be
/// there.
Result<std::vector<std::string>> rolesByWords(const RawInstruction& instruction, RoleWords words);

/// Everything behind the tag, which fields has already taken. InvalidInput for missing, odd and trailing
/// data and for missing accounts.
Result<ReadInstruction> readByLayout(const InstructionLayout& layout, const RawInstruction& instruction,
                                     FieldReader fields);

/// The layout of this tag; nullptr where there is none.
const InstructionLayout* layoutOf(std::span<const InstructionLayout> layouts, std::uint32_t tag);

/// A program whose instructions begin with a u32 in little-endian (bincode's enum). InvalidInput also for a
/// tag that is not in the table.
Result<ReadInstruction> readBincodeProgram(std::span<const InstructionLayout> layouts,
                                           const RawInstruction& instruction);

}  // namespace countersign::solana
