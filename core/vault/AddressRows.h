#pragma once

#include "core/vault/database/Database.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// What the TrustManifest calls the address book: one value for all of it. There can be far more rows than a
/// manifest has room for, and what was left out of a list of forbidden recipients matters as much as what was
/// put in.
inline constexpr std::string_view addressBookKey = "entries";

/// Hex SHA-256 of every row of the table address_entry with every column, in order; needs no key. Nothing
/// when there is none. Some 60 ms for 100,000 rows.
Result<std::optional<std::string>> addressBookFingerprint(Database& database);

}  // namespace countersign
