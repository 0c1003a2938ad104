#pragma once

#include "services/relay/store/FeedState.h"
#include "services/relay/store/RelayStore.h"

#include <vector>

namespace countersign::relay {

class PostgresConnection;

/// The removal of one PostgreSQL database's oldest entries, within the transaction that the caller has open;
/// what may go is FeedRemoval's to say.
class PostgresRetention
{
public:
    explicit PostgresRetention(PostgresConnection& connection) : m_connection(connection) {}

    /// The named inbox, or all.
    Result<std::vector<InboxId>> inboxes(const std::string& name);
    /// One inbox, whose row is held until the commit.
    Result<Removed> removeEntries(InboxId inbox, const Retention& retention);
    Result<Removed> removeResults(UnixMillis before, std::size_t most);

private:
    /// How far every consumer has come; 0 when there is none.
    Result<std::int64_t> passedByAll(InboxId inbox);
    Status look(InboxId inbox, std::int64_t upTo, const Retention& retention, FeedRemoval& removal);
    void giveBack(const std::string& token, std::int64_t bytes);

    PostgresConnection& m_connection;
};

}  // namespace countersign::relay
