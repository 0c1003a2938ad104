#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/KnownFunctions.h"

#include <array>

// Session keys and other delegations of ERC-7710, at MetaMask's DelegationManager of the lists: used,
// switched off and switched on again.

namespace countersign::meaning {

namespace {

Finding redeemedDelegation(const EvmScene& scene, const EvmAddress& manager, std::string what)
{
    return {"evm.delegation.redeemed",
            Severity::Critical,
            "Somebody acts by a delegation",
            std::move(what) + " Which limits " + scene.named(manager) +
                " and other contracts set is not read here.",
            {toText(manager)}};
}

/// Delegations, modes and calls, side by side. The calls are made by who delegated, within limits of
/// contracts.
void readRedeem(CallReading& reading)
{
    for (std::size_t argument = 0; argument < reading.arguments.size(); ++argument) {
        static constexpr std::array labels = {"Delegations", "Mode", "Call"};
        const auto& items = reading.items(argument);
        for (std::size_t i = 0; i < items.size(); ++i) {
            reading.field(labels.at(argument), bytesText(items[i].bytes), argument,
                          "[" + std::to_string(i) + "]");
        }
    }
    reading.effect(powerGiven(reading.scene.payer(),
                              reading.scene.namedPayer() + " acts as the accounts that signed delegations"));
    reading.meaning.doNotUnderstand(
        redeemedDelegation(reading.scene, reading.call.to,
                           std::to_string(reading.items(2).size()) +
                               " calls are made in the name of the accounts that signed the delegations."));
}

/// delegate, delegator, authority, caveats, salt, signature.
void addDelegationFields(CallReading& reading)
{
    const auto& members = reading.items(0);
    reading.field("Delegate", reading.scene.named(members[0].address()), 0, ".delegate");
    reading.field("Delegator", reading.scene.named(members[1].address()), 0, ".delegator");
    reading.field("Authority", bytesText(members[2].bytes), 0, ".authority");
    for (std::size_t i = 0; i < members[3].items.size(); ++i) {
        const auto& caveat = members[3].items[i].items;
        reading.field("Limit",
                      reading.scene.named(caveat[0].address()) + ": " + bytesText(caveat[1].bytes) + ", " +
                          bytesText(caveat[2].bytes),
                      0, ".caveats[" + std::to_string(i) + "]");
    }
    reading.field("Salt", toDecimal(members[4].number), 0, ".salt");
    reading.field("Signature", bytesText(members[5].bytes), 0, ".signature");
}

void readDisable(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress delegate = reading.items(0)[0].address();
    const EvmAddress delegator = reading.items(0)[1].address();
    addDelegationFields(reading);
    Effect effect = powerGiven(delegate, scene.named(delegate) + " may no longer act as " +
                                             scene.named(delegator) + " by this delegation");
    effect.amount = 0;
    reading.effect(std::move(effect));
    reading.intent("Take from " + scene.brief(delegate) + " the power to act as " + scene.brief(delegator));
}

void readEnable(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress delegate = reading.items(0)[0].address();
    const EvmAddress delegator = reading.items(0)[1].address();
    addDelegationFields(reading);
    const std::string what = scene.named(delegate) + " may act as " + scene.named(delegator);
    reading.effect(powerGiven(delegate, what));
    reading.meaning.doNotUnderstand({"message.delegation",
                                     Severity::Critical,
                                     "Somebody else may act as the account",
                                     what + " again. Limits that contracts set are not read here.",
                                     {toText(delegate), toText(delegator)}});
}

constexpr KnownFunction delegationTable[] = {
    {"redeemDelegations(bytes[] permissionContexts, bytes32[] modes, bytes[] executionCallDatas)", readRedeem,
     KnownFunction::Value::Refused, "7710.manager"},
    {"disableDelegation((address delegate, address delegator, bytes32 authority, (address enforcer, bytes "
     "terms, bytes args)[] caveats, uint256 salt, bytes signature) delegation)",
     readDisable, KnownFunction::Value::Refused, "7710.manager"},
    {"enableDelegation((address delegate, address delegator, bytes32 authority, (address enforcer, bytes "
     "terms, bytes args)[] caveats, uint256 salt, bytes signature) delegation)",
     readEnable, KnownFunction::Value::Refused, "7710.manager"},
};

}  // namespace

std::span<const KnownFunction> delegationFunctions()
{
    return delegationTable;
}

}  // namespace countersign::meaning
