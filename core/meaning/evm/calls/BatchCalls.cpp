#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/InnerCalls.h"
#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/ContainerRules.h"

// multicall of routers and position managers, which calls the contract itself by delegatecall, so that
// the sender stays; and Multicall3 (mds1/multicall3), which makes the calls in its own name.

namespace countersign::meaning {

namespace {

/// Each inner call sees the coins of the outer one. With a single one they are its own; with several it
/// cannot be told which of them uses them.
void readSelfCalls(CallReading& reading, std::size_t argument)
{
    const auto& parts = reading.items(argument);
    const bool isSingle = parts.size() == 1;
    InnerCalls inner(reading, argument);
    for (const AbiValue& part : parts) {
        EvmCall call;
        call.from = reading.call.from;
        call.to = reading.call.to;
        call.data = part.bytes;
        if (isSingle) {
            call.value = reading.call.value;
        }
        inner.add(std::move(call));
    }
    if (!reading.call.value.is_zero() && !isSingle) {
        reading.effect(nativeOut(reading.scene, reading.call.to, reading.call.value));
        reading.meaning.findings.push_back(
            valueNotPayable(reading.scene, reading.call, reading.function.name));
    }
    reading.intent(inner.intent("At " + reading.scene.brief(reading.call.to)));
}

void readMulticall(CallReading& reading)
{
    readSelfCalls(reading, 0);
}

void readMulticallUntil(CallReading& reading)
{
    reading.timeField("Deadline", reading.number(0), 0);
    readSelfCalls(reading, 1);
}

/// Rows of (target, …, data), with value and leave to fail where they have these.
struct SharedRow
{
    bool mayFail = false;
    Uint256 value;
};

SharedRow sharedRow(const std::vector<AbiValue>& row)
{
    SharedRow found;
    for (const AbiValue& member : row) {
        if (member.kind == AbiType::Kind::Bool) {
            found.mayFail = !member.number.is_zero();
        } else if (member.kind == AbiType::Kind::Unsigned) {
            found.value = member.number;
        }
    }
    return found;
}

void readSharedCalls(CallReading& reading, std::size_t argument, bool mayFail, bool hasValues)
{
    const EvmScene& scene = reading.scene;
    InnerCalls inner(reading, argument);
    Uint256 needed = 0;
    bool isPayout = true;
    for (const AbiValue& part : reading.items(argument)) {
        const SharedRow row = sharedRow(part.items);
        mayFail = mayFail || row.mayFail;
        EvmCall call;
        call.from = reading.call.to;
        call.to = part.items.front().address();
        call.value = row.value;
        call.data = part.items.back().bytes;
        isPayout = isPayout && call.data.empty();
        needed = addChecked(needed, row.value).value_or(~Uint256(0));
        inner.add(std::move(call));
    }
    if (!isPayout) {
        reading.meaning.findings.push_back(sharedAccount(scene, reading.call.to));
    }
    if (mayFail) {
        reading.meaning.findings.push_back(failureAllowed(scene, reading.call.to));
    }
    if (hasValues && needed != reading.call.value) {
        reading.meaning.findings.push_back(valueMismatch(scene, reading.call, needed));
        reading.effect(nativeOut(scene, reading.call.to, reading.call.value));
    }
    reading.intent(inner.intent("As " + scene.brief(reading.call.to)));
}

void readAggregate(CallReading& reading)
{
    readSharedCalls(reading, 0, false, false);
}

void readTryAggregate(CallReading& reading)
{
    reading.field("Every call must succeed", reading.isTrue(0) ? "yes" : "no", 0);
    readSharedCalls(reading, 1, !reading.isTrue(0), false);
}

void readAggregateValues(CallReading& reading)
{
    readSharedCalls(reading, 0, false, true);
}

constexpr auto batchTakes = KnownFunction::Value::Taken;
constexpr auto batchRefuses = KnownFunction::Value::Refused;

constexpr KnownFunction batchTable[] = {
    {"multicall(bytes[] data)", readMulticall, batchTakes},
    {"multicall(uint256 deadline, bytes[] data)", readMulticallUntil, batchTakes},
    {"aggregate((address target, bytes callData)[] calls)", readAggregate, batchRefuses, "multicall3"},
    {"blockAndAggregate((address target, bytes callData)[] calls)", readAggregate, batchRefuses,
     "multicall3"},
    {"aggregate3((address target, bool allowFailure, bytes callData)[] calls)", readAggregate, batchRefuses,
     "multicall3"},
    {"aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls)",
     readAggregateValues, batchTakes, "multicall3"},
    {"tryAggregate(bool requireSuccess, (address target, bytes callData)[] calls)", readTryAggregate,
     batchRefuses, "multicall3"},
    {"tryBlockAndAggregate(bool requireSuccess, (address target, bytes callData)[] calls)", readTryAggregate,
     batchRefuses, "multicall3"},
};

}  // namespace

std::span<const KnownFunction> batchFunctions()
{
    return batchTable;
}

}  // namespace countersign::meaning
