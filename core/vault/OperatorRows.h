#pragma once

#include "core/vault/database/Database.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// What the TrustManifest calls the register of operators: one value for all of it, because an operator that
/// was taken away matters as much as one that was put in (a rejection would not count any more).
inline constexpr std::string_view operatorRegisterKey = "entries";

/// Hex SHA-256 of every row of the table operator with every column, in order; needs no key. Nothing when
/// there is none.
Result<std::optional<std::string>> operatorRegisterFingerprint(Database& database);

}  // namespace countersign
