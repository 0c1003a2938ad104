#include "services/relay/SqliteEntries.h"

#include "services/relay/SqliteBytes.h"

#include <SQLiteCpp/Database.h>

namespace countersign {

SqliteEntries::SqliteEntries(SQLite::Database& database)
    : m_next(database, "UPDATE inboxes SET head = head + 1 WHERE id = ? RETURNING head"),
      m_insert(database,
               "INSERT INTO entries (inbox, seq, kind, received_at, verified, headers, body) "
               "VALUES (?, ?, ?, ?, ?, ?, ?)")
{}

std::int64_t SqliteEntries::append(InboxId inbox, std::string_view kind, UnixMillis receivedAt, bool verified,
                                   const std::string& headersJson, std::string_view body)
{
    m_next.reset();
    m_next.bind(1, inbox);
    const std::int64_t seq = m_next.executeStep() ? m_next.getColumn(0).getInt64() : 0;
    m_next.reset();
    if (seq == 0) {
        return 0;
    }
    m_insert.reset();
    m_insert.bind(1, inbox);
    m_insert.bind(2, seq);
    m_insert.bind(3, std::string(kind));
    m_insert.bind(4, receivedAt);
    m_insert.bind(5, verified ? 1 : 0);
    m_insert.bindNoCopy(6, headersJson);
    bindBytes(m_insert, 7, body);
    m_insert.exec();
    return seq;
}

}  // namespace countersign
