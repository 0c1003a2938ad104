#pragma once

#include "core/base/Result.h"

namespace countersign {

class Database;

/// "CSGN" as SQLite's application_id: tells a profile from any other database.
inline constexpr int profileApplicationId = 0x4353474e;

/// Brings an empty or older file to the current schema, one transaction per version (PRAGMA user_version).
/// With mayWrite false only checks. Newer: Unsupported. Foreign: Corrupt.
Status migrate(Database& database, bool mayWrite);

/// The version that this program writes.
int currentSchemaVersion();

}  // namespace countersign
