#pragma once

#include "core/rpc/EvmRpcAnswers.h"
#include "core/rpc/JsonRpcClient.h"

namespace countersign {

/// Why this class exists: what a transaction should pay takes up to four questions, of which nodes leave some
/// unanswered. In order: eth_gasPrice, the latest block (whether there is a base fee at all), eth_feeHistory
/// (that of the next block), eth_maxPriorityFeePerGas. Where the node refuses the last two: one eighth more
/// than the latest base fee, the history's rewards, and 1 gwei. Any other failure ends the call.
class EvmFeesCall final : public PendingCall
{
public:
    EvmFeesCall(std::shared_ptr<JsonRpcClient> client, Answered<EvmFees> answered);

private:
    void askGasPrice();
    void askLatestBlock();
    void askFeeHistory(const Uint256& baseFee);
    void askPriorityFee(const std::optional<Uint256>& reward);
    void conclude(const Result<EvmFees>& fees);

    std::shared_ptr<JsonRpcClient> m_client;
    Answered<EvmFees> m_answered;
    EvmFees m_fees;
    PendingCallPtr m_current;
};

}  // namespace countersign
