#include "core/vault/AddressRows.h"

#include "core/vault/TableFingerprint.h"

namespace countersign {

Result<std::optional<std::string>> addressBookFingerprint(Database& database)
{
    return tableFingerprint(database, "countersign address row 1",
                            "SELECT chain, address, name, tags, lists, changed_at FROM address_entry "
                            "ORDER BY chain, address");
}

}  // namespace countersign
