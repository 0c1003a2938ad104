#pragma once

#include "core/base/Result.h"
#include "services/relay/store/RelayDatabase.h"

namespace countersign::relay {

class PostgresConnection;

/// Creates the relay's schema (countersign_relay) and its tables or brings them to this version, one relay at
/// a time. NotFound when there are none and the mode is Existing; Corrupt when a schema of that name is not a
/// relay's or is newer than this program.
Status migratePostgresSchema(PostgresConnection& connection, OpenMode mode);

}  // namespace countersign::relay
