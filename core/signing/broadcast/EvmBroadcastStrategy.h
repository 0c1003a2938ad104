#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/broadcast/BroadcastQuestion.h"
#include "core/signing/job/Job.h"

namespace countersign {

/// Sending and following on EVM chains. There a transaction is decided when its block is deep enough, and
/// until then it can be reverted by a reorganisation, dropped by the nodes (it is sent again) or replaced by
/// another transaction with its nonce.
class EvmBroadcastStrategy final : public BroadcastStrategy
{
public:
    /// confirmations: blocks including the transaction's own, at least 1. parts must outlive it.
    EvmBroadcastStrategy(const Job& job, const SigningServices& parts, int confirmations);

    Status connect() override;
    void send(UnixMillis since, Answered answered) override;
    void look(UnixMillis since, Answered answered) override;

private:
    void handleSent(const Result<std::string>& hash);
    void afterRefusal(const Error& refusal);
    void refusedUnlessReplaced(const Error& refusal);
    void handleReceipt(const Result<std::optional<EvmReceipt>>& receipt);
    void weigh(const EvmReceipt& receipt, std::uint64_t head);
    void lookForNonce(bool known);
    void replacedUnlessMined();

    const SigningServices& m_parts;
    Bytes m_bytes;
    std::string m_hash;
    std::string m_address;
    std::uint64_t m_confirmations;
    std::uint64_t m_nonce = 0;
    std::unique_ptr<EvmRpc> m_rpc;
    BroadcastQuestion m_question;
};

}  // namespace countersign
