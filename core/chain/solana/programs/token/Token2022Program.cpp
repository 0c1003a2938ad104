#include "core/chain/solana/programs/token/TokenForms.h"
#include "core/chain/solana/spl/SplPrograms.h"

// Token-2022 ("Token Extensions"; spl-token-2022-interface, instruction.rs): what the original program has,
// some more, and a second tag for each extension. Names: @solana/spl-token, and where that has none
// @solana-program/token-2022.

namespace countersign::solana {

namespace {

constexpr std::uint8_t allAuthorityTypes = 18;

using enum TokenField;

/// Before the shared ones: setAuthority knows more kinds here.
constexpr TokenForm token2022Forms[] = {
    {6,
     "setAuthority",
     "account currentAuthority signer~",
     {{{AuthorityType, "authorityType", allAuthorityTypes}, {OptionalAddress, "newAuthority"}}}},
    {25, "initializeMintCloseAuthority", "mint", {{{OptionalAddress, "closeAuthority"}}}},
    {29, "reallocate", "account payer systemProgram owner signer~", {{{ExtensionTypes, "extensionTypes"}}}},
    {31, "createNativeMint", "payer nativeMint systemProgram", {}},
    {32, "initializeNonTransferableMint", "mint", {}},
    {35, "initializePermanentDelegate", "mint", {{{Address, "delegate"}}}},
};

Result<ReadInstruction> readExtended(const RawInstruction& instruction)
{
    if (instruction.data.empty()) {
        return unreadable("the instruction has no data");
    }
    const std::uint8_t tag = instruction.data.front();
    for (const std::span<const TokenForm> table :
         {std::span<const TokenForm>(token2022Forms), sharedTokenForms()}) {
        if (const TokenForm* form = tokenFormOf(table, tag)) {
            return readTokenForm(*form, instruction, instruction.data.subspan(1));
        }
    }
    // The order is the program's: its own tags come before the interfaces, whose first bytes are no tags.
    if (auto read = readTokenInterface(instruction)) {
        return *std::move(read);
    }
    return readTokenExtension(instruction);
}

}  // namespace

Result<ReadInstruction> decodeToken2022(const RawInstruction& instruction)
{
    if (!instruction.data.empty() && instruction.data.front() == tokenBatchTag) {
        return readTokenBatch(instruction, token2022Program(), "token2022", readExtended);
    }
    return readExtended(instruction);
}

}  // namespace countersign::solana
