#pragma once

#include "core/base/Result.h"

#include <vector>

namespace countersign {

class Database;

/// "CSGN" as SQLite's application_id: tells a profile from any other database.
inline constexpr int profileApplicationId = 0x4353474e;

/// One topic's statements of a version. They never change once a version was given away: the texts that they
/// leave in the file are compared with it at every opening (SchemaCheck.h).
struct SchemaStep
{
    const char* name;
    const char* sql;
};
using SchemaVersion = std::vector<SchemaStep>;

/// Version 1 first; a file's version (PRAGMA user_version) is how many of them it has.
const std::vector<SchemaVersion>& schemaVersions();

/// Brings an empty or older file to the current schema, one transaction per version, after examineSchema()
/// found it to be what that version makes, and finds the outcome to be what the current one makes. With
/// mayWrite false only examines; Busy when the file is older. Errors of examineSchema(). Gives SQLite's
/// cookie of the schema that was examined last (PRAGMA schema_version).
Result<int> migrate(Database& database, bool mayWrite);

/// The version that this program writes.
int currentSchemaVersion();

}  // namespace countersign
