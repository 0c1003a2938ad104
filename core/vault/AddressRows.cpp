#include "core/vault/AddressRows.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/vault/AssociatedData.h"

namespace countersign {

Result<std::optional<std::string>> addressBookFingerprint(Database& database)
{
    return attempt([&]() -> Result<std::optional<std::string>> {
        SQLite::Statement query(database.handle(),
                                "SELECT chain, address, name, tags, lists, changed_at FROM address_entry "
                                "ORDER BY chain, address");
        Sha256 hash;
        bool isEmpty = true;
        while (query.executeStep()) {
            isEmpty = false;
            AssociatedData row("countersign address row 1");
            constexpr int texts = 5;
            for (int column = 0; column < texts; ++column) {
                // The bytes that lie there: text may hold zeros.
                row.add(blobView(query.getColumn(column)));
            }
            row.add(query.getColumn(texts).getInt64());
            hash.add(row.bytes());
        }
        return isEmpty ? std::nullopt : std::optional(toHex(hash.finish()));
    });
}

}  // namespace countersign
