#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/InnerCalls.h"
#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/ContainerRules.h"

#include <algorithm>
#include <array>

// Smart accounts that execute calls in their own name: the functions that ERC-4337 accounts have in common,
// and execute(bytes32, bytes) of ERC-7821 and ERC-7579, whose mode says what the bytes are.

namespace countersign::meaning {

namespace {

std::string accountPrefix(const CallReading& reading)
{
    return "As " + reading.scene.brief(reading.call.to);
}

EvmCall accountCall(const CallReading& reading, const EvmAddress& to, const Uint256& value, BytesView data)
{
    EvmCall call;
    call.from = reading.call.to;
    call.to = to;
    call.value = value;
    call.data = data;
    return call;
}

void readExecute(CallReading& reading)
{
    InnerCalls inner(reading, 2);
    inner.add(accountCall(reading, reading.address(0), reading.number(1), reading.bytes(2)), "");
    reading.intent(inner.intent(accountPrefix(reading)));
}

/// Three lists side by side; the one of values is left out in some accounts.
void readExecuteLists(CallReading& reading)
{
    const auto& targets = reading.items(0);
    const bool hasValues = reading.arguments.size() > 2;
    const std::size_t last = reading.arguments.size() - 1;
    const auto& data = reading.items(last);
    // SimpleAccount of v0.7 takes an empty list of values for zeros.
    const bool isWithoutValues = !hasValues || reading.items(1).empty();
    if (targets.size() != data.size() || (!isWithoutValues && reading.items(1).size() != targets.size())) {
        reading.meaning.doNotUnderstand(unequalLists(reading.scene, reading.call, reading.function));
        return;
    }
    InnerCalls inner(reading, last);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const Uint256 value = isWithoutValues ? Uint256(0) : reading.items(1)[i].number;
        inner.add(accountCall(reading, targets[i].address(), value, data[i].bytes));
    }
    reading.intent(inner.intent(accountPrefix(reading)));
}

/// Rows of (target, value, data). For ERC-7821 the zero address is the account itself, for ERC-7579 it is
/// not: coins to it are read as lost, calls without coins as calls of the account.
void addRows(CallReading& reading, InnerCalls& inner, const std::vector<AbiValue>& rows, bool zeroIsSelf)
{
    for (const AbiValue& row : rows) {
        EvmAddress target = row.items[0].address();
        if (zeroIsSelf && target == EvmAddress{} && row.items[1].number.is_zero()) {
            target = reading.call.to;
        }
        inner.add(accountCall(reading, target, row.items[1].number, row.items[2].bytes));
    }
}

void readExecuteRows(CallReading& reading)
{
    InnerCalls inner(reading, 0);
    addRows(reading, inner, reading.items(0), false);
    reading.intent(inner.intent(accountPrefix(reading)));
}

enum class ExecutionMode { Single, Batch, BatchWithData, Delegate, Unknown };

/// The first bytes of the mode: how it calls, what a failure does, and a selector of four bytes behind four
/// unused ones (ERC-7579). What is not fixed must be zero. A failure that is let pass is a mode of its own.
ExecutionMode executionMode(BytesView mode)
{
    constexpr std::array<std::uint8_t, 10> single{};
    constexpr std::array<std::uint8_t, 10> batch{1};
    constexpr std::array<std::uint8_t, 10> delegate{0xff};
    constexpr std::array<std::uint8_t, 10> withData{1, 0, 0, 0, 0, 0, 0x78, 0x21, 0, 1};
    const BytesView known = mode.first(single.size());
    const auto isZero = [](std::uint8_t byte) { return byte == 0; };
    if (!std::all_of(mode.begin() + single.size(), mode.end(), isZero)) {
        return ExecutionMode::Unknown;
    }
    if (std::ranges::equal(known, single)) {
        return ExecutionMode::Single;
    }
    if (std::ranges::equal(known, batch)) {
        return ExecutionMode::Batch;
    }
    if (std::ranges::equal(known, delegate)) {
        return ExecutionMode::Delegate;
    }
    return std::ranges::equal(known, withData) ? ExecutionMode::BatchWithData : ExecutionMode::Unknown;
}

/// Coins that come with the call and are not what its inner calls send. Without any the account pays out of
/// what it has.
void checkValue(CallReading& reading, const Uint256& needed)
{
    if (!reading.call.value.is_zero() && needed != reading.call.value) {
        reading.meaning.findings.push_back(valueMismatch(reading.scene, reading.call, needed));
    }
}

/// target (20 bytes), value (32), data: without any encoding.
void readPackedExecution(CallReading& reading)
{
    constexpr std::size_t addressBytes = 20;
    constexpr std::size_t headBytes = addressBytes + 32;
    const BytesView packed = reading.bytes(1);
    if (packed.size() < headBytes) {
        reading.meaning.doNotUnderstand(malformedCalldata(reading.scene, reading.call, reading.function));
        return;
    }
    EvmAddress target{};
    std::copy_n(packed.begin(), target.size(), target.begin());
    const Uint256 value = fromBigEndian(packed.subspan(addressBytes, 32)).value_or(Uint256(0));
    InnerCalls inner(reading, 1);
    inner.add(accountCall(reading, target, value, packed.subspan(headBytes)), "");
    checkValue(reading, value);
    reading.intent(inner.intent(accountPrefix(reading)));
}

/// target (20 bytes), data: the target's code runs as if it were the account's own (ERC-7579).
void readDelegateExecution(CallReading& reading)
{
    const BytesView packed = reading.bytes(1);
    EvmCall call = accountCall(reading, EvmAddress{}, 0, BytesView());
    if (packed.size() < call.to.size()) {
        reading.meaning.doNotUnderstand(malformedCalldata(reading.scene, reading.call, reading.function));
        return;
    }
    std::copy_n(packed.begin(), call.to.size(), call.to.begin());
    call.data = packed.subspan(call.to.size());
    call.isDelegate = true;
    InnerCalls inner(reading, 1);
    inner.add(std::move(call), "");
    reading.intent(inner.intent(accountPrefix(reading)));
}

/// The calls alone, or with opData for the account's own check of who may do this.
const Result<AbiFunction>& batchForm(bool hasData)
{
    static const Result<AbiFunction> plain =
        parseAbiFunction("batch((address to, uint256 value, bytes data)[] calls)");
    static const Result<AbiFunction> withData =
        parseAbiFunction("batch((address to, uint256 value, bytes data)[] calls, bytes opData)");
    return hasData ? withData : plain;
}

/// Where both forms are allowed, contracts tell them apart by the offset of the calls: 32 or 64.
bool hasOpData(BytesView executionData)
{
    constexpr std::size_t word = 32;
    return executionData.size() >= word &&
           fromBigEndian(executionData.first(word)).value_or(Uint256(0)) >= 2 * word;
}

void readExecutionBatch(CallReading& reading, bool hasData)
{
    const Result<AbiFunction>& form = batchForm(hasData);
    const Result<AbiArguments> batch =
        form ? decodeAbi(form->inputs, reading.bytes(1)) : failure(form.error());
    if (!batch) {
        reading.meaning.doNotUnderstand(malformedCalldata(reading.scene, reading.call, reading.function));
        return;
    }
    if (std::optional<Finding> loose = looseCalldata(reading.function, *batch)) {
        reading.meaning.doNotUnderstand(std::move(*loose));
    }
    InnerCalls inner(reading, 1);
    addRows(reading, inner, batch->values[0].items, true);
    Uint256 needed = 0;
    for (const AbiValue& row : batch->values[0].items) {
        needed = addChecked(needed, row.items[1].number).value_or(~Uint256(0));
    }
    checkValue(reading, needed);
    if (hasData) {
        reading.opaqueField("Data for the account", batch->values[1].bytes, 1, ".opData");
    }
    reading.intent(inner.intent(accountPrefix(reading)));
}

void readExecuteMode(CallReading& reading)
{
    if (!reading.call.value.is_zero()) {
        reading.effect(nativeOut(reading.scene, reading.call.to, reading.call.value));
    }
    reading.field("Mode", bytesText(reading.bytes(0)), 0);
    switch (executionMode(reading.bytes(0))) {
        case ExecutionMode::Single:
            readPackedExecution(reading);
            return;
        case ExecutionMode::Batch:
            readExecutionBatch(reading, false);
            return;
        case ExecutionMode::BatchWithData:
            readExecutionBatch(reading, hasOpData(reading.bytes(1)));
            return;
        case ExecutionMode::Delegate:
            readDelegateExecution(reading);
            return;
        case ExecutionMode::Unknown:
            break;
    }
    reading.field("Data", bytesText(reading.bytes(1)), 1);
    reading.meaning.doNotUnderstand(modeUnknown(reading.scene, reading.call, bytesText(reading.bytes(0))));
}

constexpr KnownFunction accountTable[] = {
    {"execute(address target, uint256 value, bytes data)", readExecute},
    {"executeBatch(address[] targets, uint256[] values, bytes[] data)", readExecuteLists},
    {"executeBatch(address[] targets, bytes[] data)", readExecuteLists},
    {"executeBatch((address target, uint256 value, bytes data)[] calls)", readExecuteRows},
    {"execute(bytes32 mode, bytes executionData)", readExecuteMode, KnownFunction::Value::Taken},
};

}  // namespace

std::span<const KnownFunction> accountFunctions()
{
    return accountTable;
}

}  // namespace countersign::meaning
