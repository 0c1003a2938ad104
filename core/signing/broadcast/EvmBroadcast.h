#pragma once

#include "core/signing/broadcast/JobBroadcast.h"

namespace countersign {

/// JobBroadcast for EVM chains. There a transaction is decided when its block is deep enough, and until then
/// it can be reverted by a reorganisation, dropped by the nodes (it is sent again) or replaced by another
/// transaction with its nonce.
class EvmBroadcast final : public JobBroadcast
{
    Q_OBJECT

public:
    /// confirmations: blocks including the transaction's own, at least 1.
    EvmBroadcast(const Job& job, const SigningServices& parts, JobStore& store, AuditLog& audit,
                 int confirmations);

protected:
    Status connectNode() override;
    void sendBytes() override;
    void look() override;

private:
    void handleReceipt(const Result<std::optional<EvmReceipt>>& receipt);
    void weigh(const EvmReceipt& receipt, std::uint64_t head);
    void lookForNonce(bool known);
    void afterRefusal(const Error& refusal);
    void replacedUnlessMined();

    std::unique_ptr<EvmRpc> m_rpc;
    std::uint64_t m_confirmations;
    std::uint64_t m_nonce = 0;
};

}  // namespace countersign
