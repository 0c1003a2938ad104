#include "core/meaning/evm/EvmCall.h"
#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/SafeRules.h"

#include <algorithm>

// How Safes come into being, get other code, and make contracts: the proxy factory, SafeMigration,
// SafeToL2Migration, SafeToL2Setup and CreateCall (safe-global/safe-smart-account). Only at contracts of the
// lists.

namespace countersign::meaning {

namespace {

/// What setup(…) is given. The Safe itself has no address here: it follows from the proxy's code.
struct NewSafe
{
    std::vector<EvmAddress> owners;
    Uint256 threshold;
    EvmAddress setupCode{};
    BytesView setupData;
    EvmAddress handler{};
    EvmAddress paymentToken{};
    Uint256 payment;
    EvmAddress paymentReceiver{};
};

const Result<AbiFunction>& setupFunction()
{
    static const Result<AbiFunction> function = parseAbiFunction(
        "setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, "
        "address paymentToken, uint256 payment, address paymentReceiver)");
    return function;
}

const Result<AbiFunction>& setupToL2Function()
{
    static const Result<AbiFunction> function = parseAbiFunction("setupToL2(address l2Singleton)");
    return function;
}

/// The arguments of exactly this function, written as encoders write them; nothing for anything else.
std::optional<std::vector<AbiValue>> argumentsOf(const Result<AbiFunction>& function, BytesView data)
{
    if (!function || data.size() < selectorBytes ||
        !std::ranges::equal(function->selector(), data.first(selectorBytes))) {
        return std::nullopt;
    }
    auto arguments = decodeAbi(function->inputs, data.subspan(selectorBytes));
    if (!arguments || looseCalldata(*function, *arguments)) {
        return std::nullopt;
    }
    return std::move(arguments->values);
}

NewSafe newSafeOf(const std::vector<AbiValue>& arguments)
{
    NewSafe made;
    for (const AbiValue& owner : arguments[0].items) {
        made.owners.push_back(owner.address());
    }
    made.threshold = arguments[1].number;
    made.setupCode = arguments[2].address();
    made.setupData = arguments[3].bytes;
    made.handler = arguments[4].address();
    made.paymentToken = arguments[5].address();
    made.payment = arguments[6].number;
    made.paymentReceiver = arguments[7].address();
    return made;
}

void addOwners(CallReading& reading, const NewSafe& made)
{
    const EvmScene& scene = reading.scene;
    for (std::size_t i = 0; i < made.owners.size(); ++i) {
        reading.field("Owner", scene.named(made.owners[i]), 1, ".owners[" + std::to_string(i) + "]");
        reading.effect(
            powerGiven(made.owners[i], scene.named(made.owners[i]) + " becomes an owner of the new Safe"));
    }
    reading.field("Signatures needed", toDecimal(made.threshold), 1, ".threshold");
    if (made.threshold.is_zero() || made.threshold > made.owners.size()) {
        reading.meaning.findings.push_back({"evm.safe.thresholdImpossible",
                                            Severity::Critical,
                                            "A threshold that cannot be",
                                            "The new Safe is to need " + toDecimal(made.threshold) +
                                                " signatures of " + std::to_string(made.owners.size()) +
                                                " owners. The factory refuses that.",
                                            {}});
    }
    const auto& payer = scene.payer();
    if (payer && std::ranges::find(made.owners, *payer) == made.owners.end()) {
        reading.meaning.findings.push_back(
            {"recipient.other",
             Severity::Warning,
             "The new Safe belongs to others",
             scene.named(*payer) + ", who has it made, is not among the owners of the new Safe.",
             {toText(*payer)}});
    }
}

/// The code that setup runs once in the Safe's name. SafeToL2Setup alone is known: it chooses between two
/// forms of Safe's own code.
void addSetupCode(CallReading& reading, const NewSafe& made)
{
    const EvmScene& scene = reading.scene;
    reading.field("Code that is run once",
                  made.setupCode == EvmAddress{} ? "none" : scene.named(made.setupCode), 1, ".to");
    if (made.setupCode == EvmAddress{}) {
        if (!made.setupData.empty()) {
            reading.opaqueField("Data", made.setupData, 1, ".data");
        }
        return;
    }
    const auto arguments = scene.isKind(made.setupCode, "safe.setup")
                               ? argumentsOf(setupToL2Function(), made.setupData)
                               : std::nullopt;
    if (!arguments) {
        reading.meaning.doNotUnderstand(unlistedDelegatecall(scene, made.setupCode));
        return;
    }
    const EvmAddress singleton = arguments->front().address();
    reading.field("Code on chains other than Ethereum", scene.named(singleton), 1, ".data");
    if (!scene.isKind(singleton, "safe.singleton")) {
        reading.meaning.findings.push_back(foreignSafeCode(scene, singleton));
    }
}

void addHandlerAndPayment(CallReading& reading, const NewSafe& made)
{
    const EvmScene& scene = reading.scene;
    reading.field("Fallback handler", made.handler == EvmAddress{} ? "none" : scene.named(made.handler), 1,
                  ".fallbackHandler");
    if (made.handler != EvmAddress{} && !scene.isKind(made.handler, "safe.fallbackHandler")) {
        reading.meaning.findings.push_back(
            {"evm.safe.fallbackHandler",
             Severity::Critical,
             "Unknown fallback handler",
             scene.named(made.handler) +
                 " answers for the new Safe whether a signature of it is valid. It is not on the list of "
                 "handlers: it could call any signature valid.",
             {toText(made.handler)}});
    }
    if (made.payment.is_zero()) {
        return;
    }
    const bool isToken = made.paymentToken != EvmAddress{};
    const std::string amount =
        isToken ? scene.amountOf(made.paymentToken, made.payment) : scene.native(made.payment);
    const std::string receiver =
        made.paymentReceiver == EvmAddress{} ? "whoever sends this" : scene.named(made.paymentReceiver);
    reading.field("Payment", amount + " to " + receiver, 1, ".payment");
    reading.effect({Effect::Direction::Out,
                    isToken ? scene.assetOf(made.paymentToken) : scene.nativeAssetOf(), made.payment, amount,
                    toText(made.paymentReceiver), amount + " from the new Safe to " + receiver});
    reading.meaning.findings.push_back(safeSetupPayment("The new Safe", amount, receiver));
    reading.meaning.intent +=
        ", and let it pay " +
        (isToken ? scene.briefAmountOf(made.paymentToken, made.payment) : scene.native(made.payment)) +
        " to " +
        (made.paymentReceiver == EvmAddress{} ? "whoever sends this" : scene.brief(made.paymentReceiver));
}

std::string ownersText(const EvmScene& scene, const std::vector<EvmAddress>& owners)
{
    constexpr std::size_t most = 3;
    if (owners.empty() || owners.size() > most) {
        return std::to_string(owners.size()) + " owners";
    }
    std::string text;
    for (const EvmAddress& owner : owners) {
        text += (text.empty() ? "" : ", ") + scene.brief(owner);
    }
    return "the owners " + text;
}

/// singleton, initializer, saltNonce. Foreign code does with the initializer what it likes.
void readCreateProxy(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress singleton = reading.address(0);
    reading.addressField("Code", 0);
    reading.numberField("Salt", 2);
    const auto arguments = argumentsOf(setupFunction(), reading.bytes(1));
    if (!scene.isKind(singleton, "safe.singleton")) {
        reading.opaqueField("Data of the set-up", reading.bytes(1), 1);
        reading.meaning.doNotUnderstand(foreignSafeCode(scene, singleton));
        return;
    }
    if (!arguments) {
        reading.field("Data of the set-up", bytesText(reading.bytes(1)), 1);
        reading.meaning.doNotUnderstand(malformedCalldata(scene, reading.call, reading.function));
        return;
    }
    const NewSafe made = newSafeOf(*arguments);
    reading.intent("Make a new Safe with " + ownersText(scene, made.owners) + ", of whom " +
                   toDecimal(made.threshold) + " must sign");
    addOwners(reading, made);
    addHandlerAndPayment(reading, made);
    addSetupCode(reading, made);
}

/// The code and handler are constants of the library, which is Safe's own.
void addMigration(CallReading& reading, bool hasHandler)
{
    const EvmScene& scene = reading.scene;
    const std::string library = scene.named(reading.call.to);
    reading.effect(powerGiven(
        reading.call.to, "The Safe " + scene.namedPayer() + " runs the code that is written in " + library));
    reading.meaning.findings.push_back({"evm.safe.singleton",
                                        Severity::Warning,
                                        "A Safe's code changes",
                                        "The Safe " + scene.namedPayer() +
                                            " runs from then on the code that is written in " + library +
                                            (hasHandler ? ", with the fallback handler from there." : "."),
                                        {toText(reading.call.to)}});
    reading.intent("Move the Safe to the code" + std::string(hasHandler ? " and the fallback handler" : "") +
                   " of " + scene.brief(reading.call.to));
}

void readMigrate(CallReading& reading)
{
    addMigration(reading, false);
}

void readMigrateWithHandler(CallReading& reading)
{
    addMigration(reading, true);
}

/// To a singleton that is named, of SafeToL2Migration and SafeToL2Setup; with a fallback handler or without.
void readMigrateTo(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress safe = scene.payer().value_or(EvmAddress{});
    const EvmAddress singleton = reading.address(0);
    reading.addressField("New code", 0);
    reading.effect(powerGiven(
        singleton, "The Safe " + scene.namedPayer() + " runs the code of " + scene.named(singleton)));
    reading.meaning.findings.push_back(safeSingletonChange(scene, safe, singleton));
    reading.intent("Let the Safe run the code of " + scene.brief(singleton));
    if (reading.arguments.size() > 1) {
        const EvmAddress handler = reading.address(1);
        reading.addressField("Fallback handler", 1);
        reading.effect(powerGiven(handler, scene.named(handler) + " answers for the Safe " +
                                               scene.namedPayer() +
                                               " what it does not know, signatures included"));
        reading.meaning.findings.push_back(safeFallbackHandlerChange(scene, safe, handler));
        reading.intent("Let the Safe run the code of " + scene.brief(singleton) +
                       " with the fallback handler " + scene.brief(handler));
    }
}

/// value, code, and a salt or none. Code is not read here.
void readPerformCreate(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    reading.field("Amount", scene.native(reading.number(0)), 0);
    reading.field("Code", bytesText(reading.bytes(1)), 1);
    if (reading.arguments.size() > 2) {
        reading.field("Salt", bytesText(reading.bytes(2)), 2);
    }
    if (!reading.number(0).is_zero()) {
        Effect effect = nativeOut(scene, EvmAddress{}, reading.number(0));
        effect.account.reset();
        effect.text =
            scene.native(reading.number(0)) + " from " + scene.namedPayer() + " to the new contract";
        reading.effect(std::move(effect));
    }
    reading.meaning.doNotUnderstand(
        {"evm.creation",
         Severity::Warning,
         "Creates a contract",
         std::to_string(reading.bytes(1).size()) +
             " bytes run as code and leave a new contract. Code is not read here.",
         {}});
}

constexpr auto creationRefuses = KnownFunction::Value::Refused;

constexpr KnownFunction safeCreationTable[] = {
    {"createProxyWithNonce(address singleton, bytes initializer, uint256 saltNonce)", readCreateProxy,
     creationRefuses, "safe.proxyFactory"},
    {"createChainSpecificProxyWithNonce(address singleton, bytes initializer, uint256 saltNonce)",
     readCreateProxy, creationRefuses, "safe.proxyFactory"},
    {"migrateSingleton()", readMigrate, creationRefuses, "safe.migration"},
    {"migrateL2Singleton()", readMigrate, creationRefuses, "safe.migration"},
    {"migrateWithFallbackHandler()", readMigrateWithHandler, creationRefuses, "safe.migration"},
    {"migrateL2WithFallbackHandler()", readMigrateWithHandler, creationRefuses, "safe.migration"},
    {"migrateToL2(address l2Singleton)", readMigrateTo, creationRefuses, "safe.migration"},
    {"migrateFromV111(address l2Singleton, address fallbackHandler)", readMigrateTo, creationRefuses,
     "safe.migration"},
    {"setupToL2(address l2Singleton)", readMigrateTo, creationRefuses, "safe.setup"},
    {"performCreate(uint256 value, bytes deploymentData)", readPerformCreate, creationRefuses,
     "safe.createCall"},
    {"performCreate2(uint256 value, bytes deploymentData, bytes32 salt)", readPerformCreate, creationRefuses,
     "safe.createCall"},
};

}  // namespace

std::span<const KnownFunction> safeCreationFunctions()
{
    return safeCreationTable;
}

}  // namespace countersign::meaning
