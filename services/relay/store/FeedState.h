#pragma once

#include "core/base/Result.h"
#include "services/relay/store/FeedHead.h"
#include "services/relay/store/RelayStore.h"

#include <map>
#include <string>
#include <string_view>

namespace countersign::relay {

/// What one entry counts against a quota: small ones cost rows and indexes too, so that bytes alone bound how
/// many are kept.
inline constexpr std::int64_t leastEntryCost = 1024;
std::int64_t entryCost(std::size_t headerBytes, std::size_t bodyBytes);

/// An entry on its way into a table; everything it refers to is its caller's.
struct EntryRow
{
    InboxId inbox = 0;
    std::string_view kind;
    UnixMillis receivedAt = 0;
    bool isSigned = false;  ///< counts as the inbox's own: see FeedState::takeIn
    std::string_view headersJson;
    std::string_view body;
    std::string_view token;  ///< whose quota it counts against; empty: the inbox's
    Sha256Digest bodyDigest{};

    static EntryRow ofDelivery(const NewEntry& entry, bool isSigned, const Sha256Digest& bodyDigest);
    /// What a token brings: it has no headers.
    static EntryRow ofToken(InboxId inbox, std::string_view kind, UnixMillis receivedAt,
                            std::string_view body, std::string_view token);
    Sha256Digest digest() const { return entryDigest(kind, receivedAt, headersJson, bodyDigest); }
};

/// The part of an inbox that changes with its feed, read at the beginning of a transaction that holds the
/// inbox and written at its end. Which number, which head and whose quota an entry gets is the same in every
/// database.
struct FeedState
{
    std::int64_t last = 0;           ///< the last entry's seq
    std::int64_t first = 1;          ///< the smallest seq that is still there
    FeedHead head = firstFeedHead;   ///< at last
    std::int64_t signedBytes = 0;    ///< what is kept of verified deliveries, as entryCost
    std::int64_t strangerBytes = 0;  ///< of the others

    /// False when the delivery does not fit; else it is counted. A signed one that is there already (isSigned
    /// is false then) can be anybody's who saw it, and counts like a stranger's.
    bool takeIn(const NewEntry& entry, bool isSigned);
    /// The next entry's seq; the head goes on with it.
    std::int64_t advance(const EntryRow& entry);
};

/// One entry as retention looks at it.
struct RemovableEntry
{
    std::int64_t seq = 0;
    UnixMillis receivedAt = 0;
    bool verified = false;
    std::string token;  ///< whose quota it counts against; empty: the inbox's
    bool isWebhook = true;
    std::int64_t cost = 0;
    FeedHead head{};
};

/// The rules of retention for one feed: what may go from its beginning, and what that gives back to whom.
class FeedRemoval
{
public:
    FeedRemoval(FeedState& state, const Retention& retention) : m_state(state), m_retention(retention) {}

    /// In order from the feed's beginning; false when this one and all behind it stay.
    bool remove(const RemovableEntry& entry);

    std::int64_t removedUpTo() const { return m_upTo; }
    std::size_t count() const { return m_count; }
    /// Whether a step removes no more than it has; the next one may.
    bool isFull() const { return m_count >= m_retention.maxEntries || m_bytes >= m_retention.maxBytes; }
    /// At removedUpTo: what the remaining entries go on from.
    const FeedHead& baseHead() const { return m_base; }
    const std::map<std::string, std::int64_t>& givenBack() const { return m_givenBack; }

private:
    FeedState& m_state;
    const Retention& m_retention;
    std::int64_t m_upTo = 0;
    std::size_t m_count = 0;
    std::int64_t m_bytes = 0;
    FeedHead m_base = firstFeedHead;
    std::map<std::string, std::int64_t> m_givenBack;
};

tl::unexpected<Error> unknownInboxFailure(const std::string& name);
tl::unexpected<Error> inboxExistsFailure(const std::string& name);
tl::unexpected<Error> unknownTokenFailure();
tl::unexpected<Error> unknownJobFailure();

}  // namespace countersign::relay
