#include "services/relay/PostgresEntries.h"

#include "services/relay/PostgresConnection.h"

namespace countersign {

Result<std::vector<std::int64_t>> PostgresEntries::append(std::span<const NewEntry> entries)
{
    std::map<InboxId, std::int64_t> counts;
    for (const NewEntry& entry : entries) {
        ++counts[entry.inbox];
    }
    std::map<InboxId, std::int64_t> heads;
    for (const auto& [inbox, count] : counts) {
        const auto head = take(inbox, count);
        if (!head) {
            return failure(head.error());
        }
        if (*head) {
            heads.emplace(inbox, **head);
        }
    }
    std::vector<std::int64_t> numbers;
    numbers.reserve(entries.size());
    for (const NewEntry& entry : entries) {
        const auto head = heads.find(entry.inbox);
        if (head == heads.end()) {
            numbers.push_back(0);
            continue;
        }
        numbers.push_back(++head->second);
        insert(entry.inbox, head->second, entry.kind, entry.receivedAt, entry.verified, entry.headersJson,
               entry.body);
    }
    for (const auto& [inbox, head] : heads) {
        notify(inbox);
    }
    return numbers;
}

Result<std::int64_t> PostgresEntries::append(InboxId inbox, std::string_view kind, UnixMillis receivedAt,
                                             std::string_view body)
{
    const auto head = take(inbox, 1);
    if (!head) {
        return failure(head.error());
    }
    if (!*head) {
        return 0;
    }
    insert(inbox, **head + 1, kind, receivedAt, false, "{}", body);
    notify(inbox);
    return **head + 1;
}

Result<std::optional<std::int64_t>> PostgresEntries::take(InboxId inbox, std::int64_t count)
{
    const auto taken =
        m_connection.run("UPDATE inboxes SET head = head + $2 WHERE id = $1 RETURNING head - $2",
                         {PostgresValue::number(inbox), PostgresValue::number(count)});
    if (!taken) {
        return failure(taken.error());
    }
    return taken->isEmpty() ? std::nullopt : std::optional(taken->number(0, 0));
}

void PostgresEntries::insert(InboxId inbox, std::int64_t seq, std::string_view kind, UnixMillis receivedAt,
                             bool verified, std::string_view headersJson, std::string_view body)
{
    m_connection.queue(
        "INSERT INTO entries (inbox, seq, kind, received_at, verified, headers, body) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        {PostgresValue::number(inbox), PostgresValue::number(seq), PostgresValue::text(kind),
         PostgresValue::number(receivedAt), PostgresValue::flag(verified), PostgresValue::text(headersJson),
         PostgresValue::bytes(body)});
}

void PostgresEntries::notify(InboxId inbox)
{
    const std::string payload = std::to_string(inbox);
    m_connection.queue("SELECT pg_notify($1, $2)",
                       {PostgresValue::text(postgresChannel), PostgresValue::text(payload)});
}

}  // namespace countersign
