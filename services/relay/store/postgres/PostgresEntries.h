#pragma once

#include "services/relay/store/FeedState.h"
#include "services/relay/store/RelayStore.h"
#include "services/relay/store/postgres/PostgresValue.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace countersign::relay {

class PostgresConnection;

/// The channel on which relays tell each other about new entries; the payload is the inbox's id.
inline constexpr std::string_view postgresChannel = "countersign_relay";

/// Appends entries to the feeds of a PostgreSQL database. Several relays write at once, and a reader that
/// passed a number must never find a lower one later. Whoever numbers an entry holds the inbox's row until
/// its transaction is over; the next waits for it. So numbers and heads have no gaps either: what is rolled
/// back was never the row's. What is queued here goes to the server with the caller's commit, and wakes the
/// pollers of all relays with it.
class PostgresEntries
{
public:
    explicit PostgresEntries(PostgresConnection& connection) : m_connection(connection) {}

    /// Holds the inboxes' rows in the order of their ids, so that two relays do not wait for each other.
    /// The results are RelayStore::append's.
    Result<std::vector<std::int64_t>> append(std::span<const NewEntry> entries);
    /// What a token brings into an inbox whose row is held. Its number is known at once.
    Result<std::int64_t> append(const EntryRow& row);

    /// Holds the inbox's row; nothing when it does not exist.
    Result<std::optional<FeedState>> hold(InboxId inbox);
    void save(InboxId inbox, const FeedState& state);

private:
    struct Feed
    {
        FeedState state;
        std::set<std::string> known;  ///< digests of signed bodies that are there
        bool isChanged = false;
    };

    Result<std::map<InboxId, Feed>> holdAll(std::span<const NewEntry> entries,
                                            const std::vector<Sha256Digest>& bodies);
    std::int64_t append(Feed& feed, const NewEntry& entry, const Sha256Digest& body);
    /// Which of the digests, 32 bytes each, are those of signed bodies in the inbox.
    Result<std::set<std::string>> repeats(InboxId inbox, const std::string& digests);
    void insert(const EntryRow& row, const FeedState& state);
    void notify(InboxId inbox);

    PostgresConnection& m_connection;
};

}  // namespace countersign::relay
