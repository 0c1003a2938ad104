#pragma once

#include "core/signing/SigningServices.h"
#include "core/signing/broadcast/BroadcastQuestion.h"
#include "core/signing/job/Job.h"

namespace countersign {

/// Sending and following on Solana. Its leaders forget transactions at once, so the same bytes are sent again
/// until the network has executed them, or until their blockhash is too old for it ever to do so. A
/// transaction with a durable nonce has no such end.
class SolanaBroadcastStrategy final : public BroadcastStrategy
{
public:
    /// parts must outlive it.
    SolanaBroadcastStrategy(const Job& job, const SigningServices& parts);

    Status connect() override;
    void send(UnixMillis since, Answered answered) override;
    void look(UnixMillis since, Answered answered) override;

private:
    void begin(UnixMillis since, Answered answered);
    void handleSent(const Result<std::string>& signature);
    void afterRefusal(const Error& refusal);
    void refusedUnlessTooOld(const Error& refusal);
    void handleStatus(const Result<std::optional<SolanaStatus>>& status, bool lastLook);
    void lookForBlockhash();
    bool isPastLifetime() const;
    void lookForTheLastTime();

    const SigningServices& m_parts;
    Bytes m_bytes;
    std::string m_hash;
    std::string m_blockhash;
    bool m_durable = false;
    UnixMillis m_since = 0;
    std::unique_ptr<SolanaRpc> m_rpc;
    BroadcastQuestion m_question;
};

}  // namespace countersign
