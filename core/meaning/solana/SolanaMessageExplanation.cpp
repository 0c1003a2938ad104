#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/solana/offchain/OffchainMessage.h"
#include "core/meaning/messages/MessageBytes.h"
#include "core/meaning/messages/MessageText.h"
#include "core/meaning/solana/SolanaExplanation.h"
#include "core/meaning/solana/SolanaScene.h"
#include "core/meaning/solana/SolanaSignInMeaning.h"

#include <algorithm>

// Messages that are no transactions: a text as it is, or a text behind the header of off-chain messages. A
// wallet's key signs transactions and messages in the same way, so that what could be a transaction is none.

namespace countersign::meaning {

namespace {

/// Whether a text is what Solana's tools print of a transaction or its message, so that whoever gets it may
/// take text and transaction for one another. Strict: words are Base64 too.
bool isTransactionText(std::string_view text)
{
    constexpr std::size_t maxBytes = solana::maxTransactionV1Bytes;
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos || text.size() > 2 * maxBytes) {
        return false;
    }
    const std::string_view word = text.substr(first, text.find_last_not_of(blanks) - first + 1);
    const auto base64 = fromBase64(word);
    const auto base58 = fromBase58(word);
    return (base64 && solana::parseTransactionOrMessage(*base64)) ||
           (base58 && solana::parseTransactionOrMessage(*base58));
}

/// Why these bytes are no words to agree to; nothing where they may be.
std::optional<Finding> solanaMessageDanger(BytesView message)
{
    if (looksLikeHash(message)) {
        return hashAsMessage("a program may take the signature for consent to that.");
    }
    if (const std::string_view kind = transactionLike(message); !kind.empty()) {
        return transactionAsMessage("Its bytes are, or look like, " + std::string(kind) + ".");
    }
    if (isTransactionText(asText(message))) {
        return transactionAsMessage("Its text is a Solana transaction in Base64 or Base58.");
    }
    if (looksLikeSolanaSignIn(asText(message))) {
        return malformedSignIn("Sign-In with Solana");
    }
    return isPlainText(asText(message)) ? std::nullopt : std::optional(bytesAsMessage(message));
}

Meaning textMeaning(BytesView text, const SolanaContext& context)
{
    if (const auto signIn = parseSolanaSignIn(asText(text))) {
        Meaning meaning = solanaSignInMeaning(*signIn, context);
        meaning.acts = {{.kind = IntentKind::SignIn}};
        return meaning;
    }
    Meaning meaning;
    meaning.acts = {{.kind = IntentKind::Message}};
    addMessageFields(text, meaning);
    if (auto danger = solanaMessageDanger(text)) {
        meaning.doNotUnderstand(std::move(*danger));
        return meaning;
    }
    meaning.understood = true;
    meaning.intent = text.empty() ? "Sign an empty message" : "Sign a message";
    return meaning;
}

/// Who signs beside the wallet, and whether it signs at all.
void addSigners(const solana::OffchainMessage& message, const SolanaContext& context, Meaning& meaning)
{
    for (std::size_t i = 0; i < message.signers.size(); ++i) {
        meaning.fields.push_back(
            {"Signer", toText(message.signers[i]), "signers[" + std::to_string(i) + "]"});
    }
    if (context.wallet && std::ranges::find(message.signers, *context.wallet) == message.signers.end()) {
        meaning.findings.push_back({"message.signer.mismatch",
                                    Severity::Critical,
                                    "The message is for other signers",
                                    toText(*context.wallet) + " is none of those whom the message names.",
                                    {toText(*context.wallet)}});
    }
}

Meaning offchainMeaning(BytesView bytes, const SolanaContext& context)
{
    const auto message = solana::parseOffchainMessage(bytes);
    if (!message) {
        Meaning meaning;
        addMessageText("Bytes", toHexPrefixed(bytes), meaning);
        meaning.doNotUnderstand({"message.offchain.malformed",
                                 Severity::Critical,
                                 "An off-chain message that breaks the rules",
                                 "It begins like an off-chain message of Solana and is none, or one of a "
                                 "version that is not known here.",
                                 {}});
        return meaning;
    }
    Meaning meaning = textMeaning(asBytes(message->text), context);
    meaning.fields.push_back({"Off-chain message", "version " + std::to_string(message->version), "version"});
    if (message->version == 0) {
        const SolanaAddress domain = message->applicationDomain;
        meaning.fields.push_back({"Application domain", toText(domain), "applicationDomain"});
    }
    addSigners(*message, context, meaning);
    return meaning;
}

}  // namespace

Explanation explainMessage(BytesView message, const SolanaContext& context, const Knowledge& knowledge)
{
    Meaning meaning = solana::isOffchainMessage(message) ? offchainMeaning(message, context)
                                                         : textMeaning(message, context);
    addSolanaSources(knowledge.lists, meaning);
    return finished(std::move(meaning), message);
}

}  // namespace countersign::meaning
