#pragma once

#include "services/relay/store/RelayStore.h"

#include <SQLiteCpp/Database.h>

namespace countersign::relay {

/// The removal of one SQLite database's oldest entries, within whatever transaction the caller has open; what
/// may go is FeedRemoval's to say. Lets SQLite::Exception through: the store catches it.
class SqliteRetention
{
public:
    explicit SqliteRetention(SQLite::Database& database) : m_database(database) {}

    /// The named inbox, or all.
    std::vector<InboxId> inboxes(const std::string& name);
    /// One inbox.
    Removed removeEntries(InboxId inbox, const Retention& retention);
    Removed removeResults(UnixMillis before, std::size_t most);

private:
    /// How far every consumer has come; 0 when there is none.
    std::int64_t passedByAll(InboxId inbox);
    void giveBack(const std::string& token, std::int64_t bytes);

    SQLite::Database& m_database;
};

}  // namespace countersign::relay
