#include "core/chain/solana/programs/ProgramDecoder.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "tests/fuzz/Require.h"

#include <algorithm>
#include <array>

using namespace countersign;

// The first byte chooses a program and a number of accounts. What follows is a transaction or message, read
// as it is and again with that program in the place of every other, or else the data of one instruction.

namespace {

constexpr std::array<std::string_view, 18> programs = {
    "11111111111111111111111111111111",
    "Stake11111111111111111111111111111111111111",
    "Vote111111111111111111111111111111111111111",
    "ComputeBudget111111111111111111111111111111",
    "BPFLoader1111111111111111111111111111111111",
    "BPFLoader2111111111111111111111111111111111",
    "BPFLoaderUpgradeab1e11111111111111111111111",
    "LoaderV411111111111111111111111111111111111",
    "AddressLookupTab1e1111111111111111111111111",
    "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
    "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
    "Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo",
    "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr",
    "Ed25519SigVerify111111111111111111111111111",
    "KeccakSecp256k11111111111111111111111111111",
    "Secp256r1SigVerify1111111111111111111111111",
    "SQDS4ep65T869zMMBKyuUq6aD6EgTu8psMjkvj52pCf",
};

constexpr int maxDepth = 4;  // of containers; a batch of the token programs is one without counting

void check(const solana::DecodedInstruction& decoded, int depth)
{
    require(decoded.isRead() == decoded.error.empty(), "an instruction is read or says why not");
    require(decoded.isRead() || (decoded.fields.empty() && decoded.inner.empty()),
            "an unread instruction tells nothing");
    require(depth <= maxDepth || !decoded.isRead(), "containers end");
    for (const solana::InstructionField& field : decoded.fields) {
        require(!field.name.empty(), "every field has a name");
        const auto same = std::ranges::count(decoded.fields, field.name, &solana::InstructionField::name);
        require(same == 1, "no field is told twice");
    }
    for (const solana::DecodedInstruction& inner : decoded.inner) {
        check(inner, depth + 1);
    }
}

void checkJson(const solana::DecodedInstruction& decoded)
{
    const std::string text = dumpJson(solana::toJson(decoded));
    const auto again = parseJson(
        text,
        {.maxBytes = std::size_t{16} << 20U, .maxDepth = 64, .maxValues = 1'000'000, .maxMembers = 10'000});
    require(again && dumpJson(*again) == text, "the JSON is JSON");
}

void checkMessage(SolanaMessage message, const SolanaAddress& program)
{
    for (const solana::DecodedInstruction& decoded : solana::decodeInstructions(message)) {
        check(decoded, 0);
        checkJson(decoded);
    }
    for (const SolanaInstruction& instruction : message.instructions) {
        message.accountKeys.at(instruction.programIdIndex) = program;
    }
    const auto decoded = solana::decodeInstructions(message);
    require(decoded.size() == message.instructions.size(), "no instruction is lost");
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        check(decoded[i], 0);
        require(decoded[i].accounts.size() == message.instructions[i].accounts.size(), "no account is lost");
        require(decoded[i].data == message.instructions[i].data, "the data stays as it is");
    }
}

void checkInstruction(const SolanaAddress& program, std::size_t accountCount, BytesView data)
{
    std::vector<solana::InstructionAccount> accounts(accountCount);
    for (std::size_t i = 0; i < accountCount; ++i) {
        accounts[i].index = i;
        accounts[i].signs = i % 2 == 1;
        if (i % 4 != 3) {
            accounts[i].address = SolanaAddress{static_cast<std::uint8_t>(i)};
        }
    }
    const auto decoded = solana::decodeInstruction(program, accounts, data);
    check(decoded, 0);
    checkJson(decoded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const SolanaAddress program = *parseSolanaAddress(programs.at(data[0] % programs.size()));
    const BytesView rest(data + 1, size - 1);
    if (const auto transaction = solana::parseTransactionOrMessage(rest)) {
        checkMessage(transaction->message, program);
    } else {
        checkInstruction(program, data[0] / programs.size(), rest);
    }
    return 0;
}
