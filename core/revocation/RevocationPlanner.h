#pragma once

#include "core/revocation/RevocationStore.h"

namespace countersign {

struct RevocationRequest
{
    std::vector<std::string> wallets;  ///< ids or addresses; the same twice is one
    std::string reason;                ///< 1 to mostReasonBytes bytes of UTF-8
    bool localFirst = false;
    /// Try afterwards whether Dynamic refuses to sign, with the credentials that are held back for it in
    /// memory.
    bool checkAfterwards = false;
    /// That share set of the one wallet alone, not everything that its owner delegated.
    std::optional<std::string> onlyShareSet = {};

    static constexpr std::size_t mostReasonBytes = 4000;
    static constexpr std::size_t mostWalletsToCheck = 100;  ///< credentials lie in guarded memory
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

/// The revocations of before that go on with the plan, each once, and behind them the one that was begun (its
/// id may be empty).
std::vector<std::string> revocationsOf(const RevocationPlan& plan, const std::string& begun);

/// Which of Dynamic's three calls is made for a wallet (protocol reference §5, refresh §1).
enum class RevocationCall {
    None,      ///< nothing is sent: it is ended already, or an earlier revocation goes on
    Single,    ///< for the wallet
    Bulk,      ///< for up to a hundred wallets at once
    ShareSet,  ///< for one share set of the wallet
};
/// The one for those that are to be ended; for the others it is None.
RevocationCall plannedCall(const RevocationPlan& plan);
std::string_view toText(RevocationCall call);  ///< "none", "single", "bulk", "share-set"
/// Why that one, for the operator.
QString reasonOf(RevocationCall call);

/// Changes nothing. NotFound names the wallet or the share set; InvalidInput: no wallet, a reason that is
/// none, a share set of several wallets, or more wallets than can be checked afterwards.
Result<RevocationPlan> planRevocation(Database& database, const Vault& vault,
                                      const RevocationRequest& request);

/// The ids of all wallets whose delegation is not over: usable or not, or destroyed here and not known to be
/// ended at Dynamic, be it because a share set alone was ended there.
Result<std::vector<std::string>> walletsToRevoke(Database& database);

}  // namespace countersign
