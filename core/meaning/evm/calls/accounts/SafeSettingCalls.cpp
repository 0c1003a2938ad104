#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/InnerCalls.h"
#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/RecipientRules.h"
#include "core/meaning/evm/rules/SafeRules.h"

#include <algorithm>

// What a Safe decides about itself: owners, threshold, modules, guards, handler and code (OwnerManager,
// ModuleManager, GuardManager, FallbackManager of safe-global/safe-smart-account). Each changes who can take
// everything.

namespace countersign::meaning {

namespace {

void addSafeFinding(CallReading& reading, Finding finding)
{
    reading.meaning.findings.push_back(std::move(finding));
}

std::string safeName(const CallReading& reading)
{
    return "Safe " + reading.scene.named(reading.call.to);
}

std::string briefSafe(const CallReading& reading)
{
    return "Safe " + reading.scene.brief(reading.call.to);
}

/// Only the Safe itself may change these.
void checkItself(CallReading& reading)
{
    if (reading.scene.payer() && !reading.scene.isPayer(reading.call.to)) {
        addSafeFinding(reading, safeNotItself(reading.scene, reading.call.to));
    }
}

void addThreshold(CallReading& reading, const Uint256& threshold, std::size_t argument,
                  const std::optional<std::size_t>& owners)
{
    reading.field("Signatures needed", toDecimal(threshold), argument);
    reading.effect(
        powerGiven(reading.call.to, toDecimal(threshold) + " owners must sign for the " + safeName(reading)));
    addSafeFinding(reading, safeThresholdChange(reading.scene, reading.call.to, threshold));
    if (std::optional<Finding> impossible =
            impossibleThreshold(reading.scene, reading.call.to, threshold, owners)) {
        addSafeFinding(reading, std::move(*impossible));
    }
}

void addOwner(CallReading& reading, const EvmAddress& owner)
{
    reading.effect(
        powerGiven(owner, reading.scene.named(owner) + " becomes an owner of the " + safeName(reading)));
    addSafeFinding(reading, safeOwnerChange(reading.scene, reading.call.to, "becomes an owner", owner));
    checkRecipient(reading.scene, {owner, std::nullopt, false}, reading.meaning);
}

void dropOwner(CallReading& reading, const EvmAddress& owner)
{
    reading.effect(
        powerGiven(owner, reading.scene.named(owner) + " is no longer an owner of the " + safeName(reading)));
    addSafeFinding(reading, safeOwnerChange(reading.scene, reading.call.to, "is no longer an owner", owner));
}

void readAddOwner(CallReading& reading)
{
    checkItself(reading);
    reading.addressField("New owner", 0);
    addOwner(reading, reading.address(0));
    addThreshold(reading, reading.number(1), 1, std::nullopt);
    reading.intent("Make " + reading.scene.brief(reading.address(0)) + " an owner of " + briefSafe(reading) +
                   ", which then needs " + toDecimal(reading.number(1)) + " signatures");
}

void readRemoveOwner(CallReading& reading)
{
    checkItself(reading);
    reading.addressField("Owner before it in the list", 0);
    reading.addressField("Owner that goes", 1);
    dropOwner(reading, reading.address(1));
    addThreshold(reading, reading.number(2), 2, std::nullopt);
    reading.intent("Remove the owner " + reading.scene.brief(reading.address(1)) + " of " +
                   briefSafe(reading) + ", which then needs " + toDecimal(reading.number(2)) + " signatures");
}

void readSwapOwner(CallReading& reading)
{
    checkItself(reading);
    reading.addressField("Owner before it in the list", 0);
    reading.addressField("Owner that goes", 1);
    reading.addressField("New owner", 2);
    dropOwner(reading, reading.address(1));
    addOwner(reading, reading.address(2));
    reading.intent("Make " + reading.scene.brief(reading.address(2)) + " an owner of " + briefSafe(reading) +
                   " in place of " + reading.scene.brief(reading.address(1)));
}

void readChangeThreshold(CallReading& reading)
{
    checkItself(reading);
    addThreshold(reading, reading.number(0), 0, std::nullopt);
    reading.intent("Let " + briefSafe(reading) + " need " + toDecimal(reading.number(0)) + " signatures");
}

void setModule(CallReading& reading, std::size_t argument, bool isEnabled)
{
    const EvmAddress module = reading.address(argument);
    checkItself(reading);
    reading.addressField("Module", argument);
    reading.effect(powerGiven(
        module, reading.scene.named(module) +
                    (isEnabled ? " may move everything of the " : " is no longer a module of the ") +
                    safeName(reading)));
    addSafeFinding(reading, safeModuleChange(reading.scene, reading.call.to, module, isEnabled));
    reading.intent((isEnabled ? "Enable the module " : "Disable the module ") + reading.scene.brief(module) +
                   " of " + briefSafe(reading));
}

void readEnableModule(CallReading& reading)
{
    setModule(reading, 0, true);
}

void readDisableModule(CallReading& reading)
{
    reading.addressField("Module before it in the list", 0);
    setModule(reading, 1, false);
}

void setGuard(CallReading& reading, std::string_view kind)
{
    const EvmAddress guard = reading.address(0);
    const bool isRemoved = guard == EvmAddress{};
    const std::string what(kind);
    checkItself(reading);
    reading.field("New " + what, isRemoved ? "none" : reading.scene.named(guard), 0);
    reading.effect(powerGiven(
        isRemoved ? std::nullopt : std::optional(guard),
        isRemoved ? "The " + safeName(reading) + " has no " + what + " any more"
                  : reading.scene.named(guard) + " may refuse what the " + safeName(reading) + " does"));
    addSafeFinding(reading, safeGuardChange(reading.scene, reading.call.to, guard, kind));
    reading.intent(isRemoved
                       ? "Remove the " + what + " of " + briefSafe(reading)
                       : "Make " + reading.scene.brief(guard) + " the " + what + " of " + briefSafe(reading));
}

void readSetGuard(CallReading& reading)
{
    setGuard(reading, "guard");
}

void readSetModuleGuard(CallReading& reading)
{
    setGuard(reading, "module guard");
}

void addFallbackHandler(CallReading& reading, const EvmAddress& handler)
{
    reading.effect(powerGiven(handler, reading.scene.named(handler) + " answers for the " +
                                           safeName(reading) +
                                           " what it does not know, signatures included"));
    addSafeFinding(reading, safeFallbackHandlerChange(reading.scene, reading.call.to, handler));
}

void readSetFallbackHandler(CallReading& reading)
{
    checkItself(reading);
    reading.addressField("Fallback handler", 0);
    addFallbackHandler(reading, reading.address(0));
    reading.intent("Make " + reading.scene.brief(reading.address(0)) + " the fallback handler of " +
                   briefSafe(reading));
}

void readChangeMasterCopy(CallReading& reading)
{
    const EvmAddress singleton = reading.address(0);
    checkItself(reading);
    reading.addressField("New code", 0);
    reading.effect(powerGiven(
        singleton, "The " + safeName(reading) + " runs the code of " + reading.scene.named(singleton)));
    addSafeFinding(reading, safeSingletonChange(reading.scene, reading.call.to, singleton));
    reading.intent("Let " + briefSafe(reading) + " run the code of " + reading.scene.brief(singleton));
}

void readApproveHash(CallReading& reading)
{
    const std::string hash = bytesText(reading.bytes(0));
    reading.field("Hash of the transaction", hash, 0);
    reading.effect(
        powerGiven(reading.scene.payer(), reading.scene.namedPayer() + " consents to a transaction of the " +
                                              safeName(reading) + " that is known by its hash alone"));
    reading.meaning.doNotUnderstand(safeHashApproval(reading.scene, reading.call.to, hash));
}

/// The payment to whoever made the Safe, out of its own assets; what the sentence says of it.
std::string addSetupPayment(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress token = reading.address(5);
    const Uint256& amount = reading.number(6);
    const EvmAddress receiver = reading.address(7);
    reading.addressField("Token of the payment", 5);
    reading.numberField("Payment", 6);
    reading.addressField("Receiver of the payment", 7);
    if (amount.is_zero()) {
        return {};
    }
    const EvmScene safeScene(scene.lists(), reading.call.chainId, reading.call.to);
    const bool isToken = token != EvmAddress{};
    reading.effect(isToken ? tokenMoved(safeScene, {token, amount, reading.call.to, receiver})
                           : nativeOut(safeScene, receiver, amount));
    addSafeFinding(reading,
                   safeSetupPayment("The " + safeName(reading),
                                    isToken ? scene.amountOf(token, amount) : scene.native(amount),
                                    receiver == EvmAddress{} ? "whoever sends this" : scene.named(receiver)));
    return ", and let it pay " + (isToken ? scene.briefAmountOf(token, amount) : scene.native(amount)) +
           " to " + (receiver == EvmAddress{} ? "whoever sends this" : scene.brief(receiver));
}

void readSetup(CallReading& reading)
{
    const auto& owners = reading.items(0);
    for (std::size_t i = 0; i < owners.size(); ++i) {
        const EvmAddress owner = owners[i].address();
        reading.field("Owner", reading.scene.named(owner), 0, "[" + std::to_string(i) + "]");
        addOwner(reading, owner);
    }
    addThreshold(reading, reading.number(1), 1, owners.size());
    reading.addressField("Code that is run once", 2);
    reading.addressField("Fallback handler", 4);
    if (reading.address(4) != EvmAddress{}) {
        addFallbackHandler(reading, reading.address(4));
    }
    const std::string paid = addSetupPayment(reading);
    reading.intent("Set up " + briefSafe(reading) + " with " + std::to_string(owners.size()) +
                   " owners, of whom " + toDecimal(reading.number(1)) + " must sign" + paid);
    if (reading.address(2) != EvmAddress{}) {
        EvmCall call;
        call.from = reading.call.to;
        call.to = reading.address(2);
        call.data = reading.bytes(3);
        call.isDelegate = true;
        reading.inner(std::move(call), 3);
    } else {
        reading.opaqueField("Data", reading.bytes(3), 3);
    }
}

constexpr KnownFunction safeSettingTable[] = {
    {"addOwnerWithThreshold(address owner, uint256 threshold)", readAddOwner},
    {"removeOwner(address prevOwner, address owner, uint256 threshold)", readRemoveOwner},
    {"swapOwner(address prevOwner, address oldOwner, address newOwner)", readSwapOwner},
    {"changeThreshold(uint256 threshold)", readChangeThreshold},
    {"enableModule(address module)", readEnableModule},
    {"disableModule(address prevModule, address module)", readDisableModule},
    {"setGuard(address guard)", readSetGuard},
    {"setModuleGuard(address moduleGuard)", readSetModuleGuard},
    {"setFallbackHandler(address handler)", readSetFallbackHandler},
    {"changeMasterCopy(address masterCopy)", readChangeMasterCopy},
    {"approveHash(bytes32 hashToApprove)", readApproveHash},
    {"setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, "
     "address paymentToken, uint256 payment, address paymentReceiver)",
     readSetup},
};

}  // namespace

std::span<const KnownFunction> safeSettingFunctions()
{
    return safeSettingTable;
}

}  // namespace countersign::meaning
