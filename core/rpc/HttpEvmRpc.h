#pragma once

#include "core/rpc/EvmRpc.h"
#include "core/rpc/JsonRpcClient.h"

namespace countersign {

/// EvmRpc over JSON-RPC, as geth, Hardhat and the providers speak it. Calls may outlive it.
class HttpEvmRpc final : public EvmRpc
{
public:
    /// url: see parseRpcUrl; InvalidInput otherwise. timeout: for each question to the node.
    static Result<std::unique_ptr<HttpEvmRpc>> make(
        const QString& url, std::chrono::milliseconds timeout = std::chrono::seconds(15));
    explicit HttpEvmRpc(std::shared_ptr<JsonRpcClient> client) : m_client(std::move(client)) {}

    PendingCallPtr chainId(Callback<Uint256> answered) override;
    PendingCallPtr transactionCount(const std::string& address, CountAt at,
                                    Callback<std::uint64_t> answered) override;
    /// See EvmFeesCall.
    PendingCallPtr fees(EvmFeeKind kind, Callback<EvmFees> answered) override;
    PendingCallPtr estimateGas(const EvmCall& call, Callback<std::uint64_t> answered) override;
    PendingCallPtr sendRawTransaction(const Bytes& transaction, Callback<std::string> answered) override;
    PendingCallPtr receipt(const std::string& hash, Callback<std::optional<EvmReceipt>> answered) override;
    PendingCallPtr isKnown(const std::string& hash, Callback<bool> answered) override;
    PendingCallPtr blockNumber(Callback<std::uint64_t> answered) override;

private:
    std::shared_ptr<JsonRpcClient> m_client;
};

}  // namespace countersign
