#pragma once

#include "services/relay/RelayStore.h"

#include <map>
#include <span>
#include <vector>

namespace countersign {

class PostgresConnection;

/// The channel on which relays tell each other about new entries; the payload is the inbox's id.
inline constexpr std::string_view postgresChannel = "countersign_relay";

/// Why this class exists: several relays write at once, and a reader that passed a number must never find a
/// lower one later. Whoever numbers an entry holds the inbox's row until its transaction is over; the next
/// waits for it. What is queued here goes to the server with the caller's commit, and wakes the pollers of
/// all relays with it.
class PostgresEntries
{
public:
    explicit PostgresEntries(PostgresConnection& connection) : m_connection(connection) {}

    /// Takes the inboxes' rows in the order of their ids, so that two relays do not wait for each other.
    /// The results are RelayStore::append's.
    Result<std::vector<std::int64_t>> append(std::span<const NewEntry> entries);
    /// One entry of an inbox whose row is held. Its number is known at once.
    Result<std::int64_t> append(InboxId inbox, std::string_view kind, UnixMillis receivedAt,
                                std::string_view body);

private:
    /// The inbox's head before, which is then higher by count; nothing when the inbox does not exist.
    Result<std::optional<std::int64_t>> take(InboxId inbox, std::int64_t count);
    void insert(InboxId inbox, std::int64_t seq, std::string_view kind, UnixMillis receivedAt, bool verified,
                std::string_view headersJson, std::string_view body);
    void notify(InboxId inbox);

    PostgresConnection& m_connection;
};

}  // namespace countersign
