#pragma once

#include "core/vault/database/Database.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// What the TrustManifest calls the policy in force and those before it: one value for all of them, because
/// one that was taken away matters as much as one that was put in.
inline constexpr std::string_view policyRowsKey = "entries";

/// Hex SHA-256 of every row of the table policy, in order, with every column but the document, for which its
/// sha256 stands: whoever reads a document compares it with that. Needs no key. Nothing when there is none.
Result<std::optional<std::string>> policyRowsFingerprint(Database& database);

}  // namespace countersign
