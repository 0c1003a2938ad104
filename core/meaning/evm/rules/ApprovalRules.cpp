#include "core/meaning/evm/rules/ApprovalRules.h"

#include <array>

namespace countersign::meaning {

namespace {

using AllowanceRule = std::optional<Finding> (*)(const EvmScene& scene, const Allowance& allowance);

/// 2100-01-01T00:00:00Z. There is no clock here; what lies behind this is no deadline whenever it is read.
const Uint256 farAway = 4'102'444'800;

std::optional<Finding> unlimitedAllowance(const EvmScene& scene, const Allowance& allowance)
{
    if (!allowance.isUnlimited) {
        return std::nullopt;
    }
    return Finding{"evm.approval.unlimited",
                   Severity::Warning,
                   "Unlimited allowance",
                   scene.named(allowance.spender) + " may take all " + scene.tokenName(allowance.token) +
                       ", now and later, until the allowance is taken back.",
                   {toText(allowance.spender), toText(allowance.token)}};
}

std::optional<Finding> largeAllowance(const EvmScene& scene, const Allowance& allowance)
{
    if (allowance.isUnlimited || !isLargeAllowance(scene, allowance.token, allowance.raw)) {
        return std::nullopt;
    }
    return Finding{"evm.approval.large",
                   Severity::Warning,
                   "Allowance as good as unlimited",
                   scene.named(allowance.spender) + " may spend " +
                       scene.amountOf(allowance.token, allowance.raw) +
                       ". That is not called unlimited, and hardly anybody has so much.",
                   {toText(allowance.spender), toText(allowance.token)}};
}

Finding unknownSpender(const EvmScene& scene, const EvmAddress& spender, const EvmAddress& token)
{
    return {"evm.approval.spenderUnknown",
            Severity::Warning,
            "Unknown spender",
            "The lists do not know " + toText(spender) + ", which gains power over " +
                scene.tokenName(token) + ". Whether it is a contract, and what it does, cannot be told here.",
            {toText(spender)}};
}

std::optional<Finding> unlistedSpender(const EvmScene& scene, const Allowance& allowance)
{
    if (scene.contract(allowance.spender) != nullptr) {
        return std::nullopt;
    }
    return unknownSpender(scene, allowance.spender, allowance.token);
}

constexpr std::array<AllowanceRule, 3> allowanceRules = {unlimitedAllowance, largeAllowance, unlistedSpender};

}  // namespace

void checkAllowance(const EvmScene& scene, const Allowance& allowance, Meaning& meaning)
{
    if (allowance.raw.is_zero()) {
        return;
    }
    for (const AllowanceRule rule : allowanceRules) {
        if (std::optional<Finding> found = rule(scene, allowance)) {
            meaning.findings.push_back(std::move(*found));
        }
    }
}

void checkApprovalForAll(const EvmScene& scene, const EvmAddress& contract, const EvmAddress& operatorAddress,
                         Meaning& meaning)
{
    meaning.findings.push_back({"evm.approval.forAll",
                                Severity::Warning,
                                "Power over all tokens of a contract",
                                scene.named(operatorAddress) + " may take every token of " +
                                    scene.named(contract) + " that " + scene.namedPayer() +
                                    " has or will have, until this is taken back.",
                                {toText(operatorAddress), toText(contract)}});
    if (scene.contract(operatorAddress) == nullptr) {
        meaning.findings.push_back(unknownSpender(scene, operatorAddress, contract));
    }
}

Finding leftOverApproval(const EvmScene& scene, const GivenApproval& approval)
{
    return {"evm.approval.leftOver",
            Severity::Warning,
            "An allowance is left over",
            "At the end of the batch " + scene.named(approval.spender) + " still may spend " +
                scene.tokenName(approval.token) + " of " + scene.named(approval.owner) +
                ": no later call uses it up or takes it back.",
            {toText(approval.spender), toText(approval.token)}};
}

Finding submittedPermit(const EvmScene& scene, const EvmAddress& owner, const EvmAddress& token)
{
    return {"evm.permit.submitted",
            Severity::Warning,
            "A signed permit is used",
            "The call hands in a signature of " + scene.named(owner) + " that gives power over " +
                scene.tokenName(token) + ". Whether the signature is valid cannot be told here.",
            {toText(owner), toText(token)}};
}

std::optional<Finding> endlessPermit(const Uint256& seconds, std::string_view what)
{
    if (seconds < farAway) {
        return std::nullopt;
    }
    return Finding{"evm.permit.noDeadline",
                   Severity::Warning,
                   "No deadline",
                   "The " + std::string(what) +
                       " does not end in this century. Whoever holds it can use it "
                       "at any time.",
                   {}};
}

}  // namespace countersign::meaning
