#include "services/relay/store/sqlite/SqliteEntries.h"

#include "services/relay/store/sqlite/SqliteBytes.h"

namespace countersign::relay {

SqliteEntries::SqliteEntries(SQLite::Database& database)
    : m_database(database),
      m_insert(database,
               "INSERT INTO entries (inbox, seq, kind, received_at, verified, headers, body, chain, token, "
               "repeat_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
{}

std::optional<FeedState> SqliteEntries::load(SQLite::Database& database, InboxId inbox)
{
    SQLite::Statement query(database,
                            "SELECT head, first_seq, chain, signed_bytes, stranger_bytes FROM inboxes "
                            "WHERE id = ?");
    query.bind(1, inbox);
    if (!query.executeStep()) {
        return std::nullopt;
    }
    FeedState state;
    state.last = query.getColumn(0).getInt64();
    state.first = query.getColumn(1).getInt64();
    state.head = feedHeadFromBytes(readBytes(query.getColumn(2))).value_or(firstFeedHead);
    state.signedBytes = query.getColumn(3).getInt64();
    state.strangerBytes = query.getColumn(4).getInt64();
    return state;
}

void SqliteEntries::save(SQLite::Database& database, InboxId inbox, const FeedState& state)
{
    SQLite::Statement update(database,
                             "UPDATE inboxes SET head = ?, first_seq = ?, chain = ?, signed_bytes = ?, "
                             "stranger_bytes = ? WHERE id = ?");
    update.bind(1, state.last);
    update.bind(2, state.first);
    bindBytes(update, 3, asText(state.head));
    update.bind(4, state.signedBytes);
    update.bind(5, state.strangerBytes);
    update.bind(6, inbox);
    update.exec();
}

FeedState* SqliteEntries::stateOf(InboxId inbox)
{
    const auto [found, isNew] = m_states.try_emplace(inbox);
    if (isNew) {
        found->second = load(m_database, inbox);
    }
    return found->second ? &*found->second : nullptr;
}

bool SqliteEntries::isRepeat(InboxId inbox, const Sha256Digest& bodyDigest)
{
    SQLite::Statement query(m_database, "SELECT 1 FROM entries WHERE inbox = ? AND repeat_key = ?");
    query.bind(1, inbox);
    bindBytes(query, 2, asText(bodyDigest));
    return query.executeStep();
}

std::int64_t SqliteEntries::append(const NewEntry& entry)
{
    FeedState* const state = stateOf(entry.inbox);
    if (state == nullptr) {
        return noSuchInbox;
    }
    const Sha256Digest bodyDigest = sha256(asBytes(entry.body));
    const bool isSigned = entry.verified && !isRepeat(entry.inbox, bodyDigest);
    if (!state->takeIn(entry, isSigned)) {
        return noRoomInInbox;
    }
    return insert(*state, EntryRow::ofDelivery(entry, isSigned, bodyDigest));
}

std::int64_t SqliteEntries::append(const EntryRow& row)
{
    FeedState* const state = stateOf(row.inbox);
    return state == nullptr ? noSuchInbox : insert(*state, row);
}

std::int64_t SqliteEntries::insert(FeedState& state, const EntryRow& row)
{
    const std::int64_t seq = state.advance(row);
    m_insert.reset();
    m_insert.bind(1, row.inbox);
    m_insert.bind(2, seq);
    bindText(m_insert, 3, row.kind);
    m_insert.bind(4, row.receivedAt);
    m_insert.bind(5, row.isSigned ? 1 : 0);
    bindText(m_insert, 6, row.headersJson);
    bindBytes(m_insert, 7, row.body);
    bindBytes(m_insert, 8, asText(state.head));
    bindText(m_insert, 9, row.token);
    if (row.isSigned) {
        bindBytes(m_insert, 10, asText(row.bodyDigest));
    } else {
        m_insert.bind(10);
    }
    m_insert.exec();
    return seq;
}

void SqliteEntries::finish()
{
    for (const auto& [inbox, state] : m_states) {
        if (state) {
            save(m_database, inbox, *state);
        }
    }
    m_states.clear();
}

}  // namespace countersign::relay
