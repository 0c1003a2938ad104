#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/InnerCalls.h"
#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/ContainerRules.h"
#include "core/meaning/evm/rules/RecipientRules.h"

// handleOps of the entry points of ERC-4337 v0.6 and, with packed gas values, from v0.7 on. Only at entry
// points of the lists: the account trusts no other one.

namespace countersign::meaning {

namespace {

constexpr std::size_t halfWord = 16;

/// What readers need of a UserOperation, of either version.
struct UserOperation
{
    EvmAddress sender{};
    BytesView initCode;
    BytesView callData;
    BytesView paymasterAndData;
    std::size_t barePaymaster = 20;  ///< bytes of paymasterAndData without data for the paymaster
    BytesView signature;
    Uint256 nonce;
    std::optional<Uint256> gas;  ///< nothing where the sum exceeds 256 bits
    Uint256 feePerGas;
};

Uint256 halfOf(BytesView word, std::size_t first)
{
    return fromBigEndian(word.subspan(first, halfWord)).value_or(Uint256(0));
}

std::optional<Uint256> gasSum(const Uint256& a, const Uint256& b, const Uint256& c, const Uint256& d)
{
    const std::optional<Uint256> ab = addChecked(a, b);
    const std::optional<Uint256> cd = addChecked(c, d);
    return ab && cd ? addChecked(*ab, *cd) : std::nullopt;
}

/// v0.6: sender, nonce, initCode, callData, three gas limits, two prices, paymasterAndData, signature. With a
/// paymaster the verification gas counts three times.
UserOperation unpackedOperation(const std::vector<AbiValue>& members)
{
    const Uint256& verification = members[5].number;
    const bool isSponsored = !members[9].bytes.empty();
    const std::optional<Uint256> twice = addChecked(verification, verification);
    UserOperation operation;
    operation.gas = isSponsored && !twice ? std::nullopt
                                          : gasSum(members[4].number, verification, members[6].number,
                                                   isSponsored ? *twice : Uint256(0));
    operation.feePerGas = members[7].number;
    operation.paymasterAndData = members[9].bytes;
    operation.signature = members[10].bytes;
    return operation;
}

/// v0.7: sender, nonce, initCode, callData, accountGasLimits (verification, call), preVerificationGas,
/// gasFees (tip, price), paymasterAndData (paymaster, verification gas, gas afterwards, data), signature.
UserOperation packedOperation(const std::vector<AbiValue>& members)
{
    constexpr std::size_t addressBytes = 20;
    const BytesView limits = members[4].bytes;
    const BytesView paymaster = members[7].bytes;
    Uint256 sponsored = 0;
    if (paymaster.size() >= addressBytes + 2 * halfWord) {
        sponsored = halfOf(paymaster, addressBytes) + halfOf(paymaster, addressBytes + halfWord);
    }
    UserOperation operation;
    operation.gas = gasSum(halfOf(limits, 0) + halfOf(limits, halfWord), members[5].number, sponsored, 0);
    operation.feePerGas = halfOf(members[6].bytes, halfWord);
    operation.paymasterAndData = paymaster;
    operation.barePaymaster = addressBytes + 2 * halfWord;
    operation.signature = members[8].bytes;
    return operation;
}

UserOperation operationOf(const AbiValue& value)
{
    constexpr std::size_t packedMembers = 9;
    const std::vector<AbiValue>& members = value.items;
    UserOperation operation =
        members.size() == packedMembers ? packedOperation(members) : unpackedOperation(members);
    operation.sender = members[0].address();
    operation.nonce = members[1].number;
    operation.initCode = members[2].bytes;
    operation.callData = members[3].bytes;
    return operation;
}

/// What the account pays at most; the product may exceed 256 bits, and then no account can pay it.
void addOperationFee(CallReading& reading, const UserOperation& operation)
{
    const EvmScene& scene = reading.scene;
    std::optional<Uint256> cost;
    if (operation.gas &&
        (operation.feePerGas.is_zero() || *operation.gas <= ~Uint256(0) / operation.feePerGas)) {
        cost = *operation.gas * operation.feePerGas;
    }
    const std::string most = cost ? "at most " + scene.native(*cost) : "more than there is";
    reading.effect(
        {Effect::Direction::Fee, scene.nativeAssetOf(), cost, most, toText(reading.address(1)),
         most + " of " + scene.named(operation.sender) + " for gas, to " + scene.named(reading.address(1))});
}

void addPaymaster(CallReading& reading, const UserOperation& operation, const std::string& place)
{
    EvmAddress paymaster{};
    reading.field("Paymaster and data", bytesText(operation.paymasterAndData), 0,
                  place + ".paymasterAndData");
    if (operation.paymasterAndData.size() >= paymaster.size()) {
        std::copy_n(operation.paymasterAndData.begin(), paymaster.size(), paymaster.begin());
        reading.meaning.findings.push_back(
            userOperationPaymaster(reading.scene, operation.sender, paymaster));
    }
    // What a paymaster reads out of its data may be a token and a price that the account pays.
    if (!operation.paymasterAndData.empty() && operation.paymasterAndData.size() != operation.barePaymaster) {
        reading.meaning.doNotUnderstand(
            opaqueData(reading.function, "paymasterAndData", operation.paymasterAndData.size()));
    }
}

void addOperation(CallReading& reading, InnerCalls& inner, const AbiValue& value)
{
    const UserOperation operation = operationOf(value);
    const std::string place = "[" + std::to_string(inner.size()) + "]";
    reading.field("Account", reading.scene.named(operation.sender), 0, place + ".sender");
    reading.field("Nonce", toDecimal(operation.nonce), 0, place + ".nonce");
    reading.field("Signature", bytesText(operation.signature), 0, place + ".signature");
    addPaymaster(reading, operation, place);
    addOperationFee(reading, operation);
    if (!operation.initCode.empty()) {
        reading.field("Code that makes the account", bytesText(operation.initCode), 0, place + ".initCode");
        reading.meaning.doNotUnderstand(userOperationInitCode(reading.scene, operation.sender));
    }
    EvmCall call;
    call.from = reading.call.to;
    call.to = operation.sender;
    call.data = operation.callData;
    inner.add(std::move(call), place + ".callData");
}

void readHandleOps(CallReading& reading)
{
    InnerCalls inner(reading, 0);
    for (const AbiValue& value : reading.items(0)) {
        addOperation(reading, inner, value);
    }
    reading.addressField("Beneficiary of the fees", 1);
    checkRecipient(reading.scene, {reading.address(1), std::nullopt, false}, reading.meaning);
    reading.intent("Hand in " + std::to_string(inner.size()) + " operations at " +
                   inner.intent(reading.scene.brief(reading.call.to)));
}

constexpr KnownFunction userOperationTable[] = {
    {"handleOps((address sender, uint256 nonce, bytes initCode, bytes callData, uint256 callGasLimit, "
     "uint256 verificationGasLimit, uint256 preVerificationGas, uint256 maxFeePerGas, "
     "uint256 maxPriorityFeePerGas, bytes paymasterAndData, bytes signature)[] ops, "
     "address beneficiary)",
     readHandleOps, KnownFunction::Value::Refused, "entrypoint"},
    {"handleOps((address sender, uint256 nonce, bytes initCode, bytes callData, bytes32 accountGasLimits, "
     "uint256 preVerificationGas, bytes32 gasFees, bytes paymasterAndData, bytes signature)[] ops, "
     "address beneficiary)",
     readHandleOps, KnownFunction::Value::Refused, "entrypoint"},
};

}  // namespace

std::span<const KnownFunction> userOperationFunctions()
{
    return userOperationTable;
}

}  // namespace countersign::meaning
