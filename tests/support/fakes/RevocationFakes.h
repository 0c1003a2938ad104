#pragma once

#include "core/revocation/RevocationRunner.h"
#include "tests/support/fakes/SigningFakes.h"

#include <deque>
#include <map>

namespace countersign::testing {

/// What Dynamic answers in the place of a FakeRevocationApi, and what it was asked.
struct RevocationScript
{
    /// By wallet; what is not there is revoked.
    std::map<std::string, std::deque<RevocationAnswer>> single;
    std::deque<BulkRevocationAnswer> bulk;  ///< empty: each is revoked
    std::vector<std::string> asked;         ///< "one w1", "many w1 w2"
    std::function<void()> whenAsked;
    bool isSilent = false;
    int held = 0;
};

inline RevocationAnswer revocationAnswer(RevocationOutcome outcome, int status, const QString& sentence = {})
{
    return {.outcome = outcome,
            .httpStatus = status,
            .sentence = sentence,
            .detail = {},
            .retryAfter = {},
            .serverTime = {}};
}

class FakeRevocationApi final : public RevocationApi
{
public:
    explicit FakeRevocationApi(RevocationScript& script) : m_script(script) {}

    PendingCallPtr revokeWallet(const std::string& walletId,
                                std::function<void(const RevocationAnswer&)> answered) override
    {
        note("one " + walletId);
        RevocationAnswer answer = revocationAnswer(RevocationOutcome::Revoked, 204);
        if (auto& planned = m_script.single[walletId]; !planned.empty()) {
            answer = planned.front();
            planned.pop_front();
        }
        return later<RevocationAnswer>(answer, std::move(answered));
    }
    PendingCallPtr revokeShareSet(const std::string& walletId, const std::string& shareSetId,
                                  std::function<void(const RevocationAnswer&)> answered) override
    {
        note("set " + walletId + ' ' + shareSetId);
        return later<RevocationAnswer>(revocationAnswer(RevocationOutcome::Revoked, 204),
                                       std::move(answered));
    }
    PendingCallPtr revokeWallets(const std::vector<std::string>& walletIds,
                                 std::function<void(const BulkRevocationAnswer&)> answered) override
    {
        std::string words = "many";
        BulkRevocationAnswer answer{.whole = revocationAnswer(RevocationOutcome::Revoked, 200),
                                    .results = {}};
        for (const std::string& walletId : walletIds) {
            words += ' ' + walletId;
            answer.results.push_back({.walletId = walletId, .success = true, .status = {}, .error = {}});
        }
        note(words);
        if (!m_script.bulk.empty()) {
            answer = m_script.bulk.front();
            m_script.bulk.pop_front();
        }
        return later<BulkRevocationAnswer>(answer, std::move(answered));
    }

private:
    void note(const std::string& words)
    {
        m_script.asked.push_back(words);
        if (m_script.whenAsked) {
            m_script.whenAsked();
        }
    }
    template <typename Answer>
    PendingCallPtr later(const Answer& answer, std::function<void(const Answer&)> answered)
    {
        if (m_script.isSilent) {
            return std::make_unique<SilentCall>(m_script.held);
        }
        return std::make_unique<LaterCall<Answer>>(
            Result<Answer>(answer),
            [answered = std::move(answered)](const Result<Answer>& said) { answered(*said); });
    }

    RevocationScript& m_script;
};

/// Jobs of wallets, as a test says.
class FakeWalletJobs final : public WalletJobs
{
public:
    Result<std::int64_t> stop(const std::string& walletId, const std::string& reason) override
    {
        stopped.push_back(walletId);
        reasons.push_back(reason);
        return jobs;
    }
    Result<bool> isSigning(const std::string& walletId) const override { return signing.contains(walletId); }

    std::int64_t jobs = 0;
    std::vector<std::string> stopped;
    std::vector<std::string> reasons;
    std::set<std::string> signing;
};

}  // namespace countersign::testing
