#pragma once

#include "core/chain/solana/programs/ProgramDecoder.h"

#include <array>
#include <span>

// The two token programs have about a hundred instructions, and nearly all of them are a tag, a few values
// and a row of accounts. They are tables of these forms; what is true of all of them is said once.

namespace countersign::solana {

/// How a token program packs a value (spl-token-interface and spl-token-2022-interface, instruction.rs).
enum class TokenField : std::uint8_t {
    None,
    U8,
    I8,
    U16,
    I16,
    U64,
    I64,
    Bool,
    Address,
    OptionalAddress,  ///< COption: a byte, and 32 bytes behind a 1
    NullableAddress,  ///< MaybeNull: 32 zero bytes mean none
    OptionalU64,      ///< COption
    Factor,           ///< an f64 that is above zero and not subnormal, as the shortest decimal that gives it
    Text,             ///< UTF-8, all that is left
    BorshText,        ///< u32 length and UTF-8
    AuthorityType,    ///< a byte, named; size: how many of them the program has
    AccountState,     ///< a byte, named
    ExtensionTypes,   ///< u16 each, all that is left, named and separated by ", "
    RawBytes,         ///< size: how many
};

struct TokenFieldForm
{
    TokenField kind = TokenField::None;
    std::string_view name = {};
    std::uint8_t size = 0;
};

/// Of many instructions.
inline constexpr TokenFieldForm amountField{TokenField::U64, "amount"};
inline constexpr TokenFieldForm decimalsField{TokenField::U8, "decimals"};

/// Of both programs: several instructions in one.
inline constexpr std::uint8_t tokenBatchTag = 255;

/// Words: a role each. "rent?" may be missing, "*" stands for the accounts of the proofs (see readTokenForm),
/// and what ends in "+", the last one, is the role of all further accounts; "signer+" only of those that
/// sign.
using TokenRoles = std::string_view;

struct TokenForm
{
    std::uint8_t tag = 0;
    std::string_view name;
    TokenRoles roles;
    std::array<TokenFieldForm, 8> fields = {};
};

/// Reads data, which is what stands behind the tags, and names the accounts. A value that is absent (an
/// authority that is set to nobody) gives no field. For each field "…ProofInstructionOffset" the program
/// takes an account with the proof where it is 0; one account, the sysvar of instructions, before these
/// serves all others. A field "numTokenAccounts" says how many of the last accounts are sources. InvalidInput
/// for anything missing or left over, and for values that the program does not know.
Result<ReadInstruction> readTokenForm(const TokenForm& form, const RawInstruction& instruction,
                                      BytesView data);

/// Nothing for a tag that is not in the table.
const TokenForm* tokenFormOf(std::span<const TokenForm> table, std::uint8_t tag);

/// The form of this tag in the table; InvalidInput where there is none.
Result<ReadInstruction> readTokenTable(std::span<const TokenForm> table, const RawInstruction& instruction,
                                       std::uint8_t tag, BytesView data);

/// What both programs have (tags 0–24, 38 and 45), as the original one reads it.
std::span<const TokenForm> sharedTokenForms();

/// Tag 255 of both programs: for each instruction the number of its accounts, the length of its data, and its
/// data; the accounts follow each other in the same order, further ones are ignored. A batch in a batch is
/// refused, as the programs do. What readOne cannot read stands among the inner ones with its error.
Result<ReadInstruction> readTokenBatch(const RawInstruction& instruction, const SolanaAddress& programId,
                                       std::string_view program, ProgramDecoder readOne);

/// Token-2022's instructions behind a second tag, one table an extension. InvalidInput for an extension that
/// is not known here.
Result<ReadInstruction> readTokenExtension(const RawInstruction& instruction);
std::span<const TokenForm> confidentialTransferForms();
std::span<const TokenForm> confidentialTransferFeeForms();
std::span<const TokenForm> confidentialMintBurnForms();

/// Token-2022 also answers to the interfaces of token metadata and token groups, whose tags are 8 bytes;
/// nothing for any other data.
std::optional<Result<ReadInstruction>> readTokenInterface(const RawInstruction& instruction);

}  // namespace countersign::solana
