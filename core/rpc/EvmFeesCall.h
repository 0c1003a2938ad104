#pragma once

#include "core/rpc/EvmRpcAnswers.h"
#include "core/rpc/JsonRpcClient.h"

namespace countersign {

/// Fee estimation from an EVM node. What a transaction should pay takes several questions, of which nodes
/// leave some unanswered, or answer oddly. Each is asked for what the others cannot tell, and a failure of
/// any kind is that of a method that the node has not. Only what is really needed ends the call, with that
/// method's error.
///
/// GasPrice: eth_gasPrice; else the next block's base fee and a tip, as below.
/// BaseFee: whether there is a base fee at all, from the latest block (eth_getBlockByNumber); that of the
/// next block, from eth_feeHistory, else one eighth more than the latest; the tip from
/// eth_maxPriorityFeePerGas, else the history's rewards, else what eth_gasPrice is above the latest base fee,
/// else 1 gwei.
class EvmFeesCall final : public PendingCall
{
public:
    EvmFeesCall(std::shared_ptr<JsonRpcClient> client, EvmFeeKind kind, Callback<EvmFees> answered);

private:
    void askGasPrice();
    void askLatestBlock();
    void handleLatestBlock(const Result<std::optional<Uint256>>& baseFee);
    void askFeeHistory();
    void handleFeeHistory(const evm_rpc::FeeHistory& history);
    void askPriorityFee();
    void askGasPriceForTip();
    void finish(const Uint256& tip);
    void conclude(const Result<EvmFees>& fees);

    std::shared_ptr<JsonRpcClient> m_client;
    EvmFeeKind m_kind;
    Callback<EvmFees> m_answered;
    EvmFees m_fees;
    std::optional<Uint256> m_latestBaseFee;
    std::optional<Uint256> m_reward;
    std::optional<Error> m_missing;  ///< why the method that matters most is not to be had
    PendingCallPtr m_current;
};

}  // namespace countersign
