#include "core/rpc/EvmFeesCall.h"

namespace countersign {

namespace {

const Uint256 oneGwei = 1'000'000'000;
constexpr const char* historyBlocks = "0x5";
constexpr int historyPercentile = 50;

}  // namespace

EvmFeesCall::EvmFeesCall(std::shared_ptr<JsonRpcClient> client, Answered<EvmFees> answered)
    : m_client(std::move(client)), m_answered(std::move(answered))
{
    askGasPrice();
}

void EvmFeesCall::askGasPrice()
{
    m_current = m_client->call<Uint256>("eth_gasPrice", Json::array(), evm_rpc::readQuantity,
                                        [this](const Result<Uint256>& price) {
                                            if (!price) {
                                                conclude(failure(price.error()));
                                                return;
                                            }
                                            m_fees.gasPrice = *price;
                                            askLatestBlock();
                                        });
}

void EvmFeesCall::askLatestBlock()
{
    m_current = m_client->call<std::optional<Uint256>>("eth_getBlockByNumber", {"latest", false},
                                                       evm_rpc::readBaseFee,
                                                       [this](const Result<std::optional<Uint256>>& baseFee) {
                                                           if (!baseFee) {
                                                               conclude(failure(baseFee.error()));
                                                           } else if (!*baseFee) {
                                                               conclude(m_fees);
                                                           } else {
                                                               askFeeHistory(**baseFee);
                                                           }
                                                       });
}

void EvmFeesCall::askFeeHistory(const Uint256& baseFee)
{
    m_current = m_client->call<evm_rpc::FeeHistory>(
        "eth_feeHistory", {historyBlocks, "latest", Json::array({historyPercentile})},
        evm_rpc::readFeeHistory, [this, baseFee](const Result<evm_rpc::FeeHistory>& history) {
            if (!history && history.error().code != ErrorCode::InvalidInput) {
                conclude(failure(history.error()));
                return;
            }
            m_fees.baseFee = history ? history->nextBaseFee : evm_rpc::largestNextBaseFee(baseFee);
            askPriorityFee(history ? history->reward : std::nullopt);
        });
}

void EvmFeesCall::askPriorityFee(const std::optional<Uint256>& reward)
{
    m_current = m_client->call<Uint256>("eth_maxPriorityFeePerGas", Json::array(), evm_rpc::readQuantity,
                                        [this, reward](const Result<Uint256>& tip) {
                                            if (!tip && tip.error().code != ErrorCode::InvalidInput) {
                                                conclude(failure(tip.error()));
                                                return;
                                            }
                                            m_fees.priorityFee = tip ? *tip : reward.value_or(oneGwei);
                                            conclude(m_fees);
                                        });
}

void EvmFeesCall::conclude(const Result<EvmFees>& fees)
{
    const auto answered = std::move(m_answered);
    answered(fees);  // may have destroyed this
}

}  // namespace countersign
