#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/InnerCalls.h"
#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/rules/AdminRules.h"
#include "core/meaning/evm/rules/RecipientRules.h"

#include <algorithm>

// Owners, roles and upgrades of contracts, as OpenZeppelin's contracts name them (Ownable, AccessControl,
// UUPSUpgradeable, ProxyAdmin, Pausable).

namespace countersign::meaning {

namespace {

void addAdminFinding(CallReading& reading, Finding finding)
{
    reading.meaning.findings.push_back(std::move(finding));
}

void readTransferOwnership(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress owner = reading.address(0);
    const std::string what = scene.named(owner) + " becomes the owner of " + scene.named(reading.call.to);
    reading.addressField("New owner", 0);
    reading.effect(powerGiven(owner, what));
    addAdminFinding(reading, ownershipChange(scene, reading.call.to, what));
    checkRecipient(scene, {owner, std::nullopt, false}, reading.meaning);
    reading.intent("Make " + scene.brief(owner) + " the owner of " + scene.brief(reading.call.to));
}

void readRenounceOwnership(CallReading& reading)
{
    const std::string what = reading.scene.named(reading.call.to) + " has no owner any more";
    reading.effect(powerGiven(std::nullopt, what));
    addAdminFinding(reading, ownershipChange(reading.scene, reading.call.to, what));
    reading.intent("Give up the ownership of " + reading.scene.brief(reading.call.to));
}

void readAcceptOwnership(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const std::string what = scene.namedPayer() + " becomes the owner of " + scene.named(reading.call.to);
    reading.effect(powerGiven(scene.payer(), what));
    addAdminFinding(reading, ownershipChange(scene, reading.call.to, what));
    reading.intent("Accept the ownership of " + scene.brief(reading.call.to));
}

/// The zero role is DEFAULT_ADMIN_ROLE, which gives and takes all others.
std::string roleName(BytesView role)
{
    const bool isAdmin = std::all_of(role.begin(), role.end(), [](std::uint8_t byte) { return byte == 0; });
    return isAdmin ? "the role of the administrator (zero)" : "the role " + bytesText(role);
}

void changeRole(CallReading& reading, bool isGiven)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress account = reading.address(1);
    const std::string role = roleName(reading.bytes(0));
    const std::string verb = isGiven ? " gets " : " loses ";
    const std::string what = scene.named(account) + verb + role + " at " + scene.named(reading.call.to);
    reading.field("Role", role, 0);
    reading.addressField("Account", 1);
    reading.effect(powerGiven(account, what));
    addAdminFinding(reading, roleChange(scene, reading.call.to, what + ".", isGiven));
    reading.intent((isGiven ? "Give " : "Take from ") + scene.brief(account) + " " + role + " at " +
                   scene.brief(reading.call.to));
}

void readGrantRole(CallReading& reading)
{
    changeRole(reading, true);
}

void readRevokeRole(CallReading& reading)
{
    changeRole(reading, false);
}

void addUpgrade(CallReading& reading, const EvmAddress& proxy, const EvmAddress& implementation)
{
    const EvmScene& scene = reading.scene;
    reading.effect(
        powerGiven(implementation, scene.named(proxy) + " runs the code of " + scene.named(implementation)));
    addAdminFinding(reading, upgrade(scene, proxy, implementation));
    reading.intent("Let " + scene.brief(proxy) + " run the code of " + scene.brief(implementation));
}

/// The new code is called once by the proxy, with the proxy's storage: a delegatecall.
void addUpgradeCall(CallReading& reading, const EvmAddress& proxy, const EvmAddress& implementation,
                    std::size_t argument)
{
    if (reading.bytes(argument).empty()) {
        reading.field("Call of the new code", "none", argument);
        return;
    }
    EvmCall call;
    call.from = proxy;
    call.to = implementation;
    call.data = reading.bytes(argument);
    call.isDelegate = true;
    reading.inner(std::move(call), argument);
}

void readUpgradeTo(CallReading& reading)
{
    reading.addressField("New code", 0);
    addUpgrade(reading, reading.call.to, reading.address(0));
    if (reading.arguments.size() > 1) {
        addUpgradeCall(reading, reading.call.to, reading.address(0), 1);
    }
}

/// By a ProxyAdmin, which names the proxy.
void readUpgradeOf(CallReading& reading)
{
    reading.addressField("Contract", 0);
    reading.addressField("New code", 1);
    addUpgrade(reading, reading.address(0), reading.address(1));
    if (reading.arguments.size() > 2) {
        addUpgradeCall(reading, reading.address(0), reading.address(1), 2);
    }
}

void addProxyAdmin(CallReading& reading, const EvmAddress& proxy, std::size_t argument)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress admin = reading.address(argument);
    const std::string what = scene.named(admin) + " may replace the code of " + scene.named(proxy);
    reading.addressField("New administrator", argument);
    reading.effect(powerGiven(admin, what));
    addAdminFinding(reading, ownershipChange(scene, proxy, what));
    checkRecipient(scene, {admin, std::nullopt, false}, reading.meaning);
    reading.intent("Let " + scene.brief(admin) + " replace the code of " + scene.brief(proxy));
}

void readChangeAdmin(CallReading& reading)
{
    addProxyAdmin(reading, reading.call.to, 0);
}

void readChangeProxyAdmin(CallReading& reading)
{
    reading.addressField("Contract", 0);
    addProxyAdmin(reading, reading.address(0), 1);
}

void setPaused(CallReading& reading, bool isPaused)
{
    const EvmScene& scene = reading.scene;
    reading.effect(powerGiven(
        std::nullopt, scene.named(reading.call.to) + (isPaused ? " is paused" : " is no longer paused")));
    addAdminFinding(reading, pauseChange(scene, reading.call.to, isPaused));
    reading.intent((isPaused ? "Pause " : "End the pause of ") + scene.brief(reading.call.to));
}

void readPause(CallReading& reading)
{
    setPaused(reading, true);
}

void readUnpause(CallReading& reading)
{
    setPaused(reading, false);
}

constexpr KnownFunction adminTable[] = {
    {"transferOwnership(address newOwner)", readTransferOwnership},
    {"renounceOwnership()", readRenounceOwnership},
    {"acceptOwnership()", readAcceptOwnership},
    {"grantRole(bytes32 role, address account)", readGrantRole},
    {"revokeRole(bytes32 role, address account)", readRevokeRole},
    {"renounceRole(bytes32 role, address account)", readRevokeRole},
    {"upgradeTo(address newImplementation)", readUpgradeTo},
    {"upgradeToAndCall(address newImplementation, bytes data)", readUpgradeTo},
    {"upgrade(address proxy, address implementation)", readUpgradeOf},
    {"upgradeAndCall(address proxy, address implementation, bytes data)", readUpgradeOf},
    {"changeAdmin(address newAdmin)", readChangeAdmin},
    {"changeProxyAdmin(address proxy, address newAdmin)", readChangeProxyAdmin},
    {"pause()", readPause},
    {"unpause()", readUnpause},
};

}  // namespace

std::span<const KnownFunction> adminFunctions()
{
    return adminTable;
}

}  // namespace countersign::meaning
