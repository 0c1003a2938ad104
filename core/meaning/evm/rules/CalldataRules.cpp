#include "core/meaning/evm/rules/CalldataRules.h"

#include "core/base/encoding/Hex.h"
#include "core/meaning/evm/calls/CallJournal.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

Finding unknownCall(const EvmScene& scene, const EvmCall& call)
{
    const std::string selector = toHexPrefixed(call.data.first(4));
    return {"evm.call.unknown",
            Severity::Warning,
            "Unknown function",
            "Nothing is known about the function with the selector " + selector + " of " +
                scene.named(call.to) + ". The call can do whatever that contract may.",
            {toText(call.to)}};
}

Finding oddCalldata(const EvmScene& scene, const EvmCall& call)
{
    return {"evm.calldata.odd",
            Severity::Warning,
            "Too few bytes for a function",
            "The call to " + scene.named(call.to) + " carries the " + std::to_string(call.data.size()) +
                " bytes " + toHexPrefixed(call.data) +
                ". A function is named by four; contracts with a fallback may read them as they like.",
            {toText(call.to)}};
}

Finding malformedCalldata(const EvmScene& scene, const EvmCall& call, const AbiFunction& function)
{
    return {"evm.calldata.malformed",
            Severity::Warning,
            "Arguments cannot be read",
            "The selector is that of " + function.signature() + ", but the bytes behind it are not its " +
                "arguments. " + scene.named(call.to) + " reverts, or it is not what it seems.",
            {toText(call.to)}};
}

Finding unequalLists(const EvmScene& scene, const EvmCall& call, const AbiFunction& function)
{
    return {"evm.calldata.malformed",
            Severity::Warning,
            "Lists do not fit each other",
            "The lists of " + function.signature() + " belong together and are not of one length. " +
                scene.named(call.to) + " reverts, or it is not what it seems.",
            {toText(call.to)}};
}

std::optional<Finding> looseCalldata(const AbiFunction& function, const AbiArguments& arguments)
{
    if (arguments.trailingBytes > 0) {
        return Finding{"evm.calldata.trailing",
                       Severity::Warning,
                       "Bytes behind the arguments",
                       std::to_string(arguments.trailingBytes) + " bytes follow the arguments of " +
                           function.signature() + ". No argument tells what they are for.",
                       {}};
    }
    if (!arguments.isCanonical) {
        return Finding{"evm.calldata.nonCanonical",
                       Severity::Warning,
                       "Arguments in an unusual form",
                       "The arguments of " + function.signature() + " are not written as encoders write " +
                           "them. Two programs may read different values in the same bytes.",
                       {}};
    }
    return std::nullopt;
}

Finding opaqueData(const AbiFunction& function, std::string_view argument, std::size_t size)
{
    return {"evm.data.opaque",
            Severity::Warning,
            "Bytes for another contract",
            "The " + std::to_string(size) + " bytes of " + std::string(argument) + " in " +
                function.signature() + " are handed on to a contract that decides by itself what they mean.",
            {}};
}

Finding unlistedDelegatecall(const EvmScene& scene, const EvmAddress& contract)
{
    return {"evm.delegatecall.unlisted",
            Severity::Critical,
            "Foreign code takes over",
            "The code of " + scene.named(contract) + " runs by delegatecall as if it were the code of " +
                scene.namedPayer() +
                " and can take all assets and replace owners and code. It is not on the list of contracts "
                "that are meant to be used so.",
            {toText(contract)}};
}

std::optional<Finding> notToken(const EvmScene& scene, const EvmAddress& contract)
{
    constexpr std::array<std::string_view, 5> tokenKinds = {"token", "weth", "erc721", "erc1155", "vault"};
    const std::string_view kind = scene.kind(contract);
    const auto isOfKind = [&](std::string_view wanted) { return scene.isKind(contract, wanted); };
    if (kind.empty() || scene.token(contract) != nullptr || std::ranges::any_of(tokenKinds, isOfKind)) {
        return std::nullopt;
    }
    return Finding{
        "evm.contract.notToken",
        Severity::Warning,
        "Not a token",
        "The call is one for tokens, but " + scene.named(contract) + " is known, and it is not a token.",
        {toText(contract)}};
}

std::optional<Finding> unlistedToken(const EvmScene& scene, const EvmAddress& token)
{
    if (scene.token(token) != nullptr || !scene.kind(token).empty()) {
        return std::nullopt;
    }
    return Finding{"evm.token.unlisted",
                   Severity::Info,
                   "Token is not on the lists",
                   "The lists do not know " + toText(token) +
                       ". Its symbol and decimals are unknown, so amounts are raw integers, and that it is a "
                       "token at all is what the call claims.",
                   {toText(token)}};
}

Finding unlistedVault(const EvmScene& scene, const EvmAddress& vault)
{
    return {"evm.vault.unlisted",
            Severity::Warning,
            "Vault is not on the lists",
            "The lists do not know " + scene.named(vault) +
                " as a vault of ERC-4626. Which token lies in it, and that it is a vault at all, is what the "
                "call claims.",
            {toText(vault)}};
}

Finding valueNotPayable(const EvmScene& scene, const EvmCall& call, std::string_view function)
{
    return {"evm.value.notPayable",
            Severity::Warning,
            "Coins sent to a call that takes none",
            scene.native(call.value) + " goes to " + scene.named(call.to) + " with " + std::string(function) +
                ", which is not known to take any. It is refused or stays in the contract.",
            {toText(call.to)}};
}

Finding amountOpen(std::string detail, const EvmAddress& contract)
{
    return {"evm.amount.open",
            Severity::Warning,
            "The amount is left to the contract",
            std::move(detail),
            {toText(contract)}};
}

Finding twoReadings(const EvmScene& scene, const EvmAddress& contract, const AbiFunction& function)
{
    return {"evm.selector.twoReadings",
            Severity::Warning,
            "Two readings of one call",
            "ERC-20 and ERC-721 share " + function.signature() + ". The lists do not know " +
                scene.named(contract) +
                ": the number is an amount of a token, or it names one NFT. Both are shown.",
            {toText(contract)}};
}

Finding tooDeepCalls()
{
    return {"evm.container.tooDeep",
            Severity::Warning,
            "Calls are nested too deep",
            "Calls lie inside of calls more than " + std::to_string(maxCallDepth) +
                " deep. The innermost were not read.",
            {}};
}

Finding tooManyCalls()
{
    return {"evm.container.tooMany",
            Severity::Warning,
            "Too many calls",
            "There are more than " + std::to_string(maxCalls) + " calls. Those behind were not read.",
            {}};
}

}  // namespace countersign::meaning
