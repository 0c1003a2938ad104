#include "core/vault/database/versions/SchemaVersions.h"

namespace countersign {

namespace {

// What the programs of this profile wrote last into rows that decide whom it trusts (TrustManifest); a
// profile whose settings are sealed says so in its description, which the wrapped key is bound to.
constexpr const char* version3 = R"sql(
CREATE TABLE trust (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    sealed  BLOB NOT NULL
) STRICT;

ALTER TABLE profile ADD COLUMN settings_sealed INTEGER NOT NULL DEFAULT 0 CHECK (settings_sealed IN (0, 1));
)sql";

}  // namespace

SchemaVersion schemaVersion3()
{
    return {{"seal of the settings", version3}};
}

}  // namespace countersign
