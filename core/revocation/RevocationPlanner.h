#pragma once

#include "core/revocation/RevocationStore.h"

namespace countersign {

struct RevocationRequest
{
    std::vector<std::string> wallets;  ///< ids or addresses; the same twice is one
    std::string reason;                ///< 1 to mostReasonBytes bytes of UTF-8
    bool localFirst = false;

    static constexpr std::size_t mostReasonBytes = 4096;
};

/// What a request comes to.
struct RevocationPlan
{
    std::vector<RevocationItem> toEnd;
    std::vector<RevocationItem> ended;  ///< revoked already: nothing is sent for them
    /// Revocations of before that wait for an answer about wallets of the request (revocation, wallet): those
    /// go on.
    std::vector<std::pair<std::string, std::string>> pending;
    /// Wallets of revocations that were held, because they were delegated again; what the request ends is the
    /// newer delegation.
    std::vector<std::pair<std::string, RevocationItem>> held;
};

/// Changes nothing. NotFound names the wallet; InvalidInput: no wallet, or a reason that is none.
Result<RevocationPlan> planRevocation(Database& database, const Vault& vault,
                                      const RevocationRequest& request);

/// The ids of all wallets that have a delegation which is not over.
Result<std::vector<std::string>> walletsToRevoke(Database& database);

}  // namespace countersign
