#include "core/base/encoding/Hex.h"
#include "core/meaning/evm/rules/RecipientRules.h"
#include "core/meaning/evm/typed/KnownTypes.h"
#include "core/meaning/evm/typed/TypedText.h"

// ERC-3009: a transfer that anybody (TransferWithAuthorization) or the recipient alone
// (ReceiveWithAuthorization) may bring to the token.

namespace countersign::meaning {

std::optional<Meaning> readTransferAuthorization(const TypedMessage& message)
{
    if (!message.isOfContract()) {
        return std::nullopt;
    }
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    const EvmAddress& token = *message.contract();
    const EvmAddress from = values.address("from");
    const EvmAddress to = values.address("to");
    const Uint256 amount = values.number("value");
    const Uint256 end = values.number("validBefore");
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("From", scene.named(from), "from"));
    meaning.fields.push_back(messageField("To", scene.named(to), "to"));
    meaning.fields.push_back(messageField("Amount", scene.amountOf(token, amount), "value"));
    meaning.fields.push_back(
        messageField("Usable after", momentText(values.number("validAfter")), "validAfter"));
    meaning.fields.push_back(messageField("Usable until", deadlineText(end, 256), "validBefore"));
    meaning.fields.push_back(messageField("Nonce", toHexPrefixed(values.bytes("nonce")), "nonce"));
    meaning.effects.push_back({.direction = Effect::Direction::Out,
                               .asset = scene.assetOf(token),
                               .amount = amount,
                               .display = scene.displayOf(token, amount),
                               .account = toText(to),
                               .text = scene.amountOf(token, amount) + " goes from " + scene.named(from) +
                                       " to " + scene.named(to)});
    checkSigner(message, from, "sender", meaning);
    const EvmScene ofSender(scene.lists(), message.chainId(), from);
    checkRecipient(ofSender, {to, token, false}, meaning);
    checkToken(message, meaning);
    checkDeadline(end, 256, "The authorisation", meaning);
    meaning.intent = "Send " + scene.briefAmountOf(token, amount) + " to " + scene.brief(to) +
                     (message.primaryType() == "ReceiveWithAuthorization" ? ", when the recipient claims it"
                                                                          : ", when somebody submits it");
    return meaning;
}

std::optional<Meaning> readCancelAuthorization(const TypedMessage& message)
{
    if (!message.isOfContract()) {
        return std::nullopt;
    }
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    const EvmAddress authorizer = values.address("authorizer");
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("Authorizer", scene.named(authorizer), "authorizer"));
    meaning.fields.push_back(messageField("Nonce", toHexPrefixed(values.bytes("nonce")), "nonce"));
    meaning.effects.push_back({.direction = Effect::Direction::Power,
                               .asset = scene.assetOf(*message.contract()),
                               .amount = {},
                               .display = {},
                               .account = {},
                               .text = "the transfer of " + scene.tokenName(*message.contract()) +
                                       " with this nonce can no longer be submitted"});
    checkSigner(message, authorizer, "authorizer", meaning);
    checkToken(message, meaning);
    meaning.intent = "Cancel an authorised transfer of " + scene.briefTokenName(*message.contract());
    return meaning;
}

}  // namespace countersign::meaning
