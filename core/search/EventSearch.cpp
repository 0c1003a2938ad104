#include "core/search/EventSearch.h"

#include "core/vault/database/Rows.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <set>
#include <span>
#include <utility>

namespace countersign {

namespace {

/// Of one beginning: more different names than these are not asked about one by one.
constexpr std::size_t mostEventNames = 32;
/// So many ids are looked at one by one, in one statement.
constexpr std::int64_t mostCandidates = 10'000;

/// A column of the table delivery, and the index that is to be used: else a list in the order of ids would be
/// read row by row.
struct IndexedColumn
{
    const char* name;
    const char* index;
};
constexpr IndexedColumn byEventId{"event_id", "delivery_by_event"};
constexpr IndexedColumn byMessageId{"message_id", "delivery_by_message"};
constexpr IndexedColumn byWalletId{"wallet_id", "delivery_by_wallet"};
constexpr IndexedColumn byUserId{"user_id", "delivery_by_user"};
constexpr IndexedColumn byEventName{"event_name", "delivery_by_name"};

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

    Status addBeginning(const IndexedColumn& column, const std::string& text)
    {
        return addFrom(std::string("delivery INDEXED BY ") + column.index + " WHERE " +
                           SearchConditions::beginsWith(column.name),
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
            return addBeginning(byEventName, text);
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
    Status addFrom(const std::string& from, const std::vector<SearchConditions::Value>& values)
    {
        return add("id", from, values);
    }

    Status add(const std::string& id, const std::string& from,
               const std::vector<SearchConditions::Value>& values)
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
        for (const IndexedColumn& column : {byEventId, byMessageId, byWalletId, byUserId}) {
            RETURN_IF_ERROR(candidates.addBeginning(column, word));
        }
        RETURN_IF_ERROR(candidates.addNames(word));
        return candidates.addAddress(word);
    };
}

EventTerm beginningTerm(const IndexedColumn& column, const std::string& value)
{
    return [column, value](EventCandidates& candidates) { return candidates.addBeginning(column, value); };
}

EventTerm nameTerm(const std::string& value)
{
    return [value](EventCandidates& candidates) -> Status {
        RETURN_IF_ERROR(candidates.addBeginning(byEventId, value));
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
            terms.push_back(beginningTerm(byWalletId, value));
        } else if (name == SearchName::User) {
            terms.push_back(beginningTerm(byUserId, value));
        } else if (name == SearchName::Address) {
            terms.push_back(
                [address = value](EventCandidates& candidates) { return candidates.addAddress(address); });
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

/// From the fewest candidates that an index tells. Where each term has too many, from the newest ones of that
/// term of which they reach back furthest, and then from the rest of them.
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

}  // namespace

Result<std::optional<SearchHits>> findEventsByWords(Database& database, const SearchQuery& query,
                                                    std::int64_t limit, std::int64_t below)
{
    EventSearch search(database, query, limit, below);
    if (!search.hasTerms()) {
        return std::optional<SearchHits>();
    }
    ASSIGN_OR_RETURN(auto hits, search.hits());
    return std::optional(std::move(hits));
}

}  // namespace countersign
