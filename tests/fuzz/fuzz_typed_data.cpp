#include "core/chain/evm/transaction/EvmTransactionRequest.h"
#include "core/chain/evm/typeddata/TypedData.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

// Input: JSON, once as typed data and once as the request for a transaction. What is hashed must be the same
// however the JSON is written, and must not depend on what the types do not name.

namespace {

void checkTypedData(std::string_view text)
{
    const auto hash = hashTypedDataText(text);
    if (!hash) {
        return;
    }
    Json json = *parseTypedDataJson(text);
    require(*hashTypedData(json) == *hash, "the same as JSON");
    require(*hashTypedData(withLargeIntegersAsText(json)) == *hash, "integers may be text");
    if (const auto again = hashTypedDataText(dumpJsonExactly(json))) {
        require(*again == *hash, "the same when written again");
    }
    json["not of EIP-712"] = 1;
    require(*hashTypedData(json) == *hash, "other members do not count");
}

void checkRequest(std::string_view text)
{
    const auto request = parseJsonKeepingIntegers(text).and_then(EvmTransactionRequest::fromJson);
    if (!request) {
        return;
    }
    const auto transaction = request->toTransaction();
    require(transaction.has_value() || !request->openFields().empty(), "a complete request is a transaction");
    if (transaction) {
        const auto again = EvmTransactionRequest::fromRaw(serializeUnsigned(*transaction));
        require(again && *again == *request, "the bytes say what was asked for");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    checkTypedData(asText({data, size}));
    checkRequest(asText({data, size}));
    return 0;
}
