#include "core/chain/solana/programs/InstructionLayout.h"

#include <array>

// The ComputeBudget program (solana-compute-budget-interface: ComputeBudgetInstruction; Borsh, so that the
// tag is one byte). Tag 0, requestUnits, is no longer carried out by the runtime and therefore not read.

namespace countersign::solana {

namespace {

constexpr std::array computeBudgetLayouts = {
    InstructionLayout{1, "requestHeapFrame", "", [](FieldReader& fields) { fields.u32("bytes"); }},
    InstructionLayout{2, "setComputeUnitLimit", "", [](FieldReader& fields) { fields.u32("units"); }},
    InstructionLayout{3, "setComputeUnitPrice", "", [](FieldReader& fields) { fields.u64("microLamports"); }},
    InstructionLayout{4, "setLoadedAccountsDataSizeLimit", "",
                      [](FieldReader& fields) { fields.u32("bytes"); }},
};

}  // namespace

Result<ReadInstruction> decodeComputeBudget(const RawInstruction& instruction)
{
    FieldReader fields(instruction.data);
    const InstructionLayout* layout = layoutOf(computeBudgetLayouts, fields.reader().u8());
    if (layout == nullptr) {
        return unreadable("the program has no such instruction, or it is not known here");
    }
    return readByLayout(*layout, instruction, std::move(fields));
}

}  // namespace countersign::solana
