#include "core/rpc/EvmFeesCall.h"

namespace countersign {

namespace {

const Uint256 oneGwei = 1'000'000'000;
constexpr const char* historyBlocks = "0x5";
constexpr int historyPercentile = 50;

}  // namespace

EvmFeesCall::EvmFeesCall(std::shared_ptr<JsonRpcClient> client, EvmFeeKind kind, Callback<EvmFees> answered)
    : m_client(std::move(client)), m_kind(kind), m_answered(std::move(answered))
{
    m_kind == EvmFeeKind::GasPrice ? askGasPrice() : askLatestBlock();
}

void EvmFeesCall::askGasPrice()
{
    m_current = m_client->call<Uint256>("eth_gasPrice", Json::array(), evm_rpc::readQuantity,
                                        [this](const Result<Uint256>& price) {
                                            if (price) {
                                                m_fees.gasPrice = *price;
                                                return conclude(m_fees);
                                            }
                                            m_missing = price.error();
                                            askLatestBlock();
                                        });
}

void EvmFeesCall::askLatestBlock()
{
    m_current = m_client->call<std::optional<Uint256>>(
        "eth_getBlockByNumber", {"latest", false}, evm_rpc::readBaseFee,
        [this](const Result<std::optional<Uint256>>& baseFee) { handleLatestBlock(baseFee); });
}

void EvmFeesCall::handleLatestBlock(const Result<std::optional<Uint256>>& baseFee)
{
    if (baseFee && !*baseFee) {
        // A chain without EIP-1559: there is a gas price and nothing else.
        return m_missing ? conclude(failure(*m_missing)) : conclude(m_fees);
    }
    if (baseFee) {
        m_latestBaseFee = **baseFee;
    } else if (!m_missing) {
        m_missing = baseFee.error();
    }
    askFeeHistory();
}

void EvmFeesCall::askFeeHistory()
{
    m_current = m_client->call<evm_rpc::FeeHistory>(
        "eth_feeHistory", {historyBlocks, "latest", Json::array({historyPercentile})},
        [](const Json& json) -> Result<evm_rpc::FeeHistory> { return evm_rpc::readFeeHistory(json); },
        [this](const Result<evm_rpc::FeeHistory>& history) {
            handleFeeHistory(history.value_or(evm_rpc::FeeHistory()));
        });
}

void EvmFeesCall::handleFeeHistory(const evm_rpc::FeeHistory& history)
{
    m_fees.baseFee = history.nextBaseFee;
    if (!m_fees.baseFee && m_latestBaseFee) {
        m_fees.baseFee = evm_rpc::largestNextBaseFee(*m_latestBaseFee);
    }
    if (!m_fees.baseFee) {
        return conclude(failure(*m_missing));
    }
    m_reward = history.reward;
    askPriorityFee();
}

void EvmFeesCall::askPriorityFee()
{
    m_current = m_client->call<Uint256>(
        "eth_maxPriorityFeePerGas", Json::array(), evm_rpc::readQuantity, [this](const Result<Uint256>& tip) {
            if (tip) {
                return finish(*tip);
            }
            if (m_reward) {
                return finish(*m_reward);
            }
            // For GasPrice it was asked already, in vain.
            m_kind == EvmFeeKind::BaseFee&& m_latestBaseFee ? askGasPriceForTip() : finish(oneGwei);
        });
}

void EvmFeesCall::askGasPriceForTip()
{
    m_current = m_client->call<Uint256>(
        "eth_gasPrice", Json::array(), evm_rpc::readQuantity, [this](const Result<Uint256>& price) {
            finish(price && *price > *m_latestBaseFee ? Uint256(*price - *m_latestBaseFee) : oneGwei);
        });
}

void EvmFeesCall::finish(const Uint256& tip)
{
    if (m_kind == EvmFeeKind::BaseFee) {
        m_fees.priorityFee = tip;
        return conclude(m_fees);
    }
    const auto price = addChecked(*m_fees.baseFee, tip);
    m_fees.baseFee.reset();
    m_fees.gasPrice = price.value_or(Uint256(0));
    price ? conclude(m_fees) : conclude(failure(*m_missing));
}

void EvmFeesCall::conclude(const Result<EvmFees>& fees)
{
    const auto answered = std::move(m_answered);
    answered(fees);  // may have destroyed this
}

}  // namespace countersign
