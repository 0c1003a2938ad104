#include "core/vault/database/versions/SchemaVersions.h"

namespace countersign {

namespace {

// Names, tags and lists that operators give to addresses; read by policies and reviews, so vouched for as a
// whole (core/vault/AddressRows.h). chain: by CAIP-2, or its namespace for every chain of it. tags, lists:
// sorted, with a semicolon between.
constexpr const char* version7 = R"sql(
CREATE TABLE address_entry (
    chain       TEXT NOT NULL,
    address     TEXT NOT NULL,
    name        TEXT NOT NULL,
    tags        TEXT NOT NULL,
    lists       TEXT NOT NULL,
    changed_at  INTEGER NOT NULL,
    PRIMARY KEY (chain, address)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

SchemaVersion schemaVersion7()
{
    return {{"address book", version7}};
}

}  // namespace countersign
