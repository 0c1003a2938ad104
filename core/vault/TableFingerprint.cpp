#include "core/vault/TableFingerprint.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/vault/AssociatedData.h"

namespace countersign {

Result<std::optional<std::string>> tableFingerprint(Database& database, std::string_view purpose,
                                                    const char* query)
{
    return attempt([&]() -> Result<std::optional<std::string>> {
        StatementLease lease = database.statement(query);
        SQLite::Statement& rows = *lease;
        Sha256 hash;
        bool isEmpty = true;
        while (rows.executeStep()) {
            isEmpty = false;
            AssociatedData row(purpose);
            for (int column = 0; column < rows.getColumnCount(); ++column) {
                const SQLite::Column value = rows.getColumn(column);
                // Of text the bytes that lie there: it may hold zeros.
                value.isInteger() ? row.add(value.getInt64()) : row.add(blobView(value));
            }
            hash.add(row.bytes());
        }
        return isEmpty ? std::nullopt : std::optional(toHex(hash.finish()));
    });
}

}  // namespace countersign
