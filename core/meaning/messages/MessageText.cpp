#include "core/meaning/messages/MessageText.h"

#include "core/base/encoding/Hex.h"
#include "core/meaning/messages/MessageBytes.h"

namespace countersign::meaning {

namespace {

/// Of one field: less than finished() shows, whatever the characters.
constexpr std::size_t maxFieldBytes = 8'000;

std::size_t messageCutOf(std::string_view text)
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

}  // namespace

void addMessageText(std::string_view label, std::string_view text, Meaning& meaning)
{
    do {
        const std::size_t cut = messageCutOf(text);
        meaning.fields.push_back({std::string(label), std::string(text.substr(0, cut)), "message"});
        text.remove_prefix(cut);
    } while (!text.empty());
}

void addMessageFields(BytesView message, Meaning& meaning)
{
    const std::string_view text = asText(message);
    if (!isPlainText(text)) {
        addMessageText("Bytes", toHexPrefixed(message), meaning);
        return;
    }
    bool changed = false;
    addMessageText("Message", withBlankLettersNamed(text, changed), meaning);
    if (changed) {
        meaning.findings.push_back({"message.text.hidden",
                                    Severity::Warning,
                                    "Characters that look like nothing",
                                    "The text has letters or marks that are seen as a blank or not at all. "
                                    "They are shown by their numbers.",
                                    {}});
    }
}

Finding hashAsMessage(std::string_view consequence)
{
    return {"message.hash",
            Severity::Critical,
            "The message is a hash",
            "What it is the hash of cannot be told: " + std::string(consequence),
            {}};
}

Finding transactionAsMessage(std::string what)
{
    return {"message.transaction", Severity::Critical, "The message is no message", std::move(what), {}};
}

Finding malformedSignIn(std::string_view standard)
{
    return {"message.signIn.malformed",
            Severity::Critical,
            "A sign-in that breaks the rules",
            "It speaks like a sign-in, but does not have the form of " + std::string(standard) +
                ": a site would refuse it, or read it in its own way.",
            {}};
}

Finding bytesAsMessage(BytesView message)
{
    return {"message.bytes",
            Severity::Warning,
            "The message is no text",
            "It has " + std::to_string(message.size()) + " bytes whose meaning nothing here knows.",
            {}};
}

}  // namespace countersign::meaning
