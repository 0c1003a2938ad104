#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/solana/offchain/OffchainMessage.h"
#include "core/meaning/messages/MessageBytes.h"
#include "core/meaning/solana/SolanaExplanation.h"
#include "core/meaning/solana/SolanaScene.h"
#include "core/meaning/solana/SolanaSignInMeaning.h"

#include <algorithm>

// Messages that are no transactions: a text as it is, or a text behind the header of off-chain messages. A
// wallet's key signs transactions and messages in the same way, so that what could be a transaction is none.

namespace countersign::meaning {

namespace {

/// Of one field: less than finished() shows, whatever the characters.
constexpr std::size_t maxFieldBytes = 8'000;

/// Where a longer text is cut: between two characters.
std::size_t cutOf(std::string_view text)
{
    std::size_t cut = std::min(text.size(), maxFieldBytes);
    while (cut > 1 && cut < text.size() && (static_cast<unsigned char>(text[cut]) & 0xc0U) == 0x80U) {
        --cut;
    }
    return cut;
}

void addText(std::string_view label, std::string_view text, Meaning& meaning)
{
    do {
        const std::size_t cut = cutOf(text);
        meaning.fields.push_back({std::string(label), std::string(text.substr(0, cut)), "message"});
        text.remove_prefix(cut);
    } while (!text.empty());
}

void addMessage(BytesView message, Meaning& meaning)
{
    const std::string_view text = asText(message);
    if (!isPlainText(text)) {
        addText("Bytes", toHexPrefixed(message), meaning);
        return;
    }
    bool changed = false;
    addText("Message", withBlankLettersNamed(text, changed), meaning);
    if (changed) {
        meaning.findings.push_back({"message.text.hidden",
                                    Severity::Warning,
                                    "Characters that look like nothing",
                                    "The text has letters or marks that are seen as a blank or not at all. "
                                    "They are shown by their numbers.",
                                    {}});
    }
}

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
std::optional<Finding> dangerOf(BytesView message)
{
    if (looksLikeHash(message)) {
        return Finding{"message.hash",
                       Severity::Critical,
                       "The message is a hash",
                       "What it is the hash of cannot be told: a program may take the signature for consent "
                       "to that.",
                       {}};
    }
    if (const std::string_view kind = transactionLike(message); !kind.empty()) {
        return Finding{"message.transaction",
                       Severity::Critical,
                       "The message is no message",
                       "Its bytes are, or look like, " + std::string(kind) + ".",
                       {}};
    }
    if (isTransactionText(asText(message))) {
        return Finding{"message.transaction",
                       Severity::Critical,
                       "The message is no message",
                       "Its text is a Solana transaction in Base64 or Base58.",
                       {}};
    }
    if (looksLikeSolanaSignIn(asText(message))) {
        return Finding{"message.signIn.malformed",
                       Severity::Critical,
                       "A sign-in that breaks the rules",
                       "It speaks like a sign-in, but does not have the form of Sign-In with Solana: a site "
                       "would refuse it, or read it in its own way.",
                       {}};
    }
    if (!isPlainText(asText(message))) {
        return Finding{
            "message.bytes",
            Severity::Warning,
            "The message is no text",
            "It has " + std::to_string(message.size()) + " bytes whose meaning nothing here knows.",
            {}};
    }
    return std::nullopt;
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
    addMessage(text, meaning);
    if (auto danger = dangerOf(text)) {
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
        addText("Bytes", toHexPrefixed(bytes), meaning);
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
