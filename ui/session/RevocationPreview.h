#pragma once

#include "core/revocation/RevocationPlanner.h"
#include "ui/session/WalletSelection.h"

#include <memory>

namespace countersign {

/// A plan of a revocation in words: what it will do to each wallet, for the operator to read before it
/// happens. What is carried out is this plan, not one that is made after it was confirmed.
struct RevocationPreview
{
    enum class Fate {
        Ends,    ///< its delegation is ended
        GoesOn,  ///< an earlier revocation of it waits for Dynamic's answer
        Over,    ///< it has ended already: nothing is done
    };
    struct Row
    {
        Fate fate = Fate::Ends;
        const RevocationItem* item = nullptr;  ///< of this preview
        WalletStatus status = WalletStatus::Active;
        WalletHealth health = WalletHealth::Unconfirmed;
        std::int64_t waitingJobs = 0;  ///< are stopped
        std::int64_t signingJobs = 0;  ///< are waited for: their signature may exist already
    };

    RevocationPlan plan;
    std::vector<RevocationItem> pendingItems;  ///< of plan.pending, as they are now
    std::vector<Row> rows;                     ///< those that end first
    std::int64_t neverDelegated = 0;           ///< of the selection: there is nothing to end
    std::int64_t waitingJobs = 0;
    std::int64_t signingJobs = 0;

    RevocationPreview() = default;
    ~RevocationPreview() = default;
    RevocationPreview(const RevocationPreview&) = delete;  // rows point into it
    RevocationPreview& operator=(const RevocationPreview&) = delete;
};
using RevocationPreviewPtr = std::shared_ptr<const RevocationPreview>;

/// The ids of those of the selection that ever had a delegation.
Result<std::vector<std::string>> walletsToEnd(Database& database, const WalletSelection& selection);

/// onlyShareSet: of the one wallet, that set alone. Changes nothing. 100,000 wallets take seconds: not for
/// the thread of ceremonies or the window.
Result<RevocationPreviewPtr> previewRevocation(Database& database, const Vault& vault,
                                               const WalletSelection& selection,
                                               const std::optional<std::string>& onlyShareSet = {});

}  // namespace countersign
