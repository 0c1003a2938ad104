#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// What a search finds, each kind in its own list.
enum class SearchGroup { Wallets, Jobs, Events, Revocations, Record };
inline constexpr std::array<SearchGroup, 5> searchGroups = {SearchGroup::Wallets, SearchGroup::Jobs,
                                                            SearchGroup::Events, SearchGroup::Revocations,
                                                            SearchGroup::Record};
/// "wallet", "job", "event", "revocation", "record", as kind: takes them
std::string_view toText(SearchGroup group);

/// The names that may stand before a colon.
enum class SearchName {
    State,      ///< the status of a wallet ("active", …) or a job ("pending", …)
    Health,     ///< of a wallet
    Chain,      ///< "evm", "sol", or as Dynamic writes it
    Kind,       ///< a SearchGroup
    Reason,     ///< part of the reason of a job or a revocation
    User,       ///< beginning of a user id
    Wallet,     ///< beginning of a wallet id
    Address,    ///< beginning of an address
    Event,      ///< beginning of an event's name or id
    Job,        ///< beginning of a job's id or of its transaction's hash
    Submitter,  ///< part of a submitter's name
    Verdict,    ///< on a delivery
    Before,     ///< a day (its beginning, UTC) or an ISO 8601 time; what is at it is not found
    After,      ///< the same; what is at it is found
};
std::string_view toText(SearchName name);  ///< "status", …

/// A search query, as an operator types it: words and name:value pairs, either of which may stand in double
/// quotes ("lost laptop", reason:"lost laptop"). Everything has to hold. A list of a kind for which one of
/// the names means nothing stays empty.
struct SearchQuery
{
    static constexpr std::size_t maxBytes = 512;
    static constexpr std::size_t maxTerms = 16;

    std::vector<std::string> words;           ///< not empty, as typed
    std::map<SearchName, std::string> named;  ///< values of Chain, Status, Health, Kind and Verdict as they
                                              ///< are stored
    std::optional<UnixMillis> before;
    std::optional<UnixMillis> after;

    /// InvalidInput with a sentence that names the place: a quote that is not closed, a name that is not
    /// known, one that stands twice or has no value, a value that it does not take, too long, too many, no
    /// UTF-8, control characters.
    static Result<SearchQuery> parse(std::string_view text);

    bool isEmpty() const { return words.empty() && named.empty() && !before && !after; }
    bool concerns(SearchGroup group) const;
};

}  // namespace countersign
