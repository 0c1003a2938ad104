#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <SQLiteCpp/Column.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// Helpers for searching, paging and reading rows in SQLite. The catalogs of wallets and deliveries search and
// page in the same way; what an operator types must mean itself, wildcards included, and must not be able to
// make SQLite work without bound.

namespace countersign {

/// '%text%' with %, _ and \ escaped, for "LIKE ? ESCAPE '\'".
std::string containsPattern(std::string_view text);

/// InvalidInput for more than 512 bytes: no name, id or address is longer.
Status acceptableSearchText(std::string_view text);

/// "1,2,3" for an IN clause.
std::string idList(std::span<const std::int64_t> ids);

/// The rows in the order of ids; ids without a row are left out.
template <typename Row>
std::vector<Row> inOrder(std::span<const std::int64_t> ids, std::unordered_map<std::int64_t, Row>& rows)
{
    std::vector<Row> ordered;
    ordered.reserve(rows.size());
    for (const std::int64_t id : ids) {
        if (auto node = rows.extract(id); !node.empty()) {
            ordered.push_back(std::move(node.mapped()));
        }
    }
    return ordered;
}

/// NULL is nothing.
std::optional<std::string> optionalTextOf(const SQLite::Column& column);
std::optional<UnixMillis> optionalTimeOf(const SQLite::Column& column);
/// A copy; NULL is empty.
Bytes blobOf(const SQLite::Column& column);

}  // namespace countersign
