#include "core/search/SearchCatalog.h"

#include "core/search/SearchConditions.h"
#include "core/vault/Rows.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace countersign {

namespace {

constexpr std::size_t mostHitsPerCall = 1000;
/// Of one beginning: more different names than these are not looked at.
constexpr int mostEventNames = 32;

struct SearchCatalogText
{
    Q_DECLARE_TR_FUNCTIONS(SearchCatalogText)
};

using Values = std::vector<SearchConditions::Value>;

/// At most limit + 1 ids of what a statement finds.
Result<SearchHits> hitsOf(Database& database, const std::string& sql, const Values& values,
                          std::int64_t limit)
{
    return attempt([&]() -> Result<SearchHits> {
        SQLite::Statement query(database.handle(), sql + " LIMIT " + std::to_string(limit + 1));
        SearchConditions::bind(query, values);
        SearchHits hits;
        while (query.executeStep()) {
            hits.ids.push_back(query.getColumn(0).getInt64());
        }
        if (static_cast<std::int64_t>(hits.ids.size()) > limit) {
            hits.ids.pop_back();
            hits.isMore = true;
        }
        return hits;
    });
}

/// The deliveries that a word or a name finds by indexes alone: those whose ids, names or wallets begin so.
class EventCandidates
{
public:
    EventCandidates(Database& database, std::int64_t limit) : m_database(database), m_limit(limit) {}

    /// Of whatever column; the newest of each are enough.
    Result<SearchHits> ofWord(const std::string& text)
    {
        for (const char* column : {"event_id", "message_id", "wallet_id", "user_id"}) {
            RETURN_IF_ERROR(addBeginning(column, text));
        }
        RETURN_IF_ERROR(addNames(text));
        RETURN_IF_ERROR(addAddress(text));
        return taken();
    }
    Result<SearchHits> ofColumn(const char* column, const std::string& text)
    {
        RETURN_IF_ERROR(addBeginning(column, text));
        return taken();
    }
    Result<SearchHits> ofEvent(const std::string& text)
    {
        RETURN_IF_ERROR(addBeginning("event_id", text));
        RETURN_IF_ERROR(addNames(text));
        return taken();
    }
    Result<SearchHits> ofAddress(const std::string& text)
    {
        RETURN_IF_ERROR(addAddress(text));
        return taken();
    }

private:
    Status add(const std::string& sql, const Values& values)
    {
        ASSIGN_OR_RETURN(const auto hits, hitsOf(m_database, sql, values, m_limit));
        m_ids.insert(hits.ids.begin(), hits.ids.end());
        m_isMore = m_isMore || hits.isMore;
        return {};
    }

    Status addBeginning(const std::string& column, const std::string& text)
    {
        return add("SELECT id FROM delivery WHERE " + SearchConditions::beginsWith(column),
                   SearchConditions::beginning(text));
    }

    Status addAddress(const std::string& text)
    {
        return add(
            "SELECT d.id FROM wallet w CROSS JOIN delivery d ON d.wallet_id = w.wallet_id WHERE "
            "w.address LIKE ? ESCAPE '\\'",
            {SearchConditions::leading(text)});
    }

    /// Name by name, for a name may be that of half a million deliveries: of each the newest.
    Status addNames(const std::string& text)
    {
        std::string behind = text;
        for (int i = 0; i < mostEventNames; ++i) {
            ASSIGN_OR_RETURN(const auto name, nextName(behind, i == 0));
            if (!name || !name->starts_with(text)) {
                return {};
            }
            RETURN_IF_ERROR(add(
                "SELECT id FROM delivery INDEXED BY delivery_by_name WHERE event_name = ? ORDER BY id DESC",
                {*name}));
            behind = *name;
        }
        m_isMore = true;
        return {};
    }

    Result<std::optional<std::string>> nextName(const std::string& behind, bool isIncluded)
    {
        return attempt([&]() -> Result<std::optional<std::string>> {
            SQLite::Statement query(m_database.handle(),
                                    std::string("SELECT min(event_name) FROM delivery WHERE event_name ") +
                                        (isIncluded ? ">= ?" : "> ?"));
            query.bind(1, behind);
            return query.executeStep() ? optionalTextOf(query.getColumn(0)) : std::nullopt;
        });
    }

    /// The newest: they become part of a statement, whose length is bounded.
    SearchHits taken() const
    {
        const auto kept = std::min<std::int64_t>(m_limit, static_cast<std::int64_t>(m_ids.size()));
        return {{m_ids.rbegin(), std::next(m_ids.rbegin(), kept)},
                m_isMore || kept < static_cast<std::int64_t>(m_ids.size())};
    }

    Database& m_database;
    std::int64_t m_limit;
    std::set<std::int64_t> m_ids;
    bool m_isMore = false;
};

/// The fewest deliveries that hold all that is looked for, as far as indexes tell; nothing when the query has
/// no word and no name that an index knows.
Result<std::optional<SearchHits>> eventCandidates(Database& database, const SearchQuery& query,
                                                  std::int64_t limit)
{
    std::optional<SearchHits> fewest;
    const auto take = [&](Result<SearchHits> hits) -> Status {
        RETURN_IF_ERROR(hits);
        if (!fewest || (fewest->isMore && !hits->isMore) ||
            (fewest->isMore == hits->isMore && hits->ids.size() < fewest->ids.size())) {
            fewest = *std::move(hits);
        }
        return {};
    };
    for (const std::string& word : query.words) {
        RETURN_IF_ERROR(take(EventCandidates(database, limit).ofWord(word)));
    }
    for (const auto& [name, value] : query.named) {
        EventCandidates candidates(database, limit);
        switch (name) {
            case SearchName::Event:
                RETURN_IF_ERROR(take(candidates.ofEvent(value)));
                break;
            case SearchName::Wallet:
                RETURN_IF_ERROR(take(candidates.ofColumn("wallet_id", value)));
                break;
            case SearchName::User:
                RETURN_IF_ERROR(take(candidates.ofColumn("user_id", value)));
                break;
            case SearchName::Address:
                RETURN_IF_ERROR(take(candidates.ofAddress(value)));
                break;
            default:
                break;
        }
    }
    return fewest;
}

Result<SearchHits> findEvents(Database& database, const SearchQuery& query, std::int64_t limit)
{
    const SearchConditions conditions = eventConditions(query);
    ASSIGN_OR_RETURN(const auto candidates, eventCandidates(database, query, limit));
    if (!candidates) {
        // By time, verdict or both alone: the newest, along the index of just that.
        const bool isByTime = query.before || query.after;
        const bool isByVerdict = query.named.contains(SearchName::Verdict);
        return hitsOf(database,
                      std::string("SELECT id FROM delivery ") +
                          (!isByTime     ? ""
                           : isByVerdict ? "INDEXED BY delivery_by_verdict_time "
                                         : "INDEXED BY delivery_by_received ") +
                          "WHERE 1" + conditions.text() +
                          (isByTime ? " ORDER BY received_at DESC, id DESC" : " ORDER BY id DESC"),
                      conditions.values(), limit);
    }
    auto hits = hitsOf(database,
                       "SELECT id FROM delivery WHERE id IN (" + idList(candidates->ids) + ')' +
                           conditions.text() + " ORDER BY id DESC",
                       conditions.values(), limit);
    if (hits) {
        hits->isMore = hits->isMore || candidates->isMore;
    }
    return hits;
}

}  // namespace

Result<SearchHits> SearchCatalog::find(const SearchQuery& query, SearchGroup group, std::int64_t limit) const
{
    limit = std::clamp<std::int64_t>(limit, 0, most);
    if (query.isEmpty() || !query.concerns(group)) {
        return SearchHits();
    }
    switch (group) {
        case SearchGroup::Wallets: {
            const SearchConditions conditions = walletConditions(query);
            // As in WalletCatalog: a search for text reads the table once, from one end to the other.
            return hitsOf(
                m_database,
                "SELECT id FROM wallet WHERE 1" + conditions.text() + " ORDER BY +received_at DESC, +id DESC",
                conditions.values(), limit);
        }
        case SearchGroup::Jobs: {
            const SearchConditions conditions = jobConditions(query);
            return hitsOf(m_database, "SELECT id FROM job WHERE 1" + conditions.text() + " ORDER BY id DESC",
                          conditions.values(), limit);
        }
        case SearchGroup::Events:
            return findEvents(m_database, query, limit);
        case SearchGroup::Revocations: {
            const SearchConditions conditions = revocationConditions(query);
            return hitsOf(m_database,
                          "SELECT w.id FROM revocation_wallet w JOIN revocation r ON r.revocation_id = "
                          "w.revocation_id WHERE 1" +
                              conditions.text() + " ORDER BY w.id DESC",
                          conditions.values(), limit);
        }
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
            "w.chain, w.at_dynamic FROM revocation_wallet w JOIN revocation r ON r.revocation_id = "
            "w.revocation_id WHERE w.id IN (" +
                idList(ids) + ')');
        std::unordered_map<std::int64_t, RevocationHit> found;
        while (query.executeStep()) {
            RevocationHit hit{query.getColumn(0).getInt64(),  query.getColumn(1).getString(),
                              query.getColumn(2).getString(), query.getColumn(3).getInt64(),
                              query.getColumn(4).getString(), query.getColumn(5).getString(),
                              query.getColumn(6).getString(), query.getColumn(7).getString()};
            found.emplace(hit.id, std::move(hit));
        }
        return inOrder(ids, found);
    });
}

}  // namespace countersign
