#include "core/revocation/RevocationPlanner.h"

#include "core/delegation/WalletCatalog.h"
#include "core/vault/Rows.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace countersign {

namespace {

struct RevocationPlannerText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationPlannerText)
};

/// The wallet with the delegation that is its newest.
Result<RevocationItem> itemOf(const WalletCatalog& catalog, const Wallet& wallet)
{
    ASSIGN_OR_RETURN(const auto history, catalog.history(wallet.walletId));
    RevocationItem item;
    item.walletId = wallet.walletId;
    item.address = wallet.address;
    item.chain = wallet.chain;
    if (history.empty()) {
        return failure(ErrorCode::NotFound,
                       RevocationPlannerText::tr("This wallet was never delegated to this profile."),
                       QString::fromStdString(wallet.walletId));
    }
    const auto newest =
        std::ranges::max_element(history, [](const DelegationRecord& one, const DelegationRecord& other) {
            return std::pair(one.delegatedAt, one.eventId) < std::pair(other.delegatedAt, other.eventId);
        });
    item.eventId = newest->eventId;
    item.delegatedAt = newest->delegatedAt;
    if (newest->shareSetId) {
        item.shareSetIds.push_back(*newest->shareSetId);
    }
    return item;
}

/// What became of a wallet that has no delegation any more: as the newest revocation of it says, or as
/// Dynamic's own event did.
Result<RevocationItem> endedItem(const RevocationStore& store, RevocationItem item, UnixMillis endedAt)
{
    ASSIGN_OR_RETURN(const auto newest, store.newestFor(item.walletId));
    if (newest) {
        ASSIGN_OR_RETURN(const auto known, store.item(*newest, item.walletId));
        if (known.eventId == item.eventId && known.isSettled()) {
            return known;
        }
    }
    item.outcome = RevocationOutcome::Revoked;
    item.destroyedAt = endedAt;
    return item;
}

Status planOne(Database& database, const RevocationStore& store, const Wallet& wallet, RevocationPlan& plan)
{
    ASSIGN_OR_RETURN(auto item, itemOf(WalletCatalog(database), wallet));
    ASSIGN_OR_RETURN(const auto pending, store.pendingFor(wallet.walletId));
    bool goesOn = false;
    for (const std::string& id : pending) {
        ASSIGN_OR_RETURN(const auto known, store.item(id, wallet.walletId));
        // One that is held, because the wallet was delegated again, does not end this delegation.
        if (known.eventId == item.eventId) {
            goesOn = true;
            plan.pending.emplace_back(id, wallet.walletId);
        }
    }
    if (goesOn) {
        return {};
    }
    if (wallet.status == WalletStatus::Revoked) {
        ASSIGN_OR_RETURN(auto ended, endedItem(store, std::move(item), wallet.lastEventAt));
        // One that Dynamic refused to end was destroyed here first, and may be revoked anew.
        (ended.outcome == RevocationOutcome::Refused ? plan.toEnd : plan.ended).push_back(std::move(ended));
        return {};
    }
    plan.toEnd.push_back(std::move(item));
    return {};
}

}  // namespace

Result<RevocationPlan> planRevocation(Database& database, const Vault& vault,
                                      const RevocationRequest& request)
{
    const bool isBlank = std::ranges::all_of(request.reason, [](char c) { return c == ' ' || c == '\n'; });
    if (isBlank || request.reason.size() > RevocationRequest::mostReasonBytes) {
        return failure(ErrorCode::InvalidInput,
                       RevocationPlannerText::tr("A reason has 1 to 4000 bytes. It goes into the record."));
    }
    if (request.wallets.empty()) {
        return failure(ErrorCode::InvalidInput, RevocationPlannerText::tr("No wallet is named."));
    }
    const RevocationStore store(database, vault);
    const WalletCatalog catalog(database);
    RevocationPlan plan;
    std::set<std::string> seen;
    for (const std::string& name : request.wallets) {
        ASSIGN_OR_RETURN(const auto wallet, catalog.find(name));
        if (!seen.insert(wallet.walletId).second) {
            continue;
        }
        RETURN_IF_ERROR(planOne(database, store, wallet, plan));
    }
    for (RevocationItem& item : plan.toEnd) {
        // Of an earlier answer nothing is taken over.
        item.outcome = RevocationOutcome::Pending;
        item.httpStatus = 0;
        item.answeredAt = 0;
        item.sentence.clear();
        item.detail.clear();
        item.tryAfter = 0;
        item.isHeld = false;
        item.jobsStopped = 0;
        item.destroyedAt = 0;
    }
    return plan;
}

Result<std::vector<std::string>> walletsToRevoke(Database& database)
{
    return attempt([&]() -> Result<std::vector<std::string>> {
        SQLite::Statement query(database.handle(),
                                "SELECT wallet_id FROM wallet w WHERE status <> 'revoked' OR (SELECT "
                                "at_dynamic FROM revocation_wallet r "
                                "WHERE r.wallet_id = w.wallet_id ORDER BY r.id DESC LIMIT 1) IN ('pending', "
                                "'refused') ORDER BY id");
        std::vector<std::string> ids;
        while (query.executeStep()) {
            ids.push_back(query.getColumn(0).getString());
        }
        return ids;
    });
}

}  // namespace countersign
