#pragma once

#include "core/search/SearchHits.h"
#include "core/search/SearchQuery.h"

#include <optional>

namespace countersign {

/// Finds the deliveries for which every word and name of a query holds, the newest first, whatever their age:
/// along the indexes, for a million of them are never read through. Only ids below `below` count. Nothing
/// where the query has no word and no name that an index knows: then a list in the order of time has them.
Result<std::optional<SearchHits>> findEventsByWords(Database& database, const SearchQuery& query,
                                                    std::int64_t limit, std::int64_t below);

}  // namespace countersign
