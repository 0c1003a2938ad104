#include "core/chain/solana/transaction/SolanaTransactionJson.h"

#include "core/base/encoding/Base58.h"
#include "core/chain/solana/programs/DecodedInstruction.h"

namespace countersign {

namespace {

Json signersOf(const SolanaMessage& message)
{
    Json signers = Json::array();
    for (std::size_t i = 0; i < message.accountKeys.size() && message.isSigner(i); ++i) {
        signers.push_back(toText(message.accountKeys[i]));
    }
    return signers;
}

template <typename Number>
Json quantity(const std::optional<Number>& value)
{
    return value ? Json(std::to_string(*value)) : Json(nullptr);
}

Json configOf(const SolanaConfig& config)
{
    return {{"priorityFeeLamports", quantity(config.priorityFeeLamports)},
            {"computeUnitLimit", quantity(config.computeUnitLimit)},
            {"loadedAccountsDataSizeLimit", quantity(config.loadedAccountsDataSizeLimit)},
            {"heapSize", quantity(config.heapSize)}};
}

Json indexesOf(const std::vector<std::uint8_t>& indexes)
{
    Json numbers = Json::array();
    for (const std::uint8_t index : indexes) {
        numbers.push_back(unsigned{index});
    }
    return numbers;
}

}  // namespace

Json toJson(const SolanaTransaction& transaction)
{
    const SolanaMessage& message = transaction.message;
    Json json{
        {"version", message.version ? Json(*message.version) : Json("legacy")},
        {"feePayer", message.accountKeys.empty() ? Json(nullptr) : Json(toText(message.accountKeys[0]))},
        {"signers", signersOf(message)},
        {"recentBlockhash", toBase58(message.recentBlockhash)}};
    if (message.version == 1) {
        json["config"] = configOf(message.config);
    }
    json["instructions"] = Json::array();
    for (const solana::DecodedInstruction& instruction : solana::decodeInstructions(message)) {
        json["instructions"].push_back(solana::toJson(instruction));
    }
    json["lookups"] = Json::array();
    for (const SolanaLookup& lookup : message.lookups) {
        json["lookups"].push_back({{"table", toText(lookup.table)},
                                   {"writableIndexes", indexesOf(lookup.writable)},
                                   {"readonlyIndexes", indexesOf(lookup.readonly)}});
    }
    return json;
}

}  // namespace countersign
