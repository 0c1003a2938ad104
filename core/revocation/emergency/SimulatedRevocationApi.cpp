#include "core/revocation/emergency/SimulatedRevocationApi.h"

#include <QTimer>

#include <utility>

namespace countersign {

namespace {

/// Answers with the next turn of the event loop, unless it is destroyed before.
class SimulatedCall final : public PendingCall
{
public:
    explicit SimulatedCall(std::function<void()> answer)
    {
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, std::move(answer));
        m_timer.start(0);
    }

private:
    QTimer m_timer;
};

RevocationAnswer simulatedAnswer(int httpStatus)
{
    RevocationAnswer answer;
    answer.outcome = RevocationOutcome::Revoked;
    answer.httpStatus = httpStatus;
    return answer;
}

constexpr int noContent = 204;
constexpr int okay = 200;

}  // namespace

PendingCallPtr SimulatedRevocationApi::revokeWallet(const std::string& walletId,
                                                    std::function<void(const RevocationAnswer&)> answered)
{
    Q_UNUSED(walletId);
    return std::make_unique<SimulatedCall>(
        [answered = std::move(answered)] { answered(simulatedAnswer(noContent)); });
}

PendingCallPtr SimulatedRevocationApi::revokeShareSet(const std::string& walletId,
                                                      const std::string& shareSetId,
                                                      std::function<void(const RevocationAnswer&)> answered)
{
    Q_UNUSED(shareSetId);
    return revokeWallet(walletId, std::move(answered));
}

PendingCallPtr SimulatedRevocationApi::revokeWallets(
    const std::vector<std::string>& walletIds, std::function<void(const BulkRevocationAnswer&)> answered)
{
    BulkRevocationAnswer answer;
    answer.whole = simulatedAnswer(okay);
    for (const std::string& walletId : walletIds) {
        answer.results.push_back({.walletId = walletId, .success = true, .status = {}, .error = {}});
    }
    return std::make_unique<SimulatedCall>(
        [answer = std::move(answer), answered = std::move(answered)] { answered(answer); });
}

}  // namespace countersign
