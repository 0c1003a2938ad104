#include "core/chain/evm/abi/AbiValue.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;

// Input: the signature of a function, a line feed, the bytes of its arguments. What is decoded as canonical
// must be exactly what is written for it, and what is written for anything that is decoded must say the same.

namespace {

bool sameValues(std::span<const AbiValue> a, std::span<const AbiValue> b)
{
    return std::ranges::equal(a, b, [](const AbiValue& one, const AbiValue& other) {
        return one.kind == other.kind && one.number == other.number && one.bytes == other.bytes &&
               sameValues(one.items, other.items);
    });
}

void checkPlaces(std::span<const AbiValue> values, std::size_t dataBytes)
{
    for (const AbiValue& value : values) {
        require(value.offset <= dataBytes && value.size <= dataBytes - value.offset,
                "a value lies in the data");
        checkPlaces(value.items, dataBytes);
    }
}

void checkArguments(std::span<const AbiParameter> parameters, BytesView data)
{
    const auto arguments = decodeAbi(parameters, data);
    if (!arguments) {
        return;
    }
    checkPlaces(arguments->values, data.size());
    const Bytes encoded = encodeAbi(parameters, arguments->values);
    require(arguments->isCanonical == (encoded == toBytes(data)), "canonical arguments have one form");
    require(!arguments->isCanonical || arguments->trailingBytes == 0,
            "nothing is behind canonical arguments");
    const auto again = decodeAbi(parameters, encoded);
    require(again && again->isCanonical, "what is encoded is canonical");
    require(sameValues(again->values, arguments->values), "what is encoded says the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    const auto lineFeed =
        static_cast<std::size_t>(std::ranges::find(input, std::uint8_t('\n')) - input.begin());
    const auto function = parseAbiFunction(asText(input.first(lineFeed)));
    if (!function) {
        return 0;
    }
    const auto again = parseAbiFunction(function->signature());
    require(again && again->signature() == function->signature(), "a signature has one form");
    checkArguments(function->inputs, input.subspan(std::min(lineFeed + 1, size)));
    return 0;
}
