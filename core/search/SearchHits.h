#pragma once

#include "core/search/SearchConditions.h"
#include "core/vault/database/Database.h"

#include <cstdint>
#include <string>
#include <vector>

namespace countersign {

/// The ids of one group's rows, in the order of its list: the newest first.
struct SearchHits
{
    std::vector<std::int64_t> ids;
    bool isMore = false;  ///< there are more: SearchCatalog::find goes on behind the last id
};

/// At most limit ids of what a statement finds; all of them where the limit is negative.
Result<SearchHits> hitsOf(Database& database, const std::string& sql,
                          const std::vector<SearchConditions::Value>& values, std::int64_t limit);

}  // namespace countersign
