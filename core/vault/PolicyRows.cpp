#include "core/vault/PolicyRows.h"

#include "core/vault/TableFingerprint.h"

namespace countersign {

Result<std::optional<std::string>> policyRowsFingerprint(Database& database)
{
    return tableFingerprint(database, "countersign policy row 1",
                            "SELECT id, sha256, name, rules, set_at, ended_at FROM policy ORDER BY id");
}

}  // namespace countersign
