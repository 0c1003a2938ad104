#pragma once

#include "core/base/Bytes.h"
#include "core/base/PendingCall.h"
#include "core/base/Uint256.h"
#include "core/base/encoding/Json.h"

#include <optional>
#include <string>

namespace countersign {

/// What a transaction pays by: gasPrice, or maxFeePerGas and maxPriorityFeePerGas (EIP-1559).
enum class EvmFeeKind { GasPrice, BaseFee };

struct EvmFees
{
    /// For BaseFee, of the next block; nothing on a chain without EIP-1559, or where it was not asked for.
    std::optional<Uint256> baseFee;
    Uint256 priorityFee = 0;  ///< for BaseFee: a tip that is likely to be mined soon, wei per gas
    Uint256 gasPrice = 0;     ///< for GasPrice
};

struct EvmReceipt
{
    std::string transactionHash;  ///< 0x-hex, lower case
    std::string blockHash;
    std::uint64_t blockNumber = 0;
    bool succeeded = false;  ///< false: mined, and reverted
};

/// For eth_estimateGas; absent members are left out.
struct EvmCall
{
    std::string from;  ///< 0x-hex
    std::optional<std::string> to;
    Uint256 value = 0;
    Bytes data;
    Json accessList;  ///< null: none
};

/// The calls to an EVM node that signing needs. An interface, so that what orders them can be tested without
/// a node. Addresses and hashes are 0x-hex. Errors: InvalidInput when the node refused (its message is in the
/// sentence, code and data in the detail), Timeout, Network for the rest. Every answer is bounded and
/// strictly parsed.
class EvmRpc
{
public:
    EvmRpc() = default;
    virtual ~EvmRpc() = default;
    EvmRpc(const EvmRpc&) = delete;
    EvmRpc& operator=(const EvmRpc&) = delete;

    [[nodiscard]] virtual PendingCallPtr chainId(Callback<Uint256> answered) = 0;
    /// eth_getTransactionCount: with pending transactions, or (mined) of the latest block.
    enum class CountAt { Pending, Latest };
    [[nodiscard]] virtual PendingCallPtr transactionCount(const std::string& address, CountAt at,
                                                          Callback<std::uint64_t> answered) = 0;
    [[nodiscard]] virtual PendingCallPtr fees(EvmFeeKind kind, Callback<EvmFees> answered) = 0;
    [[nodiscard]] virtual PendingCallPtr estimateGas(const EvmCall& call,
                                                     Callback<std::uint64_t> answered) = 0;
    /// eth_sendRawTransaction; the node's hash. "Already known" counts as sent: the caller knows the hash,
    /// and an empty text is returned then.
    [[nodiscard]] virtual PendingCallPtr sendRawTransaction(const Bytes& transaction,
                                                            Callback<std::string> answered) = 0;
    /// Nothing while it is not mined (or not any more, after a reorganisation).
    [[nodiscard]] virtual PendingCallPtr receipt(const std::string& hash,
                                                 Callback<std::optional<EvmReceipt>> answered) = 0;
    /// Whether the node still knows the transaction (eth_getTransactionByHash), mined or not.
    [[nodiscard]] virtual PendingCallPtr isKnown(const std::string& hash, Callback<bool> answered) = 0;
    [[nodiscard]] virtual PendingCallPtr blockNumber(Callback<std::uint64_t> answered) = 0;
};

}  // namespace countersign
