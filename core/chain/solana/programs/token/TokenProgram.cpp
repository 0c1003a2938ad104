#include "core/chain/solana/programs/token/TokenForms.h"
#include "core/chain/solana/spl/SplPrograms.h"

// The original token program (spl-token-interface, instruction.rs; since 2026 its implementation is p-token,
// which added the tags 38, 45 and 255). Names: @solana/spl-token.

namespace countersign::solana {

namespace {

constexpr std::uint8_t originalAuthorityTypes = 4;
constexpr std::size_t batchHeaderBytes = 2;  ///< of each instruction: how many accounts, how long its data

using enum TokenField;

constexpr TokenFieldForm mintAuthorityField{Address, "mintAuthority"};
constexpr TokenFieldForm freezeAuthorityField{OptionalAddress, "freezeAuthority"};
constexpr TokenFieldForm ownerField{Address, "owner"};
constexpr TokenFieldForm neededSignersField{U8, "m"};

constexpr TokenForm originalTokenForms[] = {
    {0, "initializeMint", "mint rent", {{decimalsField, mintAuthorityField, freezeAuthorityField}}},
    {1, "initializeAccount", "account mint owner rent", {}},
    {2, "initializeMultisig", "account rent signer+", {{neededSignersField}}},
    {3, "transfer", "source destination owner signer~", {{amountField}}},
    {4, "approve", "account delegate owner signer~", {{amountField}}},
    {5, "revoke", "account owner signer~", {}},
    {6,
     "setAuthority",
     "account currentAuthority signer~",
     {{{AuthorityType, "authorityType", originalAuthorityTypes}, {OptionalAddress, "newAuthority"}}}},
    {7, "mintTo", "mint destination authority signer~", {{amountField}}},
    {8, "burn", "account mint owner signer~", {{amountField}}},
    {9, "closeAccount", "account destination authority signer~", {}},
    {10, "freezeAccount", "account mint authority signer~", {}},
    {11, "thawAccount", "account mint authority signer~", {}},
    {12, "transferChecked", "source mint destination owner signer~", {{amountField, decimalsField}}},
    {13, "approveChecked", "account mint delegate owner signer~", {{amountField, decimalsField}}},
    {14, "mintToChecked", "mint destination authority signer~", {{amountField, decimalsField}}},
    {15, "burnChecked", "account mint owner signer~", {{amountField, decimalsField}}},
    {16, "initializeAccount2", "account mint rent", {{ownerField}}},
    {17, "syncNative", "account rent?", {}},
    {18, "initializeAccount3", "account mint", {{ownerField}}},
    {19, "initializeMultisig2", "account signer+", {{neededSignersField}}},
    {20, "initializeMint2", "mint", {{decimalsField, mintAuthorityField, freezeAuthorityField}}},
    {21, "getAccountDataSize", "mint", {{{ExtensionTypes, "extensionTypes"}}}},
    {22, "initializeImmutableOwner", "account", {}},
    {23, "amountToUiAmount", "mint", {{amountField}}},
    {24, "uiAmountToAmount", "mint", {{{Text, "amount"}}}},
    {38, "withdrawExcessLamports", "source destination authority signer~", {}},
    {45, "unwrapLamports", "source destination owner signer~", {{{OptionalU64, "amount"}}}},
};

Result<ReadInstruction> readOriginal(const RawInstruction& instruction)
{
    if (instruction.data.empty()) {
        return unreadable("the instruction has no data");
    }
    return readTokenTable(sharedTokenForms(), instruction, instruction.data.front(),
                          instruction.data.subspan(1));
}

DecodedInstruction innerOf(const RawInstruction& instruction, const SolanaAddress& programId,
                           std::string_view program, ProgramDecoder readOne)
{
    DecodedInstruction inner;
    inner.programId = programId;
    inner.program = program;
    inner.accounts.assign(instruction.accounts.begin(), instruction.accounts.end());
    inner.data = toBytes(instruction.data);
    auto read = readOne(instruction);
    if (!read) {
        inner.error = read.error().detail.toStdString();
        return inner;
    }
    inner.name = std::move(read->name);
    inner.fields = std::move(read->fields);
    for (std::size_t i = 0; i < inner.accounts.size(); ++i) {
        inner.accounts[i].role = std::move(read->roles.at(i));
    }
    return inner;
}

}  // namespace

std::span<const TokenForm> sharedTokenForms()
{
    return originalTokenForms;
}

Result<ReadInstruction> readTokenBatch(const RawInstruction& instruction, const SolanaAddress& programId,
                                       std::string_view program, ProgramDecoder readOne)
{
    ReadInstruction read;
    read.name = "batch";
    read.roles.resize(instruction.accounts.size());
    BytesView data = instruction.data.subspan(1);
    auto accounts = instruction.accounts;
    do {
        if (data.size() < batchHeaderBytes || data.size() - batchHeaderBytes < data[1]) {
            return unreadable("an instruction of the batch is cut off");
        }
        if (accounts.size() < data[0]) {
            return unreadable("there are fewer accounts than the batch needs");
        }
        const RawInstruction one{accounts.first(data[0]), data.subspan(batchHeaderBytes, data[1])};
        read.inner.push_back(innerOf(one, programId, program, readOne));
        accounts = accounts.subspan(one.accounts.size());
        data = data.subspan(batchHeaderBytes + one.data.size());
    } while (!data.empty());
    return read;
}

Result<ReadInstruction> decodeToken(const RawInstruction& instruction)
{
    if (!instruction.data.empty() && instruction.data.front() == tokenBatchTag) {
        return readTokenBatch(instruction, tokenProgram(), "token", readOriginal);
    }
    return readOriginal(instruction);
}

}  // namespace countersign::solana
