#include "core/base/encoding/Hex.h"
#include "core/chain/solana/offchain/OffchainMessage.h"
#include "core/chain/solana/offchain/SolanaSignIn.h"
#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/meaning/solana/SolanaExplanation.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;
using namespace countersign::meaning;

// Input: a message for a Solana wallet: text, sign-in, or an off-chain message of either version. What is not
// understood must say why and must not have an intent; a transaction or a hash is never understood, a sign-in
// is read in one way only, and signers and site are shown.

namespace {

constexpr std::size_t hashBytes = 32;

bool showsValue(const Meaning& meaning, const std::string& value)
{
    return std::ranges::find(meaning.fields, value, &Field::value) != meaning.fields.end();
}

bool finds(const Meaning& meaning, std::string_view id)
{
    return std::ranges::find(meaning.findings, id, &Finding::id) != meaning.findings.end();
}

/// text: what is between header and end, or the whole message.
void checkSignIn(std::string_view text, const Meaning& meaning, const SolanaContext& context)
{
    const auto signIn = parseSolanaSignIn(text);
    if (!signIn) {
        return;
    }
    require(toText(*signIn) == text, "a sign-in comes back");
    require(!parseSolanaSignIn(std::string(text) + '\n'), "nothing may follow it");
    require(meaning.understood || finds(meaning, "message.incomplete"), "a sign-in is understood");
    require(showsValue(meaning, toText(signIn->address)), "its account is shown");
    require(signIn->address == *context.wallet || finds(meaning, "message.signIn.addressMismatch"),
            "the account of another is told");
}

void checkOffchain(BytesView bytes, const Meaning& meaning, const SolanaContext& context)
{
    const auto message = solana::parseOffchainMessage(bytes);
    if (!message) {
        require(!meaning.understood && finds(meaning, "message.offchain.malformed"),
                "a header that lies is told");
        return;
    }
    const auto written = solana::serialize(*message);
    require(written && std::ranges::equal(*written, bytes), "an off-chain message comes back");
    require(!solana::looksLikeTransaction(bytes), "it passes for no transaction");
    for (const SolanaAddress& signer : message->signers) {
        require(showsValue(meaning, toText(signer)) || meaning.fields.size() >= 400, "its signers are shown");
    }
    const bool isSigner = std::ranges::find(message->signers, *context.wallet) != message->signers.end();
    require(isSigner || finds(meaning, "message.signer.mismatch"), "a message for others is told");
    checkSignIn(message->text, meaning, context);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const KnownLists lists;
    SolanaContext context;
    context.wallet = SolanaAddress{1};
    context.domain = "example.com";
    const BytesView bytes(data, size);
    const Explanation explanation = explainMessage(bytes, context, {.lists = lists});
    const Meaning& meaning = explanation.meaning;
    require(meaning.understood == !meaning.intent.empty(), "an intent exactly where it is understood");
    require(meaning.understood || !meaning.findings.empty(), "what is not understood says why");
    require(size != hashBytes || !meaning.understood, "32 bytes are a hash");
    require(!meaning.understood || !solana::looksLikeTransaction(bytes), "a transaction is no message");
    require(explanation.bytes == toHex(sha256(bytes)), "the hash of what is signed");
    require(!meaning.fields.empty() && meaning.fields.size() <= 400, "the message is shown, within bounds");
    if (solana::isOffchainMessage(bytes)) {
        checkOffchain(bytes, meaning, context);
    } else {
        checkSignIn(asText(bytes), meaning, context);
    }
    return 0;
}
