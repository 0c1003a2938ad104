#include "services/relay/store/sqlite/SqliteRetention.h"

#include "services/relay/store/FeedState.h"
#include "services/relay/store/sqlite/SqliteBytes.h"
#include "services/relay/store/sqlite/SqliteEntries.h"

#include <SQLiteCpp/Statement.h>

namespace countersign::relay {

std::vector<InboxId> SqliteRetention::inboxes(const std::string& name)
{
    std::vector<InboxId> found;
    SQLite::Statement query(m_database, "SELECT id FROM inboxes WHERE ?1 = '' OR name = ?1");
    query.bind(1, name);
    while (query.executeStep()) {
        found.push_back(query.getColumn(0).getInt64());
    }
    return found;
}

std::int64_t SqliteRetention::passedByAll(InboxId inbox)
{
    SQLite::Statement query(
        m_database,
        "SELECT ifnull(min(position), 0) FROM tokens WHERE inbox = ? AND revoked_at IS NULL "
        "AND (role = 'consumer' OR (role = 'admin' AND position > 0))");
    query.bind(1, inbox);
    query.executeStep();
    return query.getColumn(0).getInt64();
}

Removed SqliteRetention::removeEntries(InboxId inbox, const Retention& retention)
{
    std::optional<FeedState> state = SqliteEntries::load(m_database, inbox);
    const std::int64_t most = retention.upTo > 0 ? retention.upTo : passedByAll(inbox);
    if (!state || most < state->first) {
        return {};
    }
    FeedRemoval removal(*state, retention);
    SQLite::Statement query(m_database,
                            "SELECT seq, received_at, verified, token, kind, "
                            "length(CAST(headers AS BLOB)), length(body), ifnull(chain, (SELECT o.chain FROM "
                            "older_chains o WHERE o.inbox = entries.inbox AND o.seq = entries.seq)) "
                            "FROM entries WHERE inbox = ? AND seq <= ? ORDER BY seq LIMIT ?");
    query.bind(1, inbox);
    query.bind(2, most);
    query.bind(3, static_cast<std::int64_t>(retention.maxEntries));
    while (query.executeStep()) {
        RemovableEntry entry;
        entry.seq = query.getColumn(0).getInt64();
        entry.receivedAt = query.getColumn(1).getInt64();
        entry.verified = query.getColumn(2).getInt() != 0;
        entry.token = query.getColumn(3).getString();
        entry.isWebhook = query.getColumn(4).getString() == webhookEntryKind;
        entry.cost = entryCost(static_cast<std::size_t>(query.getColumn(5).getInt64()),
                               static_cast<std::size_t>(query.getColumn(6).getInt64()));
        entry.head = feedHeadFromBytes(readBytes(query.getColumn(7))).value_or(firstFeedHead);
        if (!removal.remove(entry)) {
            break;
        }
    }
    query.reset();
    if (removal.count() == 0) {
        return {};
    }
    for (const char* const table : {"entries", "older_chains", "inbox_statements"}) {
        SQLite::Statement remove(m_database,
                                 std::string("DELETE FROM ") + table + " WHERE inbox = ? AND seq <= ?");
        remove.bind(1, inbox);
        remove.bind(2, removal.removedUpTo());
        remove.exec();
    }
    SqliteEntries::save(m_database, inbox, *state);
    SQLite::Statement base(m_database, "UPDATE inboxes SET base_chain = ? WHERE id = ?");
    bindBytes(base, 1, asText(removal.baseHead()));
    base.bind(2, inbox);
    base.exec();
    for (const auto& [token, bytes] : removal.givenBack()) {
        giveBack(token, bytes);
    }
    return {removal.count(), 0, removal.isFull()};
}

Removed SqliteRetention::removeResults(UnixMillis before, std::size_t most)
{
    struct Result
    {
        std::int64_t job;
        std::string token;
        std::int64_t cost;
    };
    std::vector<Result> old;
    SQLite::Statement query(
        m_database,
        "SELECT id, event_token, event_cost FROM jobs WHERE finished = 1 AND event IS NOT NULL "
        "AND updated_at < ? LIMIT ?");
    query.bind(1, before);
    query.bind(2, static_cast<std::int64_t>(most));
    while (query.executeStep()) {
        old.push_back(
            {query.getColumn(0).getInt64(), query.getColumn(1).getString(), query.getColumn(2).getInt64()});
    }
    query.reset();
    SQLite::Statement remove(m_database,
                             "UPDATE jobs SET event = NULL, result = NULL, event_cost = 0 WHERE id = ?");
    for (const Result& one : old) {
        remove.reset();
        remove.bind(1, one.job);
        remove.exec();
        giveBack(one.token, one.cost);
    }
    return {0, old.size(), old.size() >= most};
}

void SqliteRetention::giveBack(const std::string& token, std::int64_t bytes)
{
    SQLite::Statement update(m_database,
                             "UPDATE tokens SET kept_bytes = max(0, kept_bytes - ?) WHERE id = ?");
    update.bind(1, bytes);
    update.bind(2, token);
    update.exec();
}

}  // namespace countersign::relay
