#pragma once

#include "core/revocation/RevocationStore.h"

namespace countersign {

struct RevocationRequest
{
    std::vector<std::string> wallets;  ///< ids or addresses; the same twice is one
    std::string reason;                ///< 1 to mostReasonBytes bytes of UTF-8
    bool localFirst = false;

    static constexpr std::size_t mostReasonBytes = 4000;
};

/// What a request comes to.
struct RevocationPlan
{
    std::vector<RevocationItem> toEnd;
    std::vector<RevocationItem> ended;  ///< revoked already: nothing is sent for them
    /// Revocations of before that wait for an answer about wallets of the request (revocation, wallet): those
    /// go on.
    std::vector<std::pair<std::string, std::string>> pending;
};

/// Changes nothing. NotFound names the wallet; InvalidInput: no wallet, or a reason that is none.
Result<RevocationPlan> planRevocation(Database& database, const Vault& vault,
                                      const RevocationRequest& request);

/// The ids of all wallets whose delegation is not over: usable or not, or destroyed here and not known to be
/// ended at Dynamic.
Result<std::vector<std::string>> walletsToRevoke(Database& database);

}  // namespace countersign
