#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/InnerCalls.h"
#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/ContainerRules.h"
#include "core/meaning/evm/rules/SafeRules.h"

#include <algorithm>

// A Safe that executes: execTransaction with signatures of owners, execTransactionFromModule without, and
// multiSend, the batch that a Safe runs by delegatecall (safe-global/safe-smart-account).

namespace countersign::meaning {

namespace {

/// 0 is a call, 1 a delegatecall. Others do not exist: contracts revert, and nothing is guessed.
bool addKindOfCall(CallReading& reading, const Uint256& operation, std::size_t argument)
{
    const bool isKnown = operation <= 1;
    reading.field("Kind of call",
                  operation.is_zero() ? "call"
                  : isKnown           ? "delegatecall"
                                      : toDecimal(operation),
                  argument);
    if (!isKnown) {
        reading.meaning.doNotUnderstand(
            modeUnknown(reading.scene, reading.call, "operation " + toDecimal(operation)));
    }
    return isKnown;
}

/// to, value, data and operation as the first four arguments, in the name of the Safe.
void readSafeExecution(CallReading& reading)
{
    EvmCall call;
    call.from = reading.call.to;
    call.to = reading.address(0);
    call.data = reading.bytes(2);
    call.isDelegate = !reading.number(3).is_zero();
    InnerCalls inner(reading, 2);
    if (!addKindOfCall(reading, reading.number(3), 3)) {
        return;
    }
    if (!call.isDelegate) {
        call.value = reading.number(1);
    } else if (!reading.number(1).is_zero()) {
        // A delegatecall sends nothing, whatever the transaction says.
        reading.field("Amount that is not sent", reading.scene.native(reading.number(1)), 1);
    }
    inner.add(std::move(call), "");
    reading.intent(inner.intent("As Safe " + reading.scene.brief(reading.call.to)));
}

void addGasRefund(CallReading& reading)
{
    reading.numberField("Gas for the inner call", 4);
    reading.numberField("Further gas to refund", 5);
    reading.numberField("Refund for each unit of gas", 6);
    reading.addressField("Token of the refund", 7);
    reading.addressField("Receiver of the refund", 8);
    addSafeRefund(reading.scene, reading.call.to,
                  {.baseGas = reading.number(5),
                   .safeTxGas = reading.number(4),
                   .gasPrice = reading.number(6),
                   .gasToken = reading.address(7),
                   .refundReceiver = reading.address(8)},
                  reading.meaning);
}

void readExecTransaction(CallReading& reading)
{
    if (reading.call.depth > 0) {
        reading.meaning.findings.push_back(nestedSafe(reading.scene, reading.call.to));
    }
    readSafeExecution(reading);
    addGasRefund(reading);
    reading.signatureField("Signatures", reading.bytes(9), 9);
}

void readModuleExecution(CallReading& reading)
{
    reading.meaning.findings.push_back(safeModuleExecution(reading.scene, reading.call.to));
    readSafeExecution(reading);
}

/// One transaction of multiSend: operation (1 byte), to (20), value (32), length (32), data.
struct PackedCall
{
    std::uint8_t operation = 0;
    EvmAddress to{};
    Uint256 value;
    BytesView data;
};

/// Takes the next one off the front; nothing where the bytes do not hold a whole one.
std::optional<PackedCall> takePacked(BytesView& packed)
{
    constexpr std::size_t addressAt = 1;
    constexpr std::size_t valueAt = addressAt + 20;
    constexpr std::size_t lengthAt = valueAt + 32;
    constexpr std::size_t dataAt = lengthAt + 32;
    if (packed.size() < dataAt) {
        return std::nullopt;
    }
    const auto length = fromBigEndian(packed.subspan(lengthAt, 32));
    if (!length || *length > packed.size() - dataAt) {
        return std::nullopt;
    }
    const auto size = length->convert_to<std::size_t>();
    PackedCall call;
    call.operation = packed[0];
    std::copy_n(packed.begin() + addressAt, call.to.size(), call.to.begin());
    call.value = fromBigEndian(packed.subspan(valueAt, 32)).value_or(Uint256(0));
    call.data = packed.subspan(dataAt, size);
    packed = packed.subspan(dataAt + size);
    return call;
}

/// multiSend runs in the Safe's name by delegatecall; called plainly it acts for itself. MultiSendCallOnly
/// refuses delegatecalls, MultiSend makes them: they are read as such in both.
void readMultiSend(CallReading& reading)
{
    BytesView packed = reading.bytes(0);
    InnerCalls inner(reading, 0);
    while (!packed.empty() && inner.size() <= maxCalls) {
        const std::optional<PackedCall> next = takePacked(packed);
        if (!next || next->operation > 1) {
            reading.meaning.doNotUnderstand(malformedCalldata(reading.scene, reading.call, reading.function));
            return;
        }
        EvmCall call;
        call.from = reading.call.isDelegate ? reading.call.from : reading.call.to;
        call.to = next->to;
        call.data = next->data;
        call.isDelegate = next->operation == 1;
        call.value = call.isDelegate ? Uint256(0) : next->value;
        // Since 1.5 the zero address stands for the Safe itself; before, coins to it were lost.
        if (call.to == EvmAddress{} && call.value.is_zero() && call.from) {
            call.to = *call.from;
        }
        inner.add(std::move(call));
    }
    reading.intent("Batch of " + inner.intent(std::to_string(inner.size()) + " calls"));
}

/// The message counts as signed by the Safe for whoever asks it (EIP-1271). What it says is not read here.
void readSignMessage(CallReading& reading)
{
    reading.field("Message", bytesText(reading.bytes(0)), 0);
    reading.effect(powerGiven(reading.scene.payer(), reading.scene.namedPayer() + " signs a message"));
    reading.meaning.doNotUnderstand(safeSignedMessage(reading.scene, reading.bytes(0)));
}

constexpr KnownFunction safeTable[] = {
    {"execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, "
     "uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)",
     readExecTransaction},
    {"execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation)",
     readModuleExecution},
    {"execTransactionFromModuleReturnData(address to, uint256 value, bytes data, uint8 operation)",
     readModuleExecution},
    // Safe's module for ERC-4337 (safe-global/safe-modules), to which the Safe passes these on.
    {"executeUserOp(address to, uint256 value, bytes data, uint8 operation)", readSafeExecution},
    {"executeUserOpWithErrorString(address to, uint256 value, bytes data, uint8 operation)",
     readSafeExecution},
    {"multiSend(bytes transactions)", readMultiSend, KnownFunction::Value::Refused, "safe.multisend"},
    {"multiSend(bytes transactions)", readMultiSend, KnownFunction::Value::Refused, "safe.multisendCallOnly"},
    {"signMessage(bytes data)", readSignMessage, KnownFunction::Value::Refused, "safe.signMessageLib"},
};

}  // namespace

std::span<const KnownFunction> safeFunctions()
{
    return safeTable;
}

}  // namespace countersign::meaning
