#include "core/meaning/evm/typed/KnownTypes.h"
#include "core/meaning/evm/typed/TypedText.h"

#include <array>

// Votes, the power to vote, and the power to act (ERC-7710).

namespace countersign::meaning {

namespace {

/// OpenZeppelin's GovernorCountingSimple and Compound's governors; other numbers are a governor's own.
std::optional<std::string> supportText(const TypedStruct& values)
{
    static constexpr std::array words = {"against", "for", "abstain"};
    const auto found = values.json().find("support");
    if (found != values.json().end() && found->is_boolean()) {
        return found->get<bool>() ? "for" : "against";
    }
    const Uint256 support = values.number("support");
    return support < words.size() ? std::optional<std::string>(words.at(static_cast<std::size_t>(support)))
                                  : std::nullopt;
}

}  // namespace

std::optional<Meaning> readBallot(const TypedMessage& message)
{
    const TypedStruct values = message.message();
    const auto support = supportText(values);
    const bool hasParameters = !values.bytes("params").empty();
    if (!message.contract() || !message.isStandardDomain() || !support || hasParameters) {
        return std::nullopt;
    }
    const EvmScene scene = message.scene();
    const std::string proposal = toDecimal(values.number("proposalId"));
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("Proposal", proposal, "proposalId"));
    meaning.fields.push_back(messageField("Vote", *support, "support"));
    if (values.json().contains("voter")) {
        meaning.fields.push_back(messageField("Voter", scene.named(values.address("voter")), "voter"));
        meaning.fields.push_back(messageField("Nonce", toDecimal(values.number("nonce")), "nonce"));
        checkSigner(message, values.address("voter"), "voter", meaning);
    }
    if (const std::string reason = values.text("reason"); !reason.empty()) {
        meaning.fields.push_back(messageField("Reason", reason, "reason"));
    }
    if (scene.contract(*message.contract()) == nullptr) {
        meaning.findings.push_back({"message.contract.unexpected",
                                    Severity::Info,
                                    "Unknown governor",
                                    toText(*message.contract()) + " is in no list of known contracts.",
                                    {toText(*message.contract())}});
    }
    meaning.intent =
        "Vote \"" + *support + "\" on proposal " + proposal + " of " + scene.brief(*message.contract());
    return meaning;
}

std::optional<Meaning> readVoteDelegation(const TypedMessage& message)
{
    if (!message.contract() || !message.isStandardDomain()) {
        return std::nullopt;
    }
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    const EvmAddress delegatee = values.address("delegatee");
    const Uint256 expiry = values.number("expiry");
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("Delegate", scene.named(delegatee), "delegatee"));
    meaning.fields.push_back(messageField("Nonce", toDecimal(values.number("nonce")), "nonce"));
    meaning.fields.push_back(messageField("Usable until", deadlineText(expiry, 256), "expiry"));
    meaning.effects.push_back({.direction = Effect::Direction::Power,
                               .asset = scene.assetOf(*message.contract()),
                               .amount = {},
                               .display = {},
                               .account = toText(delegatee),
                               .text = scene.named(delegatee) + " votes with all " +
                                       scene.tokenName(*message.contract()) + " of " + scene.namedPayer()});
    checkToken(message, meaning);
    checkDeadline(expiry, 256, "The signature", meaning);
    meaning.intent =
        "Give the votes of " + scene.briefTokenName(*message.contract()) + " to " + scene.brief(delegatee);
    return meaning;
}

std::optional<Meaning> readDelegation(const TypedMessage& message)
{
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    const EvmAddress delegate = values.address("delegate");
    const EvmAddress delegator = values.address("delegator");
    const std::size_t caveats = values.list("caveats").size();
    Meaning meaning = listedMessage(message);
    meaning.effects.push_back({.direction = Effect::Direction::Power,
                               .asset = {},
                               .amount = {},
                               .display = {},
                               .account = toText(delegate),
                               .text = scene.named(delegate) + " may act as " + scene.named(delegator)});
    checkSigner(message, delegator, "delegator", meaning);
    meaning.doNotUnderstand({"message.delegation",
                             Severity::Critical,
                             "Somebody else may act as the account",
                             toText(delegate) + " may do whatever " + toText(delegator) + " can, " +
                                 (caveats == 0 ? std::string("without any limit.")
                                               : "within limits that contracts set and that are not read "
                                                 "here: " +
                                                     std::to_string(caveats) + " of them."),
                             {toText(delegate), toText(delegator)}});
    return meaning;
}

}  // namespace countersign::meaning
