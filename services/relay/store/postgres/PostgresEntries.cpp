#include "services/relay/store/postgres/PostgresEntries.h"

#include "services/relay/store/postgres/PostgresConnection.h"

namespace countersign::relay {

Result<std::vector<std::int64_t>> PostgresEntries::append(std::span<const NewEntry> entries)
{
    std::vector<Sha256Digest> bodies;
    bodies.reserve(entries.size());
    for (const NewEntry& entry : entries) {
        bodies.push_back(sha256(asBytes(entry.body)));
    }
    ASSIGN_OR_RETURN(auto feeds, holdAll(entries, bodies));
    std::vector<std::int64_t> numbers;
    numbers.reserve(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto feed = feeds.find(entries[i].inbox);
        numbers.push_back(feed == feeds.end() ? noSuchInbox : append(feed->second, entries[i], bodies[i]));
    }
    for (const auto& [inbox, feed] : feeds) {
        if (feed.isChanged) {
            save(inbox, feed.state);
            notify(inbox);
        }
    }
    return numbers;
}

Result<std::map<InboxId, PostgresEntries::Feed>> PostgresEntries::holdAll(
    std::span<const NewEntry> entries, const std::vector<Sha256Digest>& bodies)
{
    std::map<InboxId, std::string> signedBodies;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        signedBodies[entries[i].inbox] += entries[i].verified ? asText(bodies[i]) : std::string_view();
    }
    std::map<InboxId, Feed> feeds;
    for (const auto& [inbox, digests] : signedBodies) {
        ASSIGN_OR_RETURN(const auto state, hold(inbox));
        if (!state) {
            continue;
        }
        ASSIGN_OR_RETURN(auto known, digests.empty() ? std::set<std::string>() : repeats(inbox, digests));
        feeds.emplace(inbox, Feed{*state, std::move(known), false});
    }
    return feeds;
}

std::int64_t PostgresEntries::append(Feed& feed, const NewEntry& entry, const Sha256Digest& body)
{
    const bool isSigned = entry.verified && !feed.known.contains(std::string(asText(body)));
    if (!feed.state.takeIn(entry, isSigned)) {
        return noRoomInInbox;
    }
    if (isSigned) {
        feed.known.emplace(asText(body));
    }
    feed.isChanged = true;
    const EntryRow row = EntryRow::ofDelivery(entry, isSigned, body);
    feed.state.advance(row);
    insert(row, feed.state);
    return feed.state.last;
}

Result<std::int64_t> PostgresEntries::append(const EntryRow& row)
{
    ASSIGN_OR_RETURN(auto state, hold(row.inbox));
    if (!state) {
        return noSuchInbox;
    }
    const std::int64_t seq = state->advance(row);
    insert(row, *state);
    save(row.inbox, *state);
    notify(row.inbox);
    return seq;
}

Result<std::optional<FeedState>> PostgresEntries::hold(InboxId inbox)
{
    ASSIGN_OR_RETURN(
        const auto rows,
        m_connection.run(
            "SELECT head, first_seq, chain, signed_bytes, stranger_bytes FROM inboxes WHERE id = $1 "
            "FOR NO KEY UPDATE",
            {PostgresValue::number(inbox)}));
    if (rows.isEmpty()) {
        return std::nullopt;
    }
    FeedState state;
    state.last = rows.number(0, 0);
    state.first = rows.number(0, 1);
    state.head = feedHeadFromBytes(rows.view(0, 2)).value_or(firstFeedHead);
    state.signedBytes = rows.number(0, 3);
    state.strangerBytes = rows.number(0, 4);
    return state;
}

void PostgresEntries::save(InboxId inbox, const FeedState& state)
{
    m_connection.queue(
        "UPDATE inboxes SET head = $2, first_seq = $3, chain = $4, signed_bytes = $5, stranger_bytes = $6 "
        "WHERE id = $1",
        {PostgresValue::number(inbox), PostgresValue::number(state.last), PostgresValue::number(state.first),
         PostgresValue::bytes(BytesView(state.head)), PostgresValue::number(state.signedBytes),
         PostgresValue::number(state.strangerBytes)});
}

Result<std::set<std::string>> PostgresEntries::repeats(InboxId inbox, const std::string& digests)
{
    ASSIGN_OR_RETURN(
        const auto rows,
        m_connection.run("SELECT k FROM (SELECT substring($2::bytea FROM i * 32 + 1 FOR 32) AS k "
                         "FROM generate_series(0, octet_length($2::bytea) / 32 - 1) i) asked "
                         "WHERE EXISTS (SELECT FROM entries WHERE inbox = $1 AND repeat_key = asked.k)",
                         {PostgresValue::number(inbox), PostgresValue::bytes(digests)}));
    std::set<std::string> known;
    for (int row = 0; row < rows.size(); ++row) {
        known.insert(rows.text(row, 0));
    }
    return known;
}

void PostgresEntries::insert(const EntryRow& row, const FeedState& state)
{
    m_connection.queue(
        "INSERT INTO entries (inbox, seq, kind, received_at, verified, headers, body, chain, token, "
        "repeat_key) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        {PostgresValue::number(row.inbox), PostgresValue::number(state.last), PostgresValue::text(row.kind),
         PostgresValue::number(row.receivedAt), PostgresValue::flag(row.isSigned),
         PostgresValue::text(row.headersJson), PostgresValue::bytes(row.body),
         PostgresValue::bytes(BytesView(state.head)), PostgresValue::text(row.token),
         row.isSigned ? PostgresValue::bytes(BytesView(row.bodyDigest))
                      : PostgresValue::null(PostgresValue::bytesType)});
}

void PostgresEntries::notify(InboxId inbox)
{
    const std::string payload = std::to_string(inbox);
    m_connection.queue("SELECT pg_notify($1, $2)",
                       {PostgresValue::text(postgresChannel), PostgresValue::text(payload)});
}

}  // namespace countersign::relay
