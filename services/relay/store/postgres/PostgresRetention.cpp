#include "services/relay/store/postgres/PostgresRetention.h"

#include "services/relay/store/postgres/PostgresConnection.h"
#include "services/relay/store/postgres/PostgresEntries.h"

namespace countersign::relay {

Result<std::vector<InboxId>> PostgresRetention::inboxes(const std::string& name)
{
    ASSIGN_OR_RETURN(const auto rows,
                     m_connection.run("SELECT id FROM inboxes WHERE $1 = '' OR name = $1 ORDER BY id",
                                      {PostgresValue::text(name)}));
    std::vector<InboxId> found;
    for (int row = 0; row < rows.size(); ++row) {
        found.push_back(rows.number(row, 0));
    }
    return found;
}

Result<std::int64_t> PostgresRetention::passedByAll(InboxId inbox)
{
    ASSIGN_OR_RETURN(
        const auto rows,
        m_connection.run(
            "SELECT coalesce(min(position), 0) FROM tokens WHERE inbox = $1 AND revoked_at IS NULL "
            "AND (role = 'consumer' OR (role = 'admin' AND position > 0))",
            {PostgresValue::number(inbox)}));
    return rows.number(0, 0);
}

Status PostgresRetention::look(InboxId inbox, std::int64_t upTo, const Retention& retention,
                               FeedRemoval& removal)
{
    ASSIGN_OR_RETURN(
        const auto rows,
        m_connection.run("SELECT e.seq, e.received_at, e.verified, e.token, e.kind, octet_length(e.headers), "
                         "octet_length(e.body), coalesce(e.chain, o.chain) FROM entries e "
                         "LEFT JOIN older_chains o ON o.inbox = e.inbox AND o.seq = e.seq "
                         "WHERE e.inbox = $1 AND e.seq <= $2 ORDER BY e.seq LIMIT $3",
                         {PostgresValue::number(inbox), PostgresValue::number(upTo),
                          PostgresValue::number(static_cast<std::int64_t>(retention.maxEntries))}));
    for (int row = 0; row < rows.size(); ++row) {
        RemovableEntry entry;
        entry.seq = rows.number(row, 0);
        entry.receivedAt = rows.number(row, 1);
        entry.verified = rows.flag(row, 2);
        entry.token = rows.text(row, 3);
        entry.isWebhook = rows.view(row, 4) == webhookEntryKind;
        entry.cost = entryCost(static_cast<std::size_t>(rows.number(row, 5)),
                               static_cast<std::size_t>(rows.number(row, 6)));
        entry.head = feedHeadFromBytes(rows.view(row, 7)).value_or(firstFeedHead);
        if (!removal.remove(entry)) {
            break;
        }
    }
    return {};
}

Result<Removed> PostgresRetention::removeEntries(InboxId inbox, const Retention& retention)
{
    ASSIGN_OR_RETURN(auto state, PostgresEntries(m_connection).hold(inbox));
    ASSIGN_OR_RETURN(const auto passed, passedByAll(inbox));
    const std::int64_t most = retention.upTo > 0 ? retention.upTo : passed;
    if (!state || most < state->first) {
        return Removed();
    }
    FeedRemoval removal(*state, retention);
    RETURN_IF_ERROR(look(inbox, most, retention, removal));
    if (removal.count() == 0) {
        return Removed();
    }
    using Value = PostgresValue;
    m_connection.queue("DELETE FROM entries WHERE inbox = $1 AND seq <= $2",
                       {Value::number(inbox), Value::number(removal.removedUpTo())});
    m_connection.queue("DELETE FROM older_chains WHERE inbox = $1 AND seq <= $2",
                       {Value::number(inbox), Value::number(removal.removedUpTo())});
    m_connection.queue("DELETE FROM inbox_statements WHERE inbox = $1 AND seq <= $2",
                       {Value::number(inbox), Value::number(removal.removedUpTo())});
    PostgresEntries(m_connection).save(inbox, *state);
    m_connection.queue("UPDATE inboxes SET base_chain = $2 WHERE id = $1",
                       {Value::number(inbox), Value::bytes(BytesView(removal.baseHead()))});
    for (const auto& [token, bytes] : removal.givenBack()) {
        giveBack(token, bytes);
    }
    return Removed{removal.count(), 0, removal.isFull()};
}

Result<Removed> PostgresRetention::removeResults(UnixMillis before, std::size_t most)
{
    // Whoever decides about a job holds its inbox's row, and finished jobs are nobody's to decide about any
    // more.
    ASSIGN_OR_RETURN(const auto old,
                     m_connection.run("SELECT id, event_token, event_cost FROM jobs WHERE finished AND event "
                                      "IS NOT NULL AND updated_at < "
                                      "$1 "
                                      "ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED",
                                      {PostgresValue::number(before),
                                       PostgresValue::number(static_cast<std::int64_t>(most))}));
    for (int row = 0; row < old.size(); ++row) {
        m_connection.queue("UPDATE jobs SET event = NULL, result = NULL, event_cost = 0 WHERE id = $1",
                           {PostgresValue::number(old.number(row, 0))});
        giveBack(old.text(row, 1), old.number(row, 2));
    }
    const auto count = static_cast<std::size_t>(old.size());
    return Removed{0, count, count >= most};
}

void PostgresRetention::giveBack(const std::string& token, std::int64_t bytes)
{
    m_connection.queue("UPDATE tokens SET kept_bytes = greatest(0, kept_bytes - $2) WHERE id = $1",
                       {PostgresValue::text(token), PostgresValue::number(bytes)});
}

}  // namespace countersign::relay
