#pragma once

#include "core/base/Result.h"

#include <SQLiteCpp/Database.h>

namespace countersign::relay {

/// Brings the database to the schema of this program, one migration per step of user_version, in one
/// transaction each. Corrupt when the file belongs to another application or to a newer relay. Lets
/// SQLite::Exception through: the store catches it.
Status migrateRelaySchema(SQLite::Database& database);

}  // namespace countersign::relay
