#include "core/chain/solana/programs/InstructionLayout.h"

#include <array>

// Loader version 4, as its interface was last published (solana-loader-v4-interface 3.1, instruction.rs:
// LoaderV4Instruction). It was never enabled on mainnet.

namespace countersign::solana {

namespace {

constexpr std::array loaderV4Layouts = {
    InstructionLayout{0, "write", "program authority",
                      [](FieldReader& fields) { fields.u32("offset").bincodeBytes("bytes"); }},
    InstructionLayout{
        1, "copy", "program authority source",
        [](FieldReader& fields) { fields.u32("destinationOffset").u32("sourceOffset").u32("length"); }},
    InstructionLayout{2, "setProgramLength", "program authority recipient?",
                      [](FieldReader& fields) { fields.u32("newSize"); }},
    InstructionLayout{3, "deploy", "program authority source?"},
    InstructionLayout{4, "retract", "program authority"},
    InstructionLayout{5, "transferAuthority", "program authority newAuthority"},
    InstructionLayout{6, "finalize", "program authority nextVersion"},
};

}  // namespace

Result<ReadInstruction> decodeLoaderV4(const RawInstruction& instruction)
{
    return readBincodeProgram(loaderV4Layouts, instruction);
}

}  // namespace countersign::solana
