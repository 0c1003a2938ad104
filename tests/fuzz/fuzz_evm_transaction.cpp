#include "core/chain/evm/Rlp.h"
#include "core/chain/evm/transaction/EvmTransactionJson.h"
#include "core/chain/evm/transaction/EvmTransactionRequest.h"
#include "tests/fuzz/Require.h"

using namespace countersign;

// Input: the bytes of a transaction, signed or not. What is accepted must be exactly what is written for it,
// as a transaction, as RLP and as a request.

namespace {

rlp::ListWriter listOf(const rlp::Item& item)
{
    rlp::ListWriter list;
    for (const rlp::Item& child : item.items) {
        if (child.isList) {
            list.add(listOf(child));
        } else {
            list.add(child.string);
        }
    }
    return list;
}

void checkRlp(BytesView bytes)
{
    if (const auto item = rlp::decode(bytes)) {
        const Bytes again = item->isList ? listOf(*item).encoded() : rlp::encodeString(item->string);
        require(again == toBytes(bytes), "RLP has one form");
    }
}

void checkTransactionBytes(BytesView bytes)
{
    const auto transaction = decodeTransaction(bytes);
    if (!transaction) {
        return;
    }
    require(checkTransaction(*transaction).has_value(), "what is decoded is valid");
    if (transaction->signature) {
        require(*serializeSigned(*transaction, *transaction->signature) == toBytes(bytes),
                "a signed transaction has one form");
    } else {
        require(serializeUnsigned(*transaction) == toBytes(bytes), "an unsigned transaction has one form");
        require(signingHash(*transaction) == keccak256(bytes), "its hash is that of its bytes");
    }
    if (const auto json = toJson(*transaction)) {
        require(parseJson(dumpJson(*json), {.maxBytes = 8U << 20U, .maxValues = 1'000'000}).has_value(),
                "it can be shown");
    } else {
        require(transaction->signature.has_value(), "only a signature can hinder that");
    }
    if (const auto request = EvmTransactionRequest::fromRaw(bytes)) {
        require(request->openFields().empty(), "a raw request is complete");
        require(serializeUnsigned(*request->toTransaction()) == toBytes(bytes),
                "a raw request stays as it is");
    }
    for (const Authorization& authorization : transaction->authorizationList) {
        static_cast<void>(authorityOf(authorization));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    checkRlp({data, size});
    checkTransactionBytes({data, size});
    return 0;
}
