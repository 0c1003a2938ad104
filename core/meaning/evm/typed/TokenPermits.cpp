#include "core/meaning/evm/typed/KnownTypes.h"
#include "core/meaning/evm/typed/TypedText.h"

// Permits of the tokens themselves: the token is the domain's contract, and whoever has the signature can
// bring it to the token.

namespace countersign::meaning {

namespace {

/// Fields and findings that every permit for a spender has.
Meaning permitOf(const TypedMessage& message, const EvmAddress& owner, const char* ownerRole,
                 const char* ownerMember)
{
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("Owner", message.scene().named(owner), ownerMember));
    checkSigner(message, owner, ownerRole, meaning);
    checkToken(message, meaning);
    return meaning;
}

void addNonce(const TypedMessage& message, Meaning& meaning)
{
    meaning.fields.push_back(messageField("Nonce", toDecimal(message.message().number("nonce")), "nonce"));
}

}  // namespace

std::optional<Meaning> readTokenPermit(const TypedMessage& message)
{
    if (!message.isOfContract()) {
        return std::nullopt;
    }
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    Meaning meaning = permitOf(message, values.address("owner"), "owner", "owner");
    const Uint256 deadline = values.number("deadline");
    const PermittedAmount allowance{.token = *message.contract(),
                                    .spender = values.address("spender"),
                                    .amount = values.number("value"),
                                    .owner = values.address("owner")};
    addPermitted(message, allowance, meaning);
    meaning.fields.push_back(messageField("Spender", scene.named(allowance.spender), "spender"));
    meaning.fields.push_back(messageField(
        "Allowance", scene.amountOf(allowance.token, allowance.amount, isUnlimited(allowance)), "value"));
    addNonce(message, meaning);
    meaning.fields.push_back(messageField("Usable until", deadlineText(deadline, 256), "deadline"));
    checkDeadline(deadline, 256, "The permit", meaning);
    if (allowance.amount == 0) {
        meaning.intent = "Take back the allowance of " + scene.brief(allowance.spender) + " for " +
                         scene.briefTokenName(allowance.token);
        return meaning;
    }
    checkSpender(message, allowance.spender, meaning);
    meaning.intent = "Allow " + scene.brief(allowance.spender) + " to spend " +
                     scene.briefAmountOf(allowance.token, allowance.amount, isUnlimited(allowance));
    return meaning;
}

std::optional<Meaning> readDaiPermit(const TypedMessage& message)
{
    if (!message.isOfContract()) {
        return std::nullopt;
    }
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    Meaning meaning = permitOf(message, values.address("holder"), "holder", "holder");
    const bool allowed = values.flag("allowed");
    const Uint256 expiry = values.number("expiry");
    // The contract takes zero for no expiry.
    const bool isEndless = expiry == 0;
    const PermittedAmount allowance{.token = *message.contract(),
                                    .spender = values.address("spender"),
                                    .amount = allowed ? maxOfBits(256) : Uint256(0),
                                    .owner = values.address("holder")};
    addPermitted(message, allowance, meaning);
    meaning.fields.push_back(messageField("Spender", scene.named(allowance.spender), "spender"));
    meaning.fields.push_back(messageField("Allowance", allowed ? "unlimited" : "none", "allowed"));
    addNonce(message, meaning);
    meaning.fields.push_back(
        messageField("Usable until", isEndless ? "never (0)" : deadlineText(expiry, 256), "expiry"));
    checkDeadline(isEndless ? maxOfBits(256) : expiry, 256, "The permit", meaning);
    if (!allowed) {
        meaning.intent = "Take back the allowance of " + scene.brief(allowance.spender) + " for " +
                         scene.briefTokenName(allowance.token);
        return meaning;
    }
    checkSpender(message, allowance.spender, meaning);
    meaning.intent = "Allow " + scene.brief(allowance.spender) + " to spend " +
                     scene.briefAmountOf(allowance.token, allowance.amount, true);
    return meaning;
}

std::optional<Meaning> readNftPermit(const TypedMessage& message)
{
    if (!message.isOfContract()) {
        return std::nullopt;
    }
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    const EvmAddress spender = values.address("spender");
    const Uint256 id = values.number("tokenId");
    const Uint256 deadline = values.number("deadline");
    const std::string token = "NFT number " + toDecimal(id) + " of " + scene.named(*message.contract());
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("Spender", scene.named(spender), "spender"));
    meaning.fields.push_back(messageField("Token", toDecimal(id), "tokenId"));
    addNonce(message, meaning);
    meaning.fields.push_back(messageField("Usable until", deadlineText(deadline, 256), "deadline"));
    meaning.effects.push_back({.direction = Effect::Direction::Power,
                               .asset = scene.assetOfNft(*message.contract(), "erc721", id),
                               .amount = Uint256(1),
                               .display = {},
                               .account = toText(spender),
                               .text = scene.named(spender) + " may take " + token});
    checkToken(message, meaning);
    checkSpender(message, spender, meaning);
    checkDeadline(deadline, 256, "The permit", meaning);
    meaning.intent = "Allow " + scene.brief(spender) + " to take NFT number " + toDecimal(id) + " of " +
                     scene.brief(*message.contract());
    return meaning;
}

std::optional<Meaning> readNftPermitForAll(const TypedMessage& message)
{
    if (!message.isOfContract()) {
        return std::nullopt;
    }
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    const EvmAddress spender = values.address("operator");
    const bool approved = values.flag("approved");
    const Uint256 deadline = values.number("deadline");
    const std::string collection = scene.named(*message.contract());
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("Operator", scene.named(spender), "operator"));
    meaning.fields.push_back(messageField("Approved", approved ? "yes" : "no", "approved"));
    addNonce(message, meaning);
    meaning.fields.push_back(messageField("Usable until", deadlineText(deadline, 256), "deadline"));
    meaning.effects.push_back(
        {.direction = Effect::Direction::Power,
         .asset = {},
         .amount = {},
         .display = {},
         .account = toText(spender),
         .text = scene.named(spender) +
                 (approved ? " may take every token of " : " may no longer take tokens of ") + collection});
    checkToken(message, meaning);
    checkDeadline(deadline, 256, "The permit", meaning);
    meaning.intent = (approved ? "Allow " : "No longer allow ") + scene.brief(spender) +
                     " to take every token of " + scene.brief(*message.contract());
    if (approved) {
        checkSpender(message, spender, meaning);
        meaning.findings.push_back({"message.permit.forAll",
                                    Severity::Critical,
                                    "Permit for a whole collection",
                                    toText(spender) + " may take every token of " + collection +
                                        " that the signer has or will have.",
                                    {toText(spender)}});
    }
    return meaning;
}

}  // namespace countersign::meaning
