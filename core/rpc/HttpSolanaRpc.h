#pragma once

#include "core/rpc/JsonRpcClient.h"
#include "core/rpc/SolanaRpc.h"

namespace countersign {

/// SolanaRpc over JSON-RPC, as Agave and the providers speak it. Calls may outlive it.
class HttpSolanaRpc final : public SolanaRpc
{
public:
    /// url: see parseRpcUrl; InvalidInput otherwise. timeout: for each question to the node.
    static Result<std::unique_ptr<HttpSolanaRpc>> make(
        const QString& url, std::chrono::milliseconds timeout = std::chrono::seconds(15));
    explicit HttpSolanaRpc(std::shared_ptr<JsonRpcClient> client) : m_client(std::move(client)) {}

    PendingCallPtr latestBlockhash(Callback<SolanaBlockhash> answered) override;
    PendingCallPtr isBlockhashValid(const std::string& blockhash, Callback<bool> answered) override;
    PendingCallPtr sendTransaction(const Bytes& transaction, Callback<std::string> answered) override;
    PendingCallPtr signatureStatus(const std::string& signature,
                                   Callback<std::optional<SolanaStatus>> answered) override;
    PendingCallPtr account(const std::string& address,
                           Callback<std::optional<SolanaAccount>> answered) override;
    PendingCallPtr rentExemption(std::size_t bytes, Callback<std::uint64_t> answered) override;

private:
    std::shared_ptr<JsonRpcClient> m_client;
};

}  // namespace countersign
