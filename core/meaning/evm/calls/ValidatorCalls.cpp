#include "core/base/encoding/Hex.h"
#include "core/chain/evm/transaction/SystemContracts.h"
#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/calls/PlainCalls.h"
#include "core/meaning/evm/rules/AdminRules.h"
#include "core/meaning/evm/rules/CalldataRules.h"

#include <algorithm>
#include <array>

// What the owner of a validator tells Ethereum's consensus layer: requests to exit, to pay out and to
// consolidate, which have no selectors, and the deposit contract's one function.

namespace countersign::meaning {

namespace {

/// Ethereum, Hoodi, Sepolia, Holesky: where the contracts of validators are. Bytes for every chain count too.
bool hasValidators(const EvmCall& call)
{
    constexpr std::array<std::uint64_t, 4> chains = {1, 560'048, 11'155'111, 17'000};
    return !call.chainId ||
           std::ranges::any_of(chains, [&](std::uint64_t id) { return *call.chainId == id; });
}

Meaning systemMeaning(const EvmScene& scene, const EvmCall& call)
{
    Meaning meaning;
    meaning.understood = true;
    meaning.fields.push_back({"Contract", scene.named(call.to), "to"});
    meaning.fields.push_back({"Sent as the fee of the request", scene.native(call.value), "value"});
    if (!call.value.is_zero()) {
        meaning.effects.push_back(nativeOut(scene, call.to, call.value));
    }
    if (std::optional<Finding> much = validatorFee(scene, call.to, call.value)) {
        meaning.findings.push_back(std::move(*much));
    }
    return meaning;
}

Meaning malformedRequest(const EvmScene& scene, const EvmCall& call)
{
    Meaning meaning = systemMeaning(scene, call);
    meaning.doNotUnderstand(malformedCalldata(scene, call, {"a validator's request", {}}));
    return meaning;
}

Meaning readWithdrawal(const EvmScene& scene, const EvmCall& call)
{
    const Result<WithdrawalRequest> request = parseWithdrawalRequest(call.data);
    if (!request) {
        return malformedRequest(scene, call);
    }
    Meaning meaning = systemMeaning(scene, call);
    const std::string validator = toHexPrefixed(request->validator);
    const std::string payout = scene.native(Uint256(request->amountGwei) * 1'000'000'000);
    meaning.fields.push_back({"Validator", validator, "data.validator"});
    meaning.fields.push_back(
        {"Amount", request->isFullExit() ? "all: the validator exits" : payout, "data.amount"});
    if (request->isFullExit()) {
        meaning.effects.push_back(
            powerGiven(std::nullopt, "Validator " + validator + " exits for good, its balance is paid out"));
        meaning.findings.push_back(validatorExit("Validator " + validator +
                                                 " exits. It cannot be undone, and its balance goes to the "
                                                 "account that its withdrawal credentials name."));
        meaning.intent = "Let validator " + validator + " exit";
        return meaning;
    }
    meaning.effects.push_back(
        powerGiven(std::nullopt, payout + " of the balance of validator " + validator + " are paid out"));
    meaning.findings.push_back(
        validatorWithdrawal("Up to " + payout + " of validator " + validator +
                            " go to the account that its withdrawal credentials name."));
    meaning.intent = "Pay " + payout + " out of validator " + validator;
    return meaning;
}

Meaning readConsolidation(const EvmScene& scene, const EvmCall& call)
{
    const Result<ConsolidationRequest> request = parseConsolidationRequest(call.data);
    if (!request) {
        return malformedRequest(scene, call);
    }
    Meaning meaning = systemMeaning(scene, call);
    const std::string source = toHexPrefixed(request->source);
    const std::string target = toHexPrefixed(request->target);
    meaning.fields.push_back({"Validator that ends", source, "data.source"});
    meaning.fields.push_back({"Validator that gets its balance", target, "data.target"});
    if (request->switchesToCompounding()) {
        meaning.effects.push_back(powerGiven(
            std::nullopt, "Validator " + source + " keeps what it earns (compounding credentials)"));
        meaning.findings.push_back(validatorWithdrawal(
            "Validator " + source + " gets compounding credentials. That cannot be undone."));
        meaning.intent = "Let validator " + source + " keep what it earns";
        return meaning;
    }
    meaning.effects.push_back(
        powerGiven(std::nullopt, "Validator " + source + " exits, its balance goes to validator " + target));
    meaning.findings.push_back(validatorExit("Validator " + source + " exits, and validator " + target +
                                             " gets its balance. Whoever that one's withdrawal credentials "
                                             "name can take it from then on."));
    meaning.intent = "Move the balance of validator " + source + " to validator " + target;
    return meaning;
}

/// To whom a deposit comes back: the account in the last 20 bytes of credentials that begin with 01 or 02, or
/// whoever has the key whose hash they are (00). Others are of no kind that there is.
struct Payout
{
    std::optional<EvmAddress> account;
    bool isKey = false;
};

Payout payoutOf(BytesView credentials)
{
    constexpr std::size_t accountAt = 12;
    Payout payout;
    if (credentials.size() != 32) {
        return payout;
    }
    const auto isZero = [](std::uint8_t byte) { return byte == 0; };
    const bool isAccount = (credentials[0] == 1 || credentials[0] == 2) &&
                           std::all_of(credentials.begin() + 1, credentials.begin() + accountAt, isZero);
    payout.isKey = credentials[0] == 0;
    if (isAccount) {
        payout.account.emplace();
        std::copy_n(credentials.begin() + accountAt, payout.account->size(), payout.account->begin());
    }
    return payout;
}

std::string payoutText(const EvmScene& scene, const Payout& payout, bool isBrief)
{
    if (payout.account) {
        return isBrief ? scene.brief(*payout.account) : scene.named(*payout.account);
    }
    return payout.isKey ? "whoever has the key of its withdrawal credentials" : "nobody";
}

void checkDeposit(CallReading& reading, const Payout& payout)
{
    const EvmScene& scene = reading.scene;
    const bool isOther = payout.account && scene.payer() && !scene.isPayer(*payout.account);
    const bool isGrave = isOther || (!payout.account && !payout.isKey);
    Finding found = validatorDeposit(
        scene.native(reading.call.value) + " go to validator " + toHexPrefixed(reading.bytes(0)) +
            ". They come back to " + payoutText(scene, payout, false) +
            ", unless a deposit was made for it before, whose credentials count.",
        isGrave ? Severity::Critical : Severity::Warning);
    if (payout.account) {
        found.addresses.push_back(toText(*payout.account));
    }
    reading.meaning.findings.push_back(std::move(found));
}

void readDeposit(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const std::string validator = toHexPrefixed(reading.bytes(0));
    const Payout payout = payoutOf(reading.bytes(1));
    reading.field("Validator", validator, 0);
    reading.field("Withdrawal credentials", bytesText(reading.bytes(1)), 1);
    reading.field("Comes back to", payoutText(scene, payout, false), 1);
    reading.signatureField("Signature", reading.bytes(2), 2);
    reading.signatureField("Root of the deposit", reading.bytes(3), 3);
    reading.effect(nativeOut(scene, reading.call.to, reading.call.value));
    checkDeposit(reading, payout);
    if (reading.bytes(0).size() != 48 || reading.bytes(1).size() != 32 || reading.bytes(2).size() != 96) {
        reading.meaning.doNotUnderstand(malformedCalldata(scene, reading.call, reading.function));
    }
    reading.intent("Deposit " + scene.native(reading.call.value) + " for validator " + validator +
                   ", which come back to " + payoutText(scene, payout, true));
}

constexpr KnownFunction validatorTable[] = {
    {"deposit(bytes pubkey, bytes withdrawalCredentials, bytes signature, bytes32 depositDataRoot)",
     readDeposit, KnownFunction::Value::Taken, "deposit"},
};

}  // namespace

std::span<const KnownFunction> validatorFunctions()
{
    return validatorTable;
}

std::optional<Meaning> readSystemCall(const EvmScene& scene, const EvmCall& call)
{
    const std::optional<SystemContract> contract = systemContractAt(call.to);
    if (!contract || call.data.empty() || call.isDelegate || !hasValidators(call)) {
        return std::nullopt;
    }
    return *contract == SystemContract::WithdrawalRequest ? readWithdrawal(scene, call)
                                                          : readConsolidation(scene, call);
}

}  // namespace countersign::meaning
