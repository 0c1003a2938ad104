#include "core/rpc/HttpEvmRpc.h"

#include "core/base/encoding/Hex.h"
#include "core/rpc/EvmFeesCall.h"
#include "core/rpc/EvmRpcAnswers.h"
#include "core/rpc/RpcUrl.h"

namespace countersign {

Result<std::unique_ptr<HttpEvmRpc>> HttpEvmRpc::make(const QString& url, std::chrono::milliseconds timeout)
{
    return parseRpcUrl(url).map([timeout](const QUrl& parsed) {
        return std::make_unique<HttpEvmRpc>(std::make_shared<JsonRpcClient>(parsed, timeout));
    });
}

PendingCallPtr HttpEvmRpc::chainId(Callback<Uint256> answered)
{
    return m_client->call<Uint256>("eth_chainId", Json::array(), evm_rpc::readQuantity, std::move(answered));
}

PendingCallPtr HttpEvmRpc::transactionCount(const std::string& address, CountAt at,
                                            Callback<std::uint64_t> answered)
{
    return m_client->call<std::uint64_t>("eth_getTransactionCount",
                                         {address, at == CountAt::Pending ? "pending" : "latest"},
                                         evm_rpc::readQuantity64, std::move(answered));
}

PendingCallPtr HttpEvmRpc::fees(EvmFeeKind kind, Callback<EvmFees> answered)
{
    return std::make_unique<EvmFeesCall>(m_client, kind, std::move(answered));
}

PendingCallPtr HttpEvmRpc::estimateGas(const EvmCall& call, Callback<std::uint64_t> answered)
{
    Json transaction = {{"from", call.from}};
    if (call.to) {
        transaction["to"] = *call.to;
    }
    transaction["value"] = toHexQuantity(call.value);
    if (!call.data.empty()) {
        transaction["data"] = toHexPrefixed(call.data);
    }
    if (!call.accessList.is_null()) {
        transaction["accessList"] = call.accessList;
    }
    return m_client->call<std::uint64_t>("eth_estimateGas", Json::array({transaction}),
                                         evm_rpc::readQuantity64, std::move(answered));
}

PendingCallPtr HttpEvmRpc::sendRawTransaction(const Bytes& transaction, Callback<std::string> answered)
{
    constexpr const char* method = "eth_sendRawTransaction";
    return m_client->call(
        method, Json::array({toHexPrefixed(transaction)}),
        [host = m_client->host(), answered = std::move(answered)](const Result<RpcReply>& reply) {
            if (reply && reply->error) {
                answered(evm_rpc::isAlreadyKnown(*reply->error)
                             ? Result<std::string>(std::string())
                             : Result<std::string>(failure(refusalOf(*reply->error, host, method))));
                return;
            }
            answered(reply.and_then([](const RpcReply& given) { return evm_rpc::readHash(given.result); }));
        });
}

PendingCallPtr HttpEvmRpc::receipt(const std::string& hash, Callback<std::optional<EvmReceipt>> answered)
{
    return m_client->call<std::optional<EvmReceipt>>(
        "eth_getTransactionReceipt", Json::array({hash}),
        [hash](const Json& result) { return evm_rpc::readReceipt(result, hash); }, std::move(answered));
}

PendingCallPtr HttpEvmRpc::isKnown(const std::string& hash, Callback<bool> answered)
{
    return m_client->call<bool>(
        "eth_getTransactionByHash", Json::array({hash}),
        [hash](const Json& result) { return evm_rpc::readIsKnown(result, hash); }, std::move(answered));
}

PendingCallPtr HttpEvmRpc::blockNumber(Callback<std::uint64_t> answered)
{
    return m_client->call<std::uint64_t>("eth_blockNumber", Json::array(), evm_rpc::readQuantity64,
                                         std::move(answered));
}

}  // namespace countersign
