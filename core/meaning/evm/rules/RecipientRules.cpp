#include "core/meaning/evm/rules/RecipientRules.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

using RecipientRule = std::optional<Finding> (*)(const EvmScene& scene, const Recipient& recipient);

/// Zero, the precompiled contracts of all chains (below 65,536), and 0x…dEaD, where tokens are buried.
bool isNobody(const EvmAddress& address)
{
    constexpr std::size_t low = 2;
    const auto isZero = [](std::uint8_t byte) { return byte == 0; };
    return std::all_of(address.begin(), address.end() - low, isZero);
}

std::optional<Finding> zeroRecipient(const EvmScene&, const Recipient& recipient)
{
    if (!isNobody(recipient.address)) {
        return std::nullopt;
    }
    return Finding{"recipient.zero",
                   Severity::Critical,
                   "Nobody owns the recipient",
                   "Nobody has a key of " + toText(recipient.address) + ": what goes there is lost.",
                   {toText(recipient.address)}};
}

std::optional<Finding> tokenContractRecipient(const EvmScene& scene, const Recipient& recipient)
{
    const bool isSame = recipient.token == recipient.address;
    const bool isWrapper = !recipient.token && scene.isKind(recipient.address, "weth");
    const bool isToken =
        scene.token(recipient.address) != nullptr || scene.isKind(recipient.address, "token");
    if (!isSame && (!isToken || isWrapper)) {
        return std::nullopt;
    }
    return Finding{"recipient.tokenContract",
                   Severity::Critical,
                   "The recipient is a token's contract",
                   scene.named(recipient.address) + " is the contract of a token" +
                       (isSame ? ", the one that is sent" : "") +
                       ". It keeps what it gets, and nobody can take it out.",
                   {toText(recipient.address)}};
}

std::optional<Finding> knownContractRecipient(const EvmScene& scene, const Recipient& recipient)
{
    constexpr std::array<std::string_view, 5> tokenKinds = {"token", "weth", "erc721", "erc1155", "vault"};
    const auto isOfKind = [&](std::string_view kind) { return scene.isKind(recipient.address, kind); };
    if (scene.kind(recipient.address).empty() || std::ranges::any_of(tokenKinds, isOfKind)) {
        return std::nullopt;
    }
    return Finding{
        "recipient.contract",
        Severity::Warning,
        "The recipient is not made to keep assets",
        scene.named(recipient.address) +
            " is a contract that many use, and none that keeps what is merely sent to it. It may be "
            "lost, or anybody can take it.",
        {toText(recipient.address)}};
}

std::optional<Finding> selfRecipient(const EvmScene& scene, const Recipient& recipient)
{
    if (!scene.isPayer(recipient.address) || recipient.isProceeds) {
        return std::nullopt;
    }
    return Finding{"recipient.self",
                   Severity::Info,
                   "The recipient is the sender",
                   toText(recipient.address) + " sends to itself.",
                   {toText(recipient.address)}};
}

std::optional<Finding> otherRecipient(const EvmScene& scene, const Recipient& recipient)
{
    if (!recipient.isProceeds || scene.isPayer(recipient.address)) {
        return std::nullopt;
    }
    if (!scene.payer()) {
        return Finding{"recipient.other",
                       Severity::Info,
                       "Who gets the proceeds",
                       "What comes out goes to " + scene.named(recipient.address) +
                           ". Whether that is who pays for it cannot be told: the signer is not known.",
                       {toText(recipient.address)}};
    }
    return Finding{"recipient.other",
                   Severity::Warning,
                   "The proceeds go to somebody else",
                   "What comes out goes to " + scene.named(recipient.address) + ", not to " +
                       scene.named(*scene.payer()) + ", who pays for it.",
                   {toText(recipient.address)}};
}

constexpr std::array<RecipientRule, 5> recipientRules = {
    zeroRecipient, tokenContractRecipient, knownContractRecipient, selfRecipient, otherRecipient};

}  // namespace

void checkRecipient(const EvmScene& scene, const Recipient& recipient, Meaning& meaning)
{
    for (const RecipientRule rule : recipientRules) {
        if (std::optional<Finding> found = rule(scene, recipient)) {
            meaning.findings.push_back(std::move(*found));
        }
    }
}

}  // namespace countersign::meaning
