#include "core/rpc/HttpSolanaRpc.h"

#include "core/base/encoding/Base64.h"
#include "core/rpc/RpcUrl.h"
#include "core/rpc/SolanaRpcAnswers.h"

namespace countersign {

Result<std::unique_ptr<HttpSolanaRpc>> HttpSolanaRpc::make(const QString& url,
                                                           std::chrono::milliseconds timeout)
{
    return parseRpcUrl(url).map([timeout](const QUrl& parsed) {
        return std::make_unique<HttpSolanaRpc>(std::make_shared<JsonRpcClient>(parsed, timeout));
    });
}

PendingCallPtr HttpSolanaRpc::latestBlockhash(Callback<SolanaBlockhash> answered)
{
    return m_client->call<SolanaBlockhash>("getLatestBlockhash",
                                           Json::array({Json{{"commitment", "confirmed"}}}),
                                           solana_rpc::readBlockhash, std::move(answered));
}

PendingCallPtr HttpSolanaRpc::isBlockhashValid(const std::string& blockhash, Callback<bool> answered)
{
    return m_client->call<bool>("isBlockhashValid",
                                Json::array({blockhash, Json{{"commitment", "confirmed"}}}),
                                solana_rpc::readIsValid, std::move(answered));
}

PendingCallPtr HttpSolanaRpc::sendTransaction(const Bytes& transaction, Callback<std::string> answered)
{
    constexpr const char* method = "sendTransaction";
    return m_client->call(
        method,
        Json::array(
            {toBase64(transaction), Json{{"encoding", "base64"}, {"preflightCommitment", "confirmed"}}}),
        [host = m_client->host(), answered = std::move(answered)](const Result<RpcReply>& reply) {
            if (reply && reply->error) {
                answered(solana_rpc::isAlreadyProcessed(*reply->error)
                             ? Result<std::string>(std::string())
                             : Result<std::string>(failure(refusalOf(*reply->error, host, method))));
                return;
            }
            answered(reply.and_then(
                [](const RpcReply& given) { return solana_rpc::readSignature(given.result); }));
        });
}

PendingCallPtr HttpSolanaRpc::signatureStatus(const std::string& signature,
                                              Callback<std::optional<SolanaStatus>> answered)
{
    return m_client->call<std::optional<SolanaStatus>>(
        "getSignatureStatuses",
        Json::array({Json::array({signature}), Json{{"searchTransactionHistory", true}}}),
        solana_rpc::readStatus, std::move(answered));
}

PendingCallPtr HttpSolanaRpc::account(const std::string& address,
                                      Callback<std::optional<SolanaAccount>> answered)
{
    return m_client->call<std::optional<SolanaAccount>>(
        "getAccountInfo", Json::array({address, Json{{"encoding", "base64"}, {"commitment", "confirmed"}}}),
        solana_rpc::readAccount, std::move(answered));
}

PendingCallPtr HttpSolanaRpc::rentExemption(std::size_t bytes, Callback<std::uint64_t> answered)
{
    return m_client->call<std::uint64_t>("getMinimumBalanceForRentExemption", Json::array({bytes}),
                                         solana_rpc::readLamports, std::move(answered));
}

}  // namespace countersign
