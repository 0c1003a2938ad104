#include "core/search/SearchCatalog.h"

#include "core/search/SearchConditions.h"
#include "core/vault/Rows.h"

#include <QCoreApplication>

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <set>

namespace countersign {

namespace {

constexpr std::size_t mostHitsPerCall = 1000;
/// Of one beginning: more different names than these are not asked about one by one.
constexpr std::size_t mostEventNames = 32;
/// So many ids are looked at one by one, in one statement.
constexpr std::int64_t mostCandidates = 10'000;
constexpr std::int64_t noRowBefore = std::numeric_limits<std::int64_t>::max();

struct SearchCatalogText
{
    Q_DECLARE_TR_FUNCTIONS(SearchCatalogText)
};

using Values = std::vector<SearchConditions::Value>;

/// At most limit + 1 ids of what a statement finds; all of them where the limit is negative.
Result<SearchHits> hitsOf(Database& database, const std::string& sql, const Values& values,
                          std::int64_t limit)
{
    return attempt([&]() -> Result<SearchHits> {
        SQLite::Statement query(database.handle(),
                                limit < 0 ? sql : sql + " LIMIT " + std::to_string(limit + 1));
        SearchConditions::bind(query, values);
        SearchHits hits;
        while (query.executeStep()) {
            hits.ids.push_back(query.getColumn(0).getInt64());
        }
        if (limit >= 0 && static_cast<std::int64_t>(hits.ids.size()) > limit) {
            hits.ids.pop_back();
            hits.isMore = true;
        }
        return hits;
    });
}

/// Some of the deliveries that one condition holds for, as indexes tell.
struct Candidates
{
    std::vector<std::int64_t> ids;  ///< the newest first
    std::int64_t floor = 0;         ///< none is missing from this id on; 0: none at all
};

/// Collects the candidates of one condition from the indexes that know it. Only ids below `below` count.
class EventCandidates
{
public:
    enum class Reach {
        Some,    ///< as many as prove that there are too many, whichever they are
        Newest,  ///< the newest of them
        All,
    };

    EventCandidates(Database& database, Reach reach, std::int64_t below)
        : m_database(database), m_reach(reach), m_below(std::to_string(below))
    {}

    Status addBeginning(const std::string& column, const std::string& text)
    {
        return addFrom("delivery WHERE " + SearchConditions::beginsWith(column),
                       SearchConditions::beginning(text));
    }

    Status addAddress(const std::string& text)
    {
        return add(
            "d.id",
            "wallet w CROSS JOIN delivery d ON d.wallet_id = w.wallet_id WHERE w.address LIKE ? ESCAPE "
            "'\\'",
            {SearchConditions::leading(text)});
    }

    Status addVerdict(const std::string& verdict)
    {
        return addFrom("delivery INDEXED BY delivery_by_verdict WHERE verdict = ?", {verdict});
    }

    Status addTimes(const SearchQuery& query)
    {
        return addFrom("delivery INDEXED BY delivery_by_received WHERE received_at >= ? AND received_at < ?",
                       {query.after.value_or(std::numeric_limits<UnixMillis>::min()),
                        query.before.value_or(std::numeric_limits<UnixMillis>::max())});
    }

    /// The newest name by name, for a name may be that of half a million deliveries, and its index has them
    /// in order.
    Status addNames(const std::string& text)
    {
        std::optional<std::vector<std::string>> names;
        if (m_reach == Reach::Newest) {
            ASSIGN_OR_RETURN(names, namesOf(text));
        }
        if (!names) {
            return addBeginning("event_name", text);
        }
        for (const std::string& name : *names) {
            RETURN_IF_ERROR(addFrom("delivery INDEXED BY delivery_by_name WHERE event_name = ?", {name}));
        }
        return {};
    }

    Candidates taken() const
    {
        Candidates candidates;
        candidates.floor = m_floor;
        candidates.ids.assign(m_ids.rbegin(), m_ids.rend());
        std::erase_if(candidates.ids, [this](std::int64_t id) { return id < m_floor; });
        return candidates;
    }

private:
    Status addFrom(const std::string& from, const Values& values) { return add("id", from, values); }

    Status add(const std::string& id, const std::string& from, const Values& values)
    {
        std::string sql = "SELECT " + id + " FROM " + from + " AND " + id + " < " + m_below;
        if (m_reach == Reach::Newest) {
            sql += " ORDER BY " + id + " DESC";
        }
        ASSIGN_OR_RETURN(const auto hits,
                         hitsOf(m_database, sql, values, m_reach == Reach::All ? -1 : mostCandidates));
        m_ids.insert(hits.ids.begin(), hits.ids.end());
        if (hits.isMore) {
            m_floor = std::max(m_floor, hits.ids.back());
        }
        return {};
    }

    /// Nothing where there are too many to be asked about one by one.
    Result<std::optional<std::vector<std::string>>> namesOf(const std::string& text)
    {
        std::vector<std::string> names;
        while (true) {
            ASSIGN_OR_RETURN(const auto name, nextName(names.empty() ? text : names.back(), names.empty()));
            if (!name || !name->starts_with(text)) {
                return std::optional(std::move(names));
            }
            if (names.size() == mostEventNames) {
                return std::optional<std::vector<std::string>>();
            }
            names.push_back(*name);
        }
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

    Database& m_database;
    Reach m_reach;
    std::string m_below;
    std::set<std::int64_t> m_ids;
    std::int64_t m_floor = 0;
};

/// One condition of a query that indexes know.
using EventTerm = std::function<Status(EventCandidates&)>;

EventTerm wordTerm(const std::string& word)
{
    return [word](EventCandidates& candidates) -> Status {
        for (const char* column : {"event_id", "message_id", "wallet_id", "user_id"}) {
            RETURN_IF_ERROR(candidates.addBeginning(column, word));
        }
        RETURN_IF_ERROR(candidates.addNames(word));
        return candidates.addAddress(word);
    };
}

EventTerm beginningTerm(const char* column, const std::string& value)
{
    return [column, value](EventCandidates& candidates) { return candidates.addBeginning(column, value); };
}

EventTerm nameTerm(const std::string& value)
{
    return [value](EventCandidates& candidates) -> Status {
        RETURN_IF_ERROR(candidates.addBeginning("event_id", value));
        return candidates.addNames(value);
    };
}

/// Nothing where no word and no name is among them: then lists in the order of time are asked.
std::vector<EventTerm> eventTerms(const SearchQuery& query)
{
    std::vector<EventTerm> terms;
    std::ranges::transform(query.words, std::back_inserter(terms), wordTerm);
    for (const auto& [name, value] : query.named) {
        if (name == SearchName::Event) {
            terms.push_back(nameTerm(value));
        } else if (name == SearchName::Wallet) {
            terms.push_back(beginningTerm("wallet_id", value));
        } else if (name == SearchName::User) {
            terms.push_back(beginningTerm("user_id", value));
        } else if (name == SearchName::Address) {
            terms.push_back([value](EventCandidates& candidates) { return candidates.addAddress(value); });
        }
    }
    if (terms.empty()) {
        return terms;
    }
    if (const auto verdict = query.named.find(SearchName::Verdict); verdict != query.named.end()) {
        terms.push_back([verdict = verdict->second](EventCandidates& candidates) {
            return candidates.addVerdict(verdict);
        });
    }
    if (query.before || query.after) {
        terms.push_back([query](EventCandidates& candidates) { return candidates.addTimes(query); });
    }
    return terms;
}

/// Finds the deliveries for which every term holds, the newest first, whatever their age: from the fewest
/// candidates that an index tells. Where each term has too many, from the newest ones of that term of which
/// they reach back furthest, and then from the rest of them.
class EventSearch
{
public:
    EventSearch(Database& database, const SearchQuery& query, std::int64_t limit, std::int64_t below)
        : m_database(database),
          m_conditions(eventConditions(query)),
          m_terms(eventTerms(query)),
          m_limit(limit),
          m_below(below)
    {}

    bool hasTerms() const { return !m_terms.empty(); }

    Result<SearchHits> hits()
    {
        using Reach = EventCandidates::Reach;
        const EventTerm* fewest = nullptr;
        ASSIGN_OR_RETURN(const auto some, candidatesOfFewest(Reach::Some, fewest));
        if (some.floor == 0) {
            RETURN_IF_ERROR(addMatches(some.ids));
            return std::move(m_hits);
        }
        ASSIGN_OR_RETURN(const auto newest, candidatesOfFewest(Reach::Newest, fewest));
        RETURN_IF_ERROR(addMatches(newest.ids));
        if (newest.floor != 0 && !m_hits.isMore) {
            ASSIGN_OR_RETURN(const auto rest, candidatesOf(*fewest, Reach::All, newest.floor));
            RETURN_IF_ERROR(addMatches(rest.ids));
        }
        return std::move(m_hits);
    }

private:
    Result<Candidates> candidatesOf(const EventTerm& term, EventCandidates::Reach reach,
                                    std::int64_t below) const
    {
        EventCandidates candidates(m_database, reach, below);
        RETURN_IF_ERROR(term(candidates));
        return candidates.taken();
    }

    Result<Candidates> candidatesOfFewest(EventCandidates::Reach reach, const EventTerm*& fewest) const
    {
        Candidates best;
        fewest = nullptr;
        for (const EventTerm& term : m_terms) {
            ASSIGN_OR_RETURN(auto candidates, candidatesOf(term, reach, m_below));
            const auto rank = [](const Candidates& one) { return std::pair(one.floor, one.ids.size()); };
            if (fewest == nullptr || rank(candidates) < rank(best)) {
                best = std::move(candidates);
                fewest = &term;
            }
        }
        return best;
    }

    /// In pieces: they become part of a statement, whose length is bounded.
    Status addMatches(std::span<const std::int64_t> ids)
    {
        for (std::size_t at = 0; at < ids.size() && !m_hits.isMore; at += mostCandidates) {
            const auto piece = ids.subspan(at, std::min<std::size_t>(mostCandidates, ids.size() - at));
            ASSIGN_OR_RETURN(
                const auto found,
                hitsOf(m_database,
                       "SELECT id FROM delivery WHERE id IN (" + idList(piece) + ')' + m_conditions.text() +
                           " ORDER BY id DESC",
                       m_conditions.values(), m_limit - static_cast<std::int64_t>(m_hits.ids.size())));
            m_hits.ids.insert(m_hits.ids.end(), found.ids.begin(), found.ids.end());
            m_hits.isMore = found.isMore;
        }
        return {};
    }

    Database& m_database;
    SearchConditions m_conditions;
    std::vector<EventTerm> m_terms;
    std::int64_t m_limit;
    std::int64_t m_below;
    SearchHits m_hits;
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
    EventSearch search(database, query, limit, before);
    if (search.hasTerms()) {
        return search.hits();
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
