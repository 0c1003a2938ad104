#include "core/base/encoding/Hex.h"
#include "core/chain/evm/message/EvmMessage.h"
#include "core/meaning/evm/EvmScene.h"
#include "core/meaning/messages/MessageBytes.h"
#include "core/meaning/messages/SignInMeaning.h"

namespace countersign::meaning {

namespace {

/// Of one field: less than finished() shows, whatever the characters.
constexpr std::size_t maxFieldBytes = 8'000;

/// Where a text of more bytes is cut: behind a blank, else between two characters.
std::size_t cutOf(std::string_view text)
{
    if (text.size() <= maxFieldBytes) {
        return text.size();
    }
    const std::size_t blank = text.find_last_of(" \n\t", maxFieldBytes - 1);
    if (blank != std::string_view::npos && blank > maxFieldBytes / 2) {
        return blank + 1;
    }
    std::size_t cut = maxFieldBytes;
    while (cut > 1 && (static_cast<unsigned char>(text[cut]) & 0xc0U) == 0x80U) {
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

/// Why these bytes are no words to agree to; nothing where they may be.
std::optional<Finding> dangerOf(BytesView message)
{
    if (looksLikeHash(message)) {
        return Finding{
            "message.hash",
            Severity::Critical,
            "The message is a hash",
            "What it is the hash of cannot be told: it may be a transaction, a permit or an order, "
            "and a contract may take the signature for one of that.",
            {}};
    }
    if (const std::string_view kind = transactionLike(message); !kind.empty()) {
        return Finding{"message.transaction",
                       Severity::Critical,
                       "The message is no message",
                       "Its bytes are, or look like, " + std::string(kind) + ".",
                       {}};
    }
    if (looksLikeSignIn(asText(message))) {
        return Finding{
            "message.signIn.malformed",
            Severity::Critical,
            "A sign-in that breaks the rules",
            "It speaks like a sign-in, but does not have the form of EIP-4361: a site would refuse "
            "it, or read it in its own way.",
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

Meaning meaningOf(BytesView message, const EvmContext& context, const Knowledge& knowledge)
{
    if (const auto signIn = parseSignInMessage(asText(message))) {
        Meaning meaning = signInMeaning(*signIn, context, knowledge);
        meaning.acts = {{.kind = IntentKind::SignIn}};
        return meaning;
    }
    Meaning meaning;
    meaning.acts = {{.kind = IntentKind::Message}};
    addMessage(message, meaning);
    if (auto danger = dangerOf(message)) {
        meaning.doNotUnderstand(std::move(*danger));
        return meaning;
    }
    meaning.understood = true;
    meaning.intent = message.empty() ? "Sign an empty message" : "Sign a message";
    return meaning;
}

}  // namespace

Explanation explainMessage(BytesView message, const EvmContext& context, const Knowledge& knowledge)
{
    Meaning meaning = meaningOf(message, context, knowledge);
    addEvmSources(knowledge.lists, meaning);
    return finished(std::move(meaning), eip191Prefixed(message));
}

}  // namespace countersign::meaning
