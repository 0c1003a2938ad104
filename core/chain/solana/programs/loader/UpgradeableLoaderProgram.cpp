#include "core/chain/solana/programs/InstructionLayout.h"

#include <array>

// The loaders that keep programs: version 3, "upgradeable" (solana-loader-v3-interface, instruction.rs:
// UpgradeableLoaderInstruction), and versions 1 and 2 before it (solana-loader-v2-interface:
// LoaderInstruction). Tags 8 and 9 of version 3 (migrate, extendProgramChecked) were taken back before they
// worked anywhere, and are not read.

namespace countersign::solana {

namespace {

void readWrite(FieldReader& fields)
{
    fields.u32("offset").bincodeBytes("bytes");
}

/// SIMD-0430 and SIMD-0432 added a boolean that may be left out.
void readTrailingBoolean(FieldReader& fields, const char* name)
{
    if (fields.reader().remaining() > 0) {
        fields.boolean(name);
    }
}

constexpr std::array upgradeableLayouts = {
    InstructionLayout{0, "initializeBuffer", "buffer authority?"},
    InstructionLayout{1, "write", "buffer authority", readWrite},
    InstructionLayout{2, "deployWithMaxDataLen",
                      "payer programData program buffer rentSysvar clockSysvar systemProgram authority",
                      [](FieldReader& fields) {
                          fields.u64("maxDataLen");
                          readTrailingBoolean(fields, "closeBuffer");
                      }},
    InstructionLayout{3, "upgrade", "programData program buffer spill rentSysvar clockSysvar authority",
                      [](FieldReader& fields) { readTrailingBoolean(fields, "closeBuffer"); }},
    InstructionLayout{4, "setAuthority", "account authority newAuthority?"},
    InstructionLayout{5, "close", "account recipient authority? program?",
                      [](FieldReader& fields) { readTrailingBoolean(fields, "tombstone"); }},
    InstructionLayout{6, "extendProgram", "programData program systemProgram? payer?",
                      [](FieldReader& fields) { fields.u32("additionalBytes"); }},
    InstructionLayout{7, "setAuthorityChecked", "account authority newAuthority"},
};

constexpr std::array bpfLoaderLayouts = {
    InstructionLayout{0, "write", "account", readWrite},
    InstructionLayout{1, "finalize", "account rentSysvar?"},
};

}  // namespace

Result<ReadInstruction> decodeUpgradeableLoader(const RawInstruction& instruction)
{
    return readBincodeProgram(upgradeableLayouts, instruction);
}

Result<ReadInstruction> decodeBpfLoader(const RawInstruction& instruction)
{
    return readBincodeProgram(bpfLoaderLayouts, instruction);
}

}  // namespace countersign::solana
