#pragma once

#include "core/rpc/EvmRpc.h"
#include "core/rpc/JsonRpcClient.h"

namespace countersign {

/// Why this class exists: EvmRpc over JSON-RPC, as geth, Hardhat and the providers speak it. Calls may
/// outlive it.
class HttpEvmRpc final : public EvmRpc
{
public:
    /// url: see parseRpcUrl; InvalidInput otherwise. timeout: for each question to the node.
    static Result<std::unique_ptr<HttpEvmRpc>> make(
        const QString& url, std::chrono::milliseconds timeout = std::chrono::seconds(15));
    explicit HttpEvmRpc(std::shared_ptr<JsonRpcClient> client) : m_client(std::move(client)) {}

    PendingCallPtr chainId(Answered<Uint256> answered) override;
    PendingCallPtr transactionCount(const std::string& address, CountAt at,
                                    Answered<std::uint64_t> answered) override;
    /// See EvmFeesCall.
    PendingCallPtr fees(EvmFeeKind kind, Answered<EvmFees> answered) override;
    PendingCallPtr estimateGas(const EvmCall& call, Answered<std::uint64_t> answered) override;
    PendingCallPtr sendRawTransaction(const Bytes& transaction, Answered<std::string> answered) override;
    PendingCallPtr receipt(const std::string& hash, Answered<std::optional<EvmReceipt>> answered) override;
    PendingCallPtr isKnown(const std::string& hash, Answered<bool> answered) override;
    PendingCallPtr blockNumber(Answered<std::uint64_t> answered) override;

private:
    std::shared_ptr<JsonRpcClient> m_client;
};

}  // namespace countersign
