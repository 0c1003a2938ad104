#include "core/chain/solana/programs/InstructionLayout.h"

#include <array>

// The System program (solana-system-interface, instruction.rs: SystemInstruction). Names as @solana/web3.js
// has them: there, what the program calls owner is programId.

namespace countersign::solana {

namespace {

void readCreation(FieldReader& fields)
{
    fields.u64("lamports").u64("space").address("programId");
}

constexpr std::uint32_t createAccountAllowPrefund = 13;

constexpr std::array systemLayouts = {
    InstructionLayout{0, "createAccount", "from newAccount", readCreation},
    InstructionLayout{1, "assign", "account", [](FieldReader& fields) { fields.address("programId"); }},
    InstructionLayout{2, "transfer", "from to", [](FieldReader& fields) { fields.u64("lamports"); }},
    InstructionLayout{3, "createAccountWithSeed", "from newAccount base?",
                      [](FieldReader& fields) {
                          fields.address("base").seed("seed");
                          readCreation(fields);
                      }},
    InstructionLayout{4, "advanceNonceAccount", "nonce recentBlockhashesSysvar authorized"},
    InstructionLayout{5, "withdrawNonceAccount", "nonce to recentBlockhashesSysvar rentSysvar authorized",
                      [](FieldReader& fields) { fields.u64("lamports"); }},
    InstructionLayout{6, "initializeNonceAccount", "nonce recentBlockhashesSysvar rentSysvar",
                      [](FieldReader& fields) { fields.address("authorized"); }},
    InstructionLayout{7, "authorizeNonceAccount", "nonce authorized",
                      [](FieldReader& fields) { fields.address("newAuthorized"); }},
    InstructionLayout{8, "allocate", "account", [](FieldReader& fields) { fields.u64("space"); }},
    InstructionLayout{
        9, "allocateWithSeed", "account base",
        [](FieldReader& fields) { fields.address("base").seed("seed").u64("space").address("programId"); }},
    InstructionLayout{10, "assignWithSeed", "account base",
                      [](FieldReader& fields) { fields.address("base").seed("seed").address("programId"); }},
    InstructionLayout{11, "transferWithSeed", "from base to",
                      [](FieldReader& fields) { fields.u64("lamports").seed("seed").address("programId"); }},
    InstructionLayout{12, "upgradeNonceAccount", "nonce"},
    InstructionLayout{createAccountAllowPrefund, "createAccountAllowPrefund", "newAccount from?",
                      readCreation},
};

}  // namespace

Result<ReadInstruction> decodeSystem(const RawInstruction& instruction)
{
    ASSIGN_OR_RETURN(ReadInstruction read, readBincodeProgram(systemLayouts, instruction));
    // Nobody need pay only where nothing is to be paid.
    const bool pays =
        read.name == "createAccountAllowPrefund" && std::get<std::uint64_t>(read.fields.front().value) > 0;
    if (pays && instruction.accounts.size() < 2) {
        return unreadable("there is no account that pays for the new one");
    }
    return read;
}

}  // namespace countersign::solana
