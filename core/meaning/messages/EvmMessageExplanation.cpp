#include "core/chain/evm/message/EvmMessage.h"
#include "core/meaning/evm/EvmScene.h"
#include "core/meaning/messages/MessageBytes.h"
#include "core/meaning/messages/MessageText.h"
#include "core/meaning/messages/SignInMeaning.h"

namespace countersign::meaning {

namespace {

/// Why these bytes are no words to agree to; nothing where they may be.
std::optional<Finding> evmMessageDanger(BytesView message)
{
    if (looksLikeHash(message)) {
        return hashAsMessage(
            "it may be a transaction, a permit or an order, and a contract may take the signature for "
            "one of that.");
    }
    if (const std::string_view kind = transactionLike(message); !kind.empty()) {
        return transactionAsMessage("Its bytes are, or look like, " + std::string(kind) + ".");
    }
    if (looksLikeSignIn(asText(message))) {
        return malformedSignIn("EIP-4361");
    }
    return isPlainText(asText(message)) ? std::nullopt : std::optional(bytesAsMessage(message));
}

Meaning evmMessageMeaning(BytesView message, const EvmContext& context, const Knowledge& knowledge)
{
    if (const auto signIn = parseSignInMessage(asText(message))) {
        Meaning meaning = signInMeaning(*signIn, context, knowledge);
        meaning.acts = {{.kind = IntentKind::SignIn}};
        return meaning;
    }
    Meaning meaning;
    meaning.acts = {{.kind = IntentKind::Message}};
    addMessageFields(message, meaning);
    if (auto danger = evmMessageDanger(message)) {
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
    Meaning meaning = evmMessageMeaning(message, context, knowledge);
    addEvmSources(knowledge.lists, meaning);
    return finished(std::move(meaning), eip191Prefixed(message));
}

}  // namespace countersign::meaning
