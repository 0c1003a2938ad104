#include "core/search/SearchCatalog.h"

#include "core/audit/AuditRows.h"
#include "core/search/EventSearch.h"
#include "core/search/SearchConditions.h"
#include "core/vault/database/Rows.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

constexpr std::size_t mostHitsPerCall = 1000;
constexpr std::int64_t noRowBefore = std::numeric_limits<std::int64_t>::max();

struct SearchCatalogText
{
    Q_DECLARE_TR_FUNCTIONS(SearchCatalogText)
};

/// Rows that stand behind the given one in a list that has the newest received first.
std::string behindInTime(const std::string& table, std::int64_t before)
{
    return before == noRowBefore ? std::string()
                                 : " AND (received_at, id) < (SELECT received_at, id FROM " + table +
                                       " WHERE id = " + std::to_string(before) + ')';
}

std::string behindById(const std::string& id, std::int64_t before)
{
    return before == noRowBefore ? std::string() : " AND " + id + " < " + std::to_string(before);
}

Result<SearchHits> findEvents(Database& database, const SearchQuery& query, std::int64_t limit,
                              std::int64_t before)
{
    ASSIGN_OR_RETURN(auto found, findEventsByWords(database, query, limit, before));
    if (found) {
        return *std::move(found);
    }
    // By time, verdict or both alone: the newest, along the index of just that.
    const SearchConditions conditions = eventConditions(query);
    const bool isByTime = query.before || query.after;
    const bool isByVerdict = query.named.contains(SearchName::Verdict);
    return hitsOf(database,
                  std::string("SELECT id FROM delivery ") +
                      (!isByTime     ? ""
                       : isByVerdict ? "INDEXED BY delivery_by_verdict_time "
                                     : "INDEXED BY delivery_by_received ") +
                      "WHERE 1" + conditions.text() +
                      (isByTime ? behindInTime("delivery", before) + " ORDER BY received_at DESC, id DESC"
                                : behindById("id", before) + " ORDER BY id DESC"),
                  conditions.values(), limit);
}

/// Numbers that no entry can have count for nothing, neither as hits nor for what the newest are.
Result<SearchHits> findInRecord(Database& database, const SearchQuery& query, std::int64_t limit,
                                std::int64_t before)
{
    const SearchConditions conditions = recordConditions(query);
    const std::string last = std::to_string(maxAuditSeq);
    return hitsOf(
        database,
        "SELECT seq FROM audit WHERE seq > (SELECT coalesce(max(seq), 0) FROM audit WHERE seq <= " + last +
            ") - " + std::to_string(SearchCatalog::mostRecordEntries) + " AND seq BETWEEN 1 AND " + last +
            conditions.text() + behindById("seq", before) + " ORDER BY seq DESC",
        conditions.values(), limit);
}

}  // namespace

Result<SearchHits> SearchCatalog::find(const SearchQuery& query, SearchGroup group, std::int64_t limit,
                                       std::int64_t behind) const
{
    limit = std::clamp<std::int64_t>(limit, 0, most);
    const std::int64_t before = behind > 0 ? behind : noRowBefore;
    if (query.isEmpty() || !query.concerns(group)) {
        return SearchHits();
    }
    switch (group) {
        case SearchGroup::Wallets: {
            const SearchConditions conditions = walletConditions(query);
            // As in WalletCatalog: a search for text reads the table once, from one end to the other.
            return hitsOf(m_database,
                          "SELECT id FROM wallet WHERE 1" + conditions.text() +
                              behindInTime("wallet", before) + " ORDER BY +received_at DESC, +id DESC",
                          conditions.values(), limit);
        }
        case SearchGroup::Jobs: {
            const SearchConditions conditions = jobConditions(query);
            return hitsOf(m_database,
                          "SELECT id FROM job WHERE 1" + conditions.text() + behindById("id", before) +
                              " ORDER BY id DESC",
                          conditions.values(), limit);
        }
        case SearchGroup::Events:
            return findEvents(m_database, query, limit, before);
        case SearchGroup::Revocations: {
            const SearchConditions conditions = revocationConditions(query);
            return hitsOf(m_database,
                          "SELECT w.id FROM revocation_wallet w JOIN revocation r ON r.revocation_id = "
                          "w.revocation_id WHERE 1" +
                              conditions.text() + behindById("w.id", before) + " ORDER BY w.id DESC",
                          conditions.values(), limit);
        }
        case SearchGroup::Record:
            return findInRecord(m_database, query, limit, before);
    }
    return SearchHits();
}

Result<std::vector<RevocationHit>> SearchCatalog::rows(std::span<const std::int64_t> ids) const
{
    if (ids.size() > mostHitsPerCall) {
        return failure(ErrorCode::InvalidInput,
                       SearchCatalogText::tr("Too many rows were asked for at once."));
    }
    return attempt([&]() -> Result<std::vector<RevocationHit>> {
        SQLite::Statement query(
            m_database.handle(),
            "SELECT w.id, w.revocation_id, substr(r.reason, 1, 2000), r.started_at, w.wallet_id, w.address, "
            "w.chain, w.at_dynamic, w.held FROM revocation_wallet w JOIN revocation r ON r.revocation_id = "
            "w.revocation_id WHERE w.id IN (" +
                idList(ids) + ')');
        std::unordered_map<std::int64_t, RevocationHit> found;
        while (query.executeStep()) {
            RevocationHit hit{query.getColumn(0).getInt64(),   query.getColumn(1).getString(),
                              query.getColumn(2).getString(),  query.getColumn(3).getInt64(),
                              query.getColumn(4).getString(),  query.getColumn(5).getString(),
                              query.getColumn(6).getString(),  query.getColumn(7).getString(),
                              query.getColumn(8).getInt() != 0};
            found.emplace(hit.id, std::move(hit));
        }
        return inOrder(ids, found);
    });
}

}  // namespace countersign
