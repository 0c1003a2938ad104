#pragma once

#include "core/signing/broadcast/JobBroadcast.h"

namespace countersign {

/// JobBroadcast for Solana. Its leaders forget transactions at once, so the same bytes are sent again until
/// the network has executed them, or until their blockhash is too old for it ever to do so.
class SolanaBroadcast final : public JobBroadcast
{
    Q_OBJECT

public:
    SolanaBroadcast(const Job& job, const SigningServices& parts, JobStore& store, AuditLog& audit);

protected:
    Status connectNode() override;
    void sendBytes() override;
    void look() override;

private:
    void handleStatus(const Result<std::optional<SolanaStatus>>& status, bool lastLook);
    void lookForBlockhash();
    void afterRefusal(const Error& refusal);
    void refusedUnlessTooOld(const Error& refusal);
    bool isPastLifetime() const;
    void lookForTheLastTime();

    std::unique_ptr<SolanaRpc> m_rpc;
    std::string m_blockhash;
    bool m_durable = false;
};

}  // namespace countersign
