#include "core/rpc/EvmRpcAnswers.h"

#include "core/base/encoding/Hex.h"

#include <algorithm>
#include <array>

namespace countersign::evm_rpc {

namespace {

constexpr std::size_t evmHashBytes = 32;
constexpr std::size_t maxHistory = 1024;

Result<Json> memberOf(const Json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (!object.is_object() || found == object.end()) {
        return brokenRpcAnswer(QStringLiteral("'%1' is missing").arg(QLatin1String(name)));
    }
    return *found;
}

/// An array of a history that is neither empty nor endless.
const Json* historyOf(const Json& json, const char* name)
{
    const auto found = json.is_object() ? json.find(name) : json.end();
    return json.is_object() && found != json.end() && found->is_array() && !found->empty() &&
                   found->size() <= maxHistory
               ? &*found
               : nullptr;
}

/// The median of the first (and only) percentile of each block that has one.
std::optional<Uint256> medianReward(const Json& history)
{
    const Json* const rewards = historyOf(history, "reward");
    std::vector<Uint256> tips;
    for (const Json& ofBlock : rewards != nullptr ? *rewards : Json::array()) {
        const auto tip = ofBlock.is_array() && ofBlock.size() == 1 ? readQuantity(ofBlock.front())
                                                                   : Result<Uint256>(brokenRpcAnswer({}));
        if (tip) {
            tips.push_back(*tip);
        }
    }
    if (tips.empty()) {
        return {};
    }
    std::ranges::sort(tips);
    return tips[tips.size() / 2];
}

bool isLetter(char c)
{
    return c >= 'a' && c <= 'z';
}

/// "known transaction" must not be found in "unknown transaction type".
bool hasWords(std::string_view text, std::string_view words)
{
    for (std::size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) {
        if (at == 0 || !isLetter(text[at - 1])) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<Uint256> readQuantity(const Json& json)
{
    const auto* text = json.get_ptr<const std::string*>();
    const auto value = text != nullptr && text->starts_with("0x") ? parseQuantity(*text)
                                                                  : Result<Uint256>(brokenRpcAnswer({}));
    if (!value) {
        return brokenRpcAnswer(QStringLiteral("not a quantity below 2^256"));
    }
    return *value;
}

Result<std::uint64_t> readQuantity64(const Json& json)
{
    const auto* text = json.get_ptr<const std::string*>();
    const auto value = text != nullptr && text->starts_with("0x")
                           ? parseQuantity64(*text)
                           : Result<std::uint64_t>(brokenRpcAnswer({}));
    if (!value) {
        return brokenRpcAnswer(QStringLiteral("not a quantity below 2^64"));
    }
    return *value;
}

Result<std::string> readHash(const Json& json)
{
    const auto* text = json.get_ptr<const std::string*>();
    const auto bytes =
        text != nullptr && text->starts_with("0x") ? fromHex(*text) : Result<Bytes>(brokenRpcAnswer({}));
    if (!bytes || bytes->size() != evmHashBytes) {
        return brokenRpcAnswer(QStringLiteral("not a hash of 32 bytes"));
    }
    return toHexPrefixed(*bytes);
}

Result<std::optional<Uint256>> readBaseFee(const Json& block)
{
    if (!block.is_object()) {
        return brokenRpcAnswer(QStringLiteral("no block"));
    }
    const auto fee = block.find("baseFeePerGas");
    if (fee == block.end() || fee->is_null()) {
        return std::optional<Uint256>();
    }
    return readQuantity(*fee).map([](const Uint256& value) { return std::optional(value); });
}

FeeHistory readFeeHistory(const Json& json)
{
    FeeHistory history;
    if (const Json* const fees = historyOf(json, "baseFeePerGas")) {
        if (const auto next = readQuantity(fees->back())) {
            history.nextBaseFee = *next;
        }
    }
    history.reward = medianReward(json);
    return history;
}

Result<std::optional<EvmReceipt>> readReceipt(const Json& json, const std::string& hash)
{
    if (json.is_null()) {
        return std::optional<EvmReceipt>();
    }
    const auto itsHash = memberOf(json, "transactionHash").and_then(readHash);
    if (!itsHash || *itsHash != readHash(Json(hash))) {
        return brokenRpcAnswer(QStringLiteral("'transactionHash' is not the one asked for"));
    }
    const auto block = memberOf(json, "blockHash");
    const auto number = memberOf(json, "blockNumber");
    if (block && number && block->is_null() && number->is_null()) {
        return std::optional<EvmReceipt>();
    }
    const auto blockHash = block.and_then(readHash);
    const auto blockNumber = number.and_then(readQuantity64);
    const auto status = memberOf(json, "status").and_then(readQuantity64);
    if (!blockHash || !blockNumber) {
        return brokenRpcAnswer(QStringLiteral("'blockHash' or 'blockNumber' of the receipt"));
    }
    if (!status || *status > 1) {
        return brokenRpcAnswer(QStringLiteral("'status' of the receipt"));
    }
    return std::optional(EvmReceipt{*itsHash, *blockHash, *blockNumber, *status == 1});
}

Result<bool> readIsKnown(const Json& json, const std::string& hash)
{
    if (json.is_null()) {
        return false;
    }
    const auto itsHash = memberOf(json, "hash").and_then(readHash);
    if (!itsHash || *itsHash != readHash(Json(hash))) {
        return brokenRpcAnswer(QStringLiteral("'hash' is not the one asked for"));
    }
    return true;
}

bool isAlreadyKnown(const RpcError& error)
{
    // As geth, reth and Besu, older geth and Hardhat, Nethermind, OpenEthereum and Erigon put it; there is no
    // code for it.
    constexpr std::array<std::string_view, 6> ways = {
        "already known",    "known transaction",          "alreadyknown",
        "already imported", "existing tx with same hash", "already in mempool"};
    const std::string message = error.message.toLower().toStdString();
    return std::ranges::any_of(ways, [&](std::string_view words) { return hasWords(message, words); });
}

Uint256 largestNextBaseFee(const Uint256& baseFee)
{
    const Uint256 step = std::max<Uint256>(baseFee / 8, 1);
    return addChecked(baseFee, step).value_or(baseFee);
}

}  // namespace countersign::evm_rpc
