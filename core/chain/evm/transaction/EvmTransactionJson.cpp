#include "core/chain/evm/transaction/EvmTransactionJson.h"

#include "core/base/encoding/Hex.h"

namespace countersign {

namespace {

Json hexList(const std::vector<Bytes32>& list)
{
    Json json = Json::array();
    for (const Bytes32& bytes : list) {
        json.push_back(toHexPrefixed(bytes));
    }
    return json;
}

Json accessListJson(const EvmTransaction& transaction)
{
    Json json = Json::array();
    for (const AccessListEntry& entry : transaction.accessList) {
        json.push_back({{"address", toText(entry.address)}, {"storageKeys", hexList(entry.storageKeys)}});
    }
    return json;
}

Json authorizationsJson(const EvmTransaction& transaction)
{
    Json json = Json::array();
    for (const Authorization& authorization : transaction.authorizationList) {
        json.push_back({{"chainId", toDecimal(authorization.chainId)},
                        {"address", toText(authorization.address)},
                        {"nonce", std::to_string(authorization.nonce)}});
    }
    return json;
}

void addQuantity(Json& json, const char* name, const std::optional<Uint256>& value)
{
    if (value) {
        json[name] = toDecimal(*value);
    }
}

}  // namespace

Result<Json> toJson(const EvmTransaction& transaction)
{
    Json json{{"type", transaction.type}};
    addQuantity(json, "chainId", transaction.chainId);
    json["nonce"] = std::to_string(transaction.nonce);
    json["to"] = transaction.to ? Json(toText(*transaction.to)) : Json();
    json["value"] = toDecimal(transaction.value);
    json["data"] = toHexPrefixed(transaction.data);
    json["gasLimit"] = std::to_string(transaction.gasLimit);
    addQuantity(json, "gasPrice", transaction.gasPrice);
    addQuantity(json, "maxFeePerGas", transaction.maxFeePerGas);
    addQuantity(json, "maxPriorityFeePerGas", transaction.maxPriorityFeePerGas);
    addQuantity(json, "maxFeePerBlobGas", transaction.maxFeePerBlobGas);
    if (transaction.type == 3) {
        json["blobVersionedHashes"] = hexList(transaction.blobVersionedHashes);
    }
    if (transaction.type > 0) {
        json["accessList"] = accessListJson(transaction);
    }
    if (transaction.type == 4) {
        json["authorizationList"] = authorizationsJson(transaction);
    }
    json["signingHash"] = toHexPrefixed(signingHash(transaction));
    json["signed"] = transaction.signature.has_value();
    if (!transaction.signature) {
        return json;
    }
    ASSIGN_OR_RETURN(const auto from, senderOf(transaction));
    ASSIGN_OR_RETURN(const auto bytes, serializeSigned(transaction, *transaction.signature));
    json["from"] = toText(from);
    json["hash"] = toHexPrefixed(transactionHash(bytes));
    return json;
}

}  // namespace countersign
