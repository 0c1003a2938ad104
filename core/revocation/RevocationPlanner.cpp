#include "core/revocation/RevocationPlanner.h"

#include "core/delegation/WalletCatalog.h"
#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace countersign {

namespace {

struct RevocationPlannerText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationPlannerText)
};

/// The delegation of the wallet that is meant: its newest, or the newest with the share set.
Result<DelegationRecord> meantDelegation(const std::vector<DelegationRecord>& history,
                                         const std::optional<std::string>& shareSet)
{
    const DelegationRecord* meant = nullptr;
    for (const DelegationRecord& one : history) {
        const bool isMeant = !shareSet || one.shareSetId == shareSet;
        if (isMeant && (meant == nullptr || std::pair(one.delegatedAt, one.eventId) >
                                                std::pair(meant->delegatedAt, meant->eventId))) {
            meant = &one;
        }
    }
    if (meant == nullptr) {
        return failure(ErrorCode::NotFound,
                       shareSet
                           ? RevocationPlannerText::tr("This profile never had that share set of the wallet.")
                           : RevocationPlannerText::tr("This wallet was never delegated to this profile."));
    }
    return *meant;
}

Result<RevocationItem> itemOf(const std::vector<DelegationRecord>& history, const Wallet& wallet,
                              const std::optional<std::string>& shareSet)
{
    RevocationItem item;
    item.walletId = wallet.walletId;
    item.address = wallet.address;
    item.chain = wallet.chain;
    auto meant = meantDelegation(history, shareSet);
    if (!meant) {
        return failure(meant.error().code, meant.error().sentence, QString::fromStdString(wallet.walletId));
    }
    item.eventId = meant->eventId;
    item.delegatedAt = meant->delegatedAt;
    item.onlyShareSet = shareSet.value_or(std::string());
    if (meant->shareSetId) {
        item.shareSetIds.push_back(*meant->shareSetId);
    }
    return item;
}

/// What became of a delegation that is over, as far as its wallet as a whole is concerned: as the newest
/// revocation of the wallet says, or as Dynamic's own event did. Pending, when only a share set was ended
/// here: what else its owner delegated may stand.
Result<RevocationItem> endedItem(const RevocationStore& store, RevocationItem item, UnixMillis endedAt)
{
    ASSIGN_OR_RETURN(const auto revocations, store.allOf(item.walletId));
    bool isEndedInPart = false;
    for (const std::string& id : revocations) {
        ASSIGN_OR_RETURN(const auto known, store.item(id, item.walletId));
        if (known.isSettled() && known.covers(item)) {
            return known;
        }
        isEndedInPart = isEndedInPart || (known.eventId == item.eventId && known.isSettled());
    }
    if (!isEndedInPart) {
        item.outcome = RevocationOutcome::Revoked;
        item.destroyedAt = endedAt;
    }
    return item;
}

Status planOne(Database& database, const RevocationStore& store, const Wallet& wallet,
               const std::optional<std::string>& shareSet, RevocationPlan& plan)
{
    ASSIGN_OR_RETURN(const auto history, WalletCatalog(database).history(wallet.walletId));
    ASSIGN_OR_RETURN(auto item, itemOf(history, wallet, shareSet));
    ASSIGN_OR_RETURN(const auto pending, store.pendingFor(wallet.walletId));
    bool goesOn = false;
    for (const std::string& id : pending) {
        ASSIGN_OR_RETURN(const auto known, store.item(id, wallet.walletId));
        // One that is held, because the wallet was delegated again, does not end this delegation; one that
        // ends a share set alone does not end the wallet.
        if (known.covers(item)) {
            goesOn = true;
            plan.pending.emplace_back(id, wallet.walletId);
        }
    }
    if (goesOn) {
        return {};
    }
    // By what is left of it, not by its row's word alone: whoever writes the file may have put that there.
    const bool hasMaterial = std::ranges::any_of(history, &DelegationRecord::hasMaterial);
    if (wallet.status == WalletStatus::Revoked && !shareSet && !hasMaterial) {
        ASSIGN_OR_RETURN(auto ended, endedItem(store, std::move(item), wallet.lastEventAt));
        // One that Dynamic refused to end was destroyed here first, and may be revoked anew.
        const bool isOpen =
            ended.outcome == RevocationOutcome::Refused || ended.outcome == RevocationOutcome::Pending;
        (isOpen ? plan.toEnd : plan.ended).push_back(std::move(ended));
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
    if (request.onlyShareSet && request.wallets.size() != 1) {
        return failure(ErrorCode::InvalidInput,
                       RevocationPlannerText::tr("A share set belongs to one wallet. Name that one alone."));
    }
    if (request.checkAfterwards && request.wallets.size() > RevocationRequest::mostWalletsToCheck) {
        return failure(ErrorCode::InvalidInput,
                       RevocationPlannerText::tr("At most %1 wallets can be checked afterwards. Revoke them "
                                                 "without the check, or in parts.")
                           .arg(RevocationRequest::mostWalletsToCheck));
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
        RETURN_IF_ERROR(planOne(database, store, wallet, request.onlyShareSet, plan));
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
        item.signingCheck = SigningCheck::NotChecked;
        item.checkedAt = 0;
        item.checkDetail.clear();
        item.onlyShareSet = request.onlyShareSet.value_or(std::string());
    }
    return plan;
}

std::vector<std::string> revocationsOf(const RevocationPlan& plan, const std::string& begun)
{
    std::vector<std::string> ids;
    for (const auto& [id, walletId] : plan.pending) {
        if (std::ranges::find(ids, id) == ids.end()) {
            ids.push_back(id);
        }
    }
    if (!begun.empty()) {
        ids.push_back(begun);
    }
    return ids;
}

RevocationCall plannedCall(const RevocationPlan& plan)
{
    if (plan.toEnd.empty()) {
        return RevocationCall::None;
    }
    if (!plan.toEnd.front().onlyShareSet.empty()) {
        return RevocationCall::ShareSet;
    }
    return plan.toEnd.size() == 1 ? RevocationCall::Single : RevocationCall::Bulk;
}

std::string_view toText(RevocationCall call)
{
    switch (call) {
        case RevocationCall::None:
            return "none";
        case RevocationCall::Single:
            return "single";
        case RevocationCall::Bulk:
            return "bulk";
        case RevocationCall::ShareSet:
            return "share-set";
    }
    return {};
}

QString reasonOf(RevocationCall call)
{
    switch (call) {
        case RevocationCall::None:
            return RevocationPlannerText::tr(
                "Nothing is sent: it is ended already, or a revocation goes on.");
        case RevocationCall::Single:
            return RevocationPlannerText::tr("One call for the wallet: everything its owner delegated ends.");
        case RevocationCall::Bulk:
            return RevocationPlannerText::tr(
                "A call for up to a hundred wallets at once; what its answer leaves open is asked singly.");
        case RevocationCall::ShareSet:
            return RevocationPlannerText::tr(
                "A call for one share set: whatever else the owner delegated stays.");
    }
    return {};
}

Result<std::vector<std::string>> walletsToRevoke(Database& database)
{
    return attempt([&]() -> Result<std::vector<std::string>> {
        SQLite::Statement query(
            database.handle(),
            "SELECT wallet_id FROM wallet w WHERE status <> 'revoked' OR coalesce((SELECT "
            "at_dynamic IN ('pending', 'refused') OR only_share_set <> '' "
            "FROM revocation_wallet r WHERE r.wallet_id = w.wallet_id ORDER BY r.id DESC "
            "LIMIT 1), 0) OR EXISTS (SELECT 1 FROM delegation d WHERE d.wallet_id = w.wallet_id AND "
            "d.sealed_share IS NOT NULL) ORDER BY id");
        std::vector<std::string> ids;
        while (query.executeStep()) {
            ids.push_back(query.getColumn(0).getString());
        }
        return ids;
    });
}

}  // namespace countersign
