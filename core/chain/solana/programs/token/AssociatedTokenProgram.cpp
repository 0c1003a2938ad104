#include "core/chain/solana/programs/ProgramDecoder.h"

// The associated token account program (spl-associated-token-account-interface, instruction.rs; its data is
// one Borsh byte, or none as before 2022). Whether the account is the one that belongs to owner and mint is
// not asked here: the program fails where it is not.

namespace countersign::solana {

Result<ReadInstruction> decodeAssociatedToken(const RawInstruction& instruction)
{
    enum : std::uint8_t { Create, CreateIdempotent, RecoverNested };
    InstructionReader reader(instruction.data);
    const std::uint8_t tag = instruction.data.empty() ? std::uint8_t{Create} : reader.u8();
    RETURN_IF_ERROR(reader.finish());
    if (tag > RecoverNested) {
        return unreadable("the associated token program has no such instruction");
    }
    ReadInstruction read;
    if (tag == RecoverNested) {
        read.name = "recoverNested";
        ASSIGN_OR_RETURN(
            read.roles,
            rolesOf(instruction, {"nestedAssociatedToken", "nestedMint", "destinationAssociatedToken",
                                  "ownerAssociatedToken", "ownerMint", "owner", "tokenProgram"}));
        return read;
    }
    read.name = tag == Create ? "create" : "createIdempotent";
    ASSIGN_OR_RETURN(read.roles, rolesOf(instruction, {"payer", "associatedToken", "owner", "mint",
                                                       "systemProgram", "tokenProgram"}));
    return read;
}

}  // namespace countersign::solana
