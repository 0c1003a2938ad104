#include "core/policy/facts/PolicyFactsJson.h"
#include "tests/fuzz/Require.h"

#include <cstdint>

// What is kept of a job for the sums of periods, as it lies in the profile's file. It is read as a whole or
// not at all, and what was read is written as text that reads the same.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace countersign;
    const auto facts = policyFactsFrom({reinterpret_cast<const char*>(data), size});
    if (!facts) {
        require(!facts.error().sentence.isEmpty(), "a refusal says why");
        return 0;
    }
    require(size <= policyFactsMaxBytes, "the length is bounded");
    const std::string text = textOf(*facts);
    if (text.size() <= policyFactsMaxBytes) {
        const auto again = policyFactsFrom(text);
        require(again && *again == *facts, "what is written reads the same");
    }
    return 0;
}
