#pragma once

#include "core/base/Clock.h"
#include "core/base/PendingCall.h"
#include "core/base/Result.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// What became of one wallet's delegation at Dynamic (design.md §9, "Outcomes").
enum class RevocationOutcome {
    Revoked,  ///< 2xx
    Absent,   ///< 404: gone already, or not ours
    Refused,  ///< 401, 403 and other 4xx: asking again would change nothing
    Pending,  ///< 429, 5xx, no answer, or an answer that does not speak of the wallet: to be asked again
};

/// One answer, or none.
struct RevocationAnswer
{
    RevocationOutcome outcome = RevocationOutcome::Pending;
    int httpStatus = 0;  ///< 0: there was no answer
    QString sentence;    ///< for the operator: why it was refused or waits; empty otherwise
    QString detail;      ///< for the details fold; may hold the server's words, made fit to be shown
    /// Pending: how long the service asked not to be asked; not cut, since it outlives the process.
    std::optional<std::chrono::milliseconds> retryAfter;
    std::optional<UnixMillis> serverTime;  ///< of the answer, by Dynamic's clock (whole seconds, cut)
};

/// A wallet's entry in the answer to a bulk revocation. A wallet that "results" leaves out has none.
struct BulkRevocationResult
{
    std::string walletId;
    bool success = false;
    std::optional<int> status;  ///< where the entry names one
    QString error;              ///< the server's words, made fit to be shown
};

struct BulkRevocationAnswer
{
    RevocationAnswer whole;                     ///< of the call itself
    std::vector<BulkRevocationResult> results;  ///< only when whole.outcome is Revoked
};

/// The three calls by which a developer ends delegations (protocol reference §5, refresh §1). None of them is
/// repeated by itself: what was not answered is asked again by whoever keeps the list. Callbacks come exactly
/// once, never within the call.
class RevocationApi
{
public:
    static constexpr std::size_t mostWalletsAtOnce = 100;

    RevocationApi() = default;
    virtual ~RevocationApi() = default;
    RevocationApi(const RevocationApi&) = delete;
    RevocationApi& operator=(const RevocationApi&) = delete;

    /// DELETE …/waas/{walletId}/delegatedAccess: every delegated share set of the wallet.
    [[nodiscard]] virtual PendingCallPtr revokeWallet(
        const std::string& walletId, std::function<void(const RevocationAnswer&)> answered) = 0;
    /// DELETE …/waas/{walletId}/delegatedAccess/{shareSetId} of the server's own path: that set alone.
    [[nodiscard]] virtual PendingCallPtr revokeShareSet(
        const std::string& walletId, const std::string& shareSetId,
        std::function<void(const RevocationAnswer&)> answered) = 0;
    /// POST …/waas/delegatedAccess/revoke, 1 to mostWalletsAtOnce wallets.
    [[nodiscard]] virtual PendingCallPtr revokeWallets(
        const std::vector<std::string>& walletIds,
        std::function<void(const BulkRevocationAnswer&)> answered) = 0;
};

}  // namespace countersign
