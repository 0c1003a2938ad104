#pragma once

#include "core/vault/database/Database.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// Hex SHA-256 of every row that the query gives, with every column, in order: what a TrustManifest holds of
/// a table that counts as a whole. Needs no key. Nothing when there is no row. purpose keeps tables apart;
/// the query is a literal, orders by a key and names every column of it.
Result<std::optional<std::string>> tableFingerprint(Database& database, std::string_view purpose,
                                                    const char* query);

}  // namespace countersign
