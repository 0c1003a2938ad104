#include "services/sandbox/state/MessageStore.h"

#include "services/sandbox/state/StateDatabase.h"

namespace countersign::sandbox {

namespace {

constexpr const char* columns =
    "message_id, event_id, event_name, created_at, status, attempts, round_start, next_attempt_at, "
    "last_attempt_at, last_http_status, last_error, redelivery";
constexpr int columnCount = 12;

Message messageOf(SQLite::Statement& row)
{
    Message message;
    message.messageId = row.getColumn(0).getString();
    message.eventId = row.getColumn(1).getString();
    message.eventName = row.getColumn(2).getString();
    message.createdAt = row.getColumn(3).getInt64();
    message.status = messageStatusFromName(row.getColumn(4).getString()).value_or(MessageStatus::Failed);
    message.attempts = row.getColumn(5).getInt();
    message.roundStart = row.getColumn(6).getInt64();
    message.nextAttemptAt = row.getColumn(7).getInt64();
    message.lastAttemptAt = row.getColumn(8).getInt64();
    message.lastHttpStatus = row.getColumn(9).getInt();
    message.lastError = row.getColumn(10).getString();
    message.redelivery = row.getColumn(11).getInt() != 0;
    return message;
}

}  // namespace

Status MessageStore::add(const Message& message)
{
    return storageCall([&]() -> Status {
        SQLite::Statement insert(
            m_database.handle(),
            "INSERT INTO messages (message_id, event_id, event_name, body, created_at, status, "
            "next_attempt_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
        insert.bind(1, message.messageId);
        insert.bind(2, message.eventId);
        insert.bind(3, message.eventName);
        insert.bind(4, message.body);
        insert.bind(5, message.createdAt);
        insert.bind(6, std::string(messageStatusName(message.status)));
        insert.bind(7, message.nextAttemptAt);
        insert.exec();
        return {};
    });
}

Result<std::optional<Message>> MessageStore::message(const std::string& messageId) const
{
    return storageCall([&]() -> Result<std::optional<Message>> {
        SQLite::Statement query(m_database.handle(), std::string("SELECT ") + columns +
                                                         ", body FROM messages WHERE message_id = ?");
        query.bind(1, messageId);
        if (!query.executeStep()) {
            return std::optional<Message>();
        }
        Message message = messageOf(query);
        message.body = query.getColumn(columnCount).getString();
        return std::optional<Message>(std::move(message));
    });
}

Status MessageStore::update(const Message& message)
{
    return storageCall([&]() -> Status {
        SQLite::Statement update(
            m_database.handle(),
            "UPDATE messages SET status = ?, attempts = ?, round_start = ?, next_attempt_at = ?, "
            "last_attempt_at = ?, last_http_status = ?, last_error = ?, redelivery = ? "
            "WHERE message_id = ?");
        update.bind(1, std::string(messageStatusName(message.status)));
        update.bind(2, message.attempts);
        update.bind(3, message.roundStart);
        update.bind(4, message.nextAttemptAt);
        update.bind(5, message.lastAttemptAt);
        update.bind(6, message.lastHttpStatus);
        update.bind(7, message.lastError);
        update.bind(8, message.redelivery ? 1 : 0);
        update.bind(9, message.messageId);
        update.exec();
        return {};
    });
}

Result<MessageStore::Page> MessageStore::page(std::int64_t after, int limit, bool withBodies) const
{
    return storageCall([&]() -> Result<Page> {
        SQLite::Statement query(m_database.handle(), std::string("SELECT ") + columns + ", position, " +
                                                         (withBodies ? "body" : "''") +
                                                         " FROM messages WHERE position > ? "
                                                         "ORDER BY position LIMIT ?");
        query.bind(1, after);
        query.bind(2, limit + 1);
        Page page;
        page.cursor = after;
        while (query.executeStep()) {
            if (page.messages.size() == static_cast<std::size_t>(limit)) {
                page.more = true;
                break;
            }
            page.messages.push_back(messageOf(query));
            page.cursor = query.getColumn(columnCount).getInt64();
            page.messages.back().body = query.getColumn(columnCount + 1).getString();
        }
        return page;
    });
}

Result<std::vector<MessageStore::Due>> MessageStore::pending() const
{
    return storageCall([&]() -> Result<std::vector<Due>> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT message_id, next_attempt_at FROM messages WHERE status = 'pending' "
                                "ORDER BY position");
        std::vector<Due> due;
        while (query.executeStep()) {
            due.push_back({query.getColumn(0).getString(), query.getColumn(1).getInt64()});
        }
        return due;
    });
}

Result<std::optional<Message>> MessageStore::ofEvent(const std::string& eventId) const
{
    return storageCall([&]() -> Result<std::optional<Message>> {
        SQLite::Statement query(m_database.handle(),
                                std::string("SELECT ") + columns +
                                    " FROM messages WHERE event_id = ? ORDER BY position DESC LIMIT 1");
        query.bind(1, eventId);
        return query.executeStep() ? std::optional(messageOf(query)) : std::nullopt;
    });
}

Result<std::int64_t> MessageStore::countFailed(UnixMillis since) const
{
    return storageCall([&]() -> Result<std::int64_t> {
        SQLite::Statement query(
            m_database.handle(),
            "SELECT count(*) FROM messages WHERE status = 'failed' AND last_attempt_at >= ?");
        query.bind(1, since);
        query.executeStep();
        return query.getColumn(0).getInt64();
    });
}

Status MessageStore::failPending(const std::string& error)
{
    return storageCall([&]() -> Status {
        SQLite::Statement update(
            m_database.handle(),
            "UPDATE messages SET status = 'failed', last_error = ? WHERE status = 'pending'");
        update.bind(1, error);
        update.exec();
        return {};
    });
}

Status MessageStore::forget(UnixMillis before)
{
    return storageCall([&]() -> Status {
        SQLite::Statement remove(m_database.handle(),
                                 "DELETE FROM messages WHERE created_at < ? AND status <> 'pending'");
        remove.bind(1, before);
        remove.exec();
        return {};
    });
}

}  // namespace countersign::sandbox
