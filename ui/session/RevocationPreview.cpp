#include "ui/session/RevocationPreview.h"

#include "core/signing/job/Job.h"
#include "core/vault/database/Rows.h"

#include <algorithm>
#include <span>
#include <unordered_map>

namespace countersign {

namespace {

constexpr std::size_t walletsAtOnce = 1000;  // what WalletCatalog::rows takes

struct WalletJobCounts
{
    std::int64_t waiting = 0;
    std::int64_t signing = 0;
};

Result<std::vector<std::string>> walletIdsOfRows(Database& database, std::span<const std::int64_t> rows)
{
    const WalletCatalog catalog(database);
    std::vector<std::string> ids;
    ids.reserve(rows.size());
    for (std::size_t at = 0; at < rows.size(); at += walletsAtOnce) {
        ASSIGN_OR_RETURN(auto page,
                         catalog.rows(rows.subspan(at, std::min(walletsAtOnce, rows.size() - at))));
        for (Wallet& wallet : page) {
            ids.push_back(std::move(wallet.walletId));
        }
    }
    return ids;
}

Result<std::vector<std::string>> walletIdsOf(Database& database, const WalletSelection& selection)
{
    if (const auto* rows = std::get_if<std::vector<std::int64_t>>(&selection)) {
        return walletIdsOfRows(database, *rows);
    }
    if (const auto* ids = std::get_if<std::vector<std::string>>(&selection)) {
        return *ids;
    }
    if (const auto* filter = std::get_if<WalletFilter>(&selection)) {
        ASSIGN_OR_RETURN(const auto rows, WalletCatalog(database).ids(*filter, {}));
        return walletIdsOfRows(database, rows);
    }
    return walletsToRevoke(database);
}

/// A wallet that another one's event named, and that was never delegated here, would spoil the whole plan.
Result<std::int64_t> dropNeverDelegated(Database& database, std::vector<std::string>& walletIds)
{
    return attempt([&]() -> Result<std::int64_t> {
        SQLite::Statement query(database.handle(),
                                "SELECT EXISTS (SELECT 1 FROM delegation WHERE wallet_id = ?)");
        const auto dropped = std::erase_if(walletIds, [&](const std::string& id) {
            query.reset();
            query.bind(1, id);
            return !query.executeStep() || query.getColumn(0).getInt() == 0;
        });
        return static_cast<std::int64_t>(dropped);
    });
}

Result<std::unordered_map<std::string, WalletJobCounts>> jobCounts(Database& database)
{
    return attempt([&]() -> Result<std::unordered_map<std::string, WalletJobCounts>> {
        SQLite::Statement query(database.handle(),
                                "SELECT wallet_id, state, count(*) FROM job WHERE state "
                                "IN (?, ?) GROUP BY wallet_id, state");
        query.bind(1, std::string(toText(JobState::Pending)));
        query.bind(2, std::string(toText(JobState::Signing)));
        std::unordered_map<std::string, WalletJobCounts> counts;
        while (query.executeStep()) {
            WalletJobCounts& wallet = counts[query.getColumn(0).getString()];
            const bool isWaiting = jobStateFrom(query.getColumn(1).getString()) == JobState::Pending;
            (isWaiting ? wallet.waiting : wallet.signing) = query.getColumn(2).getInt64();
        }
        return counts;
    });
}

Status addRows(Database& database, RevocationPreview& preview)
{
    ASSIGN_OR_RETURN(const auto jobs, jobCounts(database));
    return attempt([&]() -> Status {
        SQLite::Statement state(database.handle(), "SELECT status, health FROM wallet WHERE wallet_id = ?");
        const auto add = [&](RevocationPreview::Fate fate, const std::vector<RevocationItem>& items) {
            for (const RevocationItem& item : items) {
                RevocationPreview::Row row;
                row.fate = fate;
                row.item = &item;
                state.reset();
                state.bind(1, item.walletId);
                if (state.executeStep()) {
                    row.status = walletStatusFrom(state.getColumn(0).getString()).value_or(row.status);
                    row.health = walletHealthFrom(state.getColumn(1).getString()).value_or(row.health);
                }
                const auto found = jobs.find(item.walletId);
                if (found != jobs.end() && fate == RevocationPreview::Fate::Ends) {
                    row.waitingJobs = found->second.waiting;
                    row.signingJobs = found->second.signing;
                }
                preview.waitingJobs += row.waitingJobs;
                preview.signingJobs += row.signingJobs;
                preview.rows.push_back(row);
            }
        };
        add(RevocationPreview::Fate::Ends, preview.plan.toEnd);
        add(RevocationPreview::Fate::GoesOn, preview.pendingItems);
        add(RevocationPreview::Fate::Over, preview.plan.ended);
        return {};
    });
}

}  // namespace

Result<std::vector<std::string>> walletsToEnd(Database& database, const WalletSelection& selection)
{
    ASSIGN_OR_RETURN(auto walletIds, walletIdsOf(database, selection));
    RETURN_IF_ERROR(dropNeverDelegated(database, walletIds));
    return walletIds;
}

Result<RevocationPreviewPtr> previewRevocation(Database& database, const Vault& vault,
                                               const WalletSelection& selection,
                                               const std::optional<std::string>& onlyShareSet)
{
    ASSIGN_OR_RETURN(auto walletIds, walletIdsOf(database, selection));
    const auto preview = std::make_shared<RevocationPreview>();
    ASSIGN_OR_RETURN(preview->neverDelegated, dropNeverDelegated(database, walletIds));
    if (walletIds.empty()) {
        return preview;
    }
    // The reason is asked for when what happens is known.
    RevocationRequest request;
    request.wallets = std::move(walletIds);
    request.reason = "?";
    request.onlyShareSet = onlyShareSet;
    ASSIGN_OR_RETURN(preview->plan, planRevocation(database, vault, request));
    const RevocationStore store(database, vault);
    for (const auto& [id, walletId] : preview->plan.pending) {
        ASSIGN_OR_RETURN(auto item, store.item(id, walletId));
        preview->pendingItems.push_back(std::move(item));
    }
    RETURN_IF_ERROR(addRows(database, *preview));
    return preview;
}

}  // namespace countersign
