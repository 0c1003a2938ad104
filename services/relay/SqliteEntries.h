#pragma once

#include "services/relay/RelayStore.h"

#include <SQLiteCpp/Statement.h>

namespace countersign {

/// Why this class exists: deliveries and jobs come into a feed the same way, within whatever transaction the
/// caller has open. Lets SQLite::Exception through: the store catches it.
class SqliteEntries
{
public:
    explicit SqliteEntries(SQLite::Database& database);

    /// The entry's seq; 0, and nothing stored, when the inbox does not exist.
    std::int64_t append(InboxId inbox, std::string_view kind, UnixMillis receivedAt, bool verified,
                        const std::string& headersJson, std::string_view body);

private:
    SQLite::Statement m_next;
    SQLite::Statement m_insert;
};

}  // namespace countersign
