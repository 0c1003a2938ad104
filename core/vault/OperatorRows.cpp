#include "core/vault/OperatorRows.h"

#include "core/vault/TableFingerprint.h"

namespace countersign {

Result<std::optional<std::string>> operatorRegisterFingerprint(Database& database)
{
    return tableFingerprint(database, "countersign operator row 1",
                            "SELECT name, public_key, member_of, added_at FROM operator ORDER BY name");
}

}  // namespace countersign
