#include "core/chain/solana/programs/InstructionLayout.h"

#include <array>

// The Address Lookup Table program (solana-address-lookup-table-interface, instruction.rs:
// ProgramInstruction).

namespace countersign::solana {

namespace {

void readNewAddresses(FieldReader& fields)
{
    const std::uint64_t count = fields.reader().u64();
    if (count == 0) {
        fields.reader().refuse();  // as the program does
    }
    fields.list("addresses", count, &FieldReader::address);
}

constexpr std::array lookupTableLayouts = {
    InstructionLayout{0, "createLookupTable", "lookupTable authority payer systemProgram",
                      [](FieldReader& fields) { fields.u64("recentSlot").u8("bumpSeed"); }},
    InstructionLayout{1, "freezeLookupTable", "lookupTable authority"},
    InstructionLayout{2, "extendLookupTable", "lookupTable authority payer? systemProgram?",
                      readNewAddresses},
    InstructionLayout{3, "deactivateLookupTable", "lookupTable authority"},
    InstructionLayout{4, "closeLookupTable", "lookupTable authority recipient"},
};

}  // namespace

Result<ReadInstruction> decodeLookupTable(const RawInstruction& instruction)
{
    return readBincodeProgram(lookupTableLayouts, instruction);
}

}  // namespace countersign::solana
