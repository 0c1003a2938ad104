#pragma once

#include "services/relay/store/FeedState.h"
#include "services/relay/store/RelayStore.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <map>
#include <optional>

namespace countersign::relay {

/// Appends entries to the feeds of one SQLite database, within whatever transaction the caller has open.
/// Deliveries and jobs come into a feed the same way: the inbox's state is read once, goes on in memory, and
/// is written by finish(). Lets SQLite::Exception through: the store catches it.
class SqliteEntries
{
public:
    explicit SqliteEntries(SQLite::Database& database);

    /// A delivery's seq, or noSuchInbox or noRoomInInbox, and nothing stored.
    std::int64_t append(const NewEntry& entry);
    /// What a token brings (EntryRow::ofToken); its room is the caller's to judge. noSuchInbox when there is
    /// none.
    std::int64_t append(const EntryRow& row);
    /// Before the commit.
    void finish();

    /// An inbox's state as its row tells it.
    static std::optional<FeedState> load(SQLite::Database& database, InboxId inbox);
    static void save(SQLite::Database& database, InboxId inbox, const FeedState& state);

private:
    FeedState* stateOf(InboxId inbox);
    bool isRepeat(InboxId inbox, const Sha256Digest& bodyDigest);
    std::int64_t insert(FeedState& state, const EntryRow& row);

    SQLite::Database& m_database;
    SQLite::Statement m_insert;
    std::map<InboxId, std::optional<FeedState>> m_states;
};

}  // namespace countersign::relay
