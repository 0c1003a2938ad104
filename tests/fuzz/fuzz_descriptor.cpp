#include "core/chain/evm/abi/AbiValue.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "core/meaning/descriptors/DescriptorExplanation.h"
#include "core/meaning/descriptors/files/DataProvider.h"
#include "tests/fuzz/Require.h"

#include <algorithm>

using namespace countersign;
using namespace countersign::meaning;

// Input: a descriptor, a zero byte, and the data of a call of the contract 0x00…c1 on chain 1, or typed data.
// A descriptor comes from outside as much as the data: together they must neither take long nor make
// understood what an encoder would have written in another way.

namespace {

void checkCall(const ParsedDescriptor& descriptor, BytesView data, const Knowledge& knowledge)
{
    EvmCall call{.chainId = Uint256(1), .from = {}, .to = {}, .value = 0, .data = data};
    call.to.back() = 0xc1;
    const auto meaning = explainCallBy(descriptor, call, knowledge);
    if (!meaning) {
        return;
    }
    require(*explainCallBy(descriptor, call, knowledge) == *meaning, "the same again");
    require(!meaning->understood || !meaning->effects.empty(), "what is understood has effects");
    if (!meaning->understood) {
        return;
    }
    const auto isCalled = [&](const DescribedFunction& function) {
        return std::ranges::equal(function.selector, data.first(function.selector.size()));
    };
    const auto found = std::ranges::find_if(descriptor.functions, isCalled);
    require(found != descriptor.functions.end(), "the function is described");
    const BytesView arguments = data.subspan(found->selector.size());
    const auto values = decodeAbi(found->function.inputs, arguments);
    require(values && std::ranges::equal(encodeAbi(found->function.inputs, values->values), arguments),
            "what is understood is canonical");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const BytesView input(data, size);
    const auto zero = static_cast<std::size_t>(std::ranges::find(input, std::uint8_t{0}) - input.begin());
    const std::string_view text = asText(input.first(zero));
    const BytesView rest = input.subspan(std::min(zero + 1, size));
    auto json =
        parseJson(text, {.maxBytes = 1'048'576, .maxDepth = 48, .maxValues = 100'000, .maxMembers = 5'000});
    KnownLists lists = KnownLists::builtin();
    if (!json || !addDataProvider(lists, text)) {
        return 0;
    }
    const Knowledge knowledge{.lists = lists};
    const ParsedDescriptor descriptor(
        DescriptorDocument{.json = mergedDescriptor(*json, *json), .sources = {}});
    checkCall(descriptor, rest, knowledge);
    const auto typedData = parseTypedDataJson(asText(rest));
    const auto message = typedData ? DescribedMessage::read(*typedData)
                                   : Result<DescribedMessage>(failure(ErrorCode::InvalidInput, {}));
    if (message) {
        explainMessageBy(descriptor, *message, {}, knowledge);
    }
    return 0;
}
