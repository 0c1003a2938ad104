#include "core/search/SearchHits.h"

namespace countersign {

Result<SearchHits> hitsOf(Database& database, const std::string& sql,
                          const std::vector<SearchConditions::Value>& values, std::int64_t limit)
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

}  // namespace countersign
