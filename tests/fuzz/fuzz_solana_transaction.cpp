#include "core/chain/solana/message/CompactU16.h"
#include "core/chain/solana/offchain/OffchainMessage.h"
#include "core/chain/solana/offchain/SolanaSignIn.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;

namespace {

void checkMessage(BytesView bytes)
{
    const auto message = solana::parseMessage(bytes);
    if (!message) {
        require(message.error().code == ErrorCode::InvalidInput, "a broken message is invalid input");
        return;
    }
    require(std::ranges::equal(solana::serialize(*message), bytes), "a message comes back");
    require(solana::looksLikeTransaction(bytes), "a message passes for no text");
    require(message->isSigner(0) && message->isWritable(0), "the payer signs and is written");
    for (const SolanaInstruction& instruction : message->instructions) {
        require(message->addressOf(instruction.programIdIndex).has_value(), "programs are named");
        for (const std::uint8_t index : instruction.accounts) {
            require(index < message->accountCount(), "accounts are in range");
        }
    }
}

void checkTransaction(BytesView bytes)
{
    const auto transaction = solana::parseTransaction(bytes);
    if (transaction) {
        require(std::ranges::equal(transaction->serialize(), bytes), "a transaction comes back");
        require(transaction->signatures.size() == transaction->message.requiredSignatures,
                "every signer has a place");
        require(solana::looksLikeTransaction(bytes), "a transaction passes for no text");
        (void)transaction->usesDurableNonce();
        (void)transaction->verifyPresentSignatures();
    }
    const auto either = solana::parseTransactionOrMessage(bytes);
    if (!either) {
        return;
    }
    const auto again = solana::parseTransaction(either->serialize());
    require(again && *again == *either, "what was read once is read the same again");
    if (either->missingSigners().size() == either->signatures.size()) {
        SolanaAddress hash;
        hash.fill(1);
        const auto resolved = either->withBlockhash(hash);
        require(resolved && solana::parseTransaction(resolved->serialize()).has_value(),
                "a blockhash changes nothing else");
    }
}

/// What is signed and is no transaction.
void checkOtherMessages(BytesView bytes)
{
    if (const auto message = solana::parseOffchainMessage(bytes)) {
        const auto written = solana::serialize(*message);
        require(written && std::ranges::equal(*written, bytes), "an off-chain message comes back");
        require(!solana::looksLikeTransaction(bytes), "an off-chain message passes for no transaction");
    }
    if (const auto signIn = parseSolanaSignIn(asText(bytes))) {
        require(toText(*signIn) == asText(bytes), "a sign-in comes back");
    }
}

void checkLength(BytesView bytes)
{
    BytesView rest = bytes;
    if (const auto value = solana::takeCompactU16(rest)) {
        Bytes written;
        solana::appendCompactU16(written, *value);
        require(std::ranges::equal(written, bytes.first(bytes.size() - rest.size())),
                "lengths have one form");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    checkLength(input);
    checkMessage(input);
    checkTransaction(input);
    checkOtherMessages(input);
    return 0;
}
