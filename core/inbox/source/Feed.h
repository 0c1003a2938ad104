#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <QObject>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace countersign {

/// The kind of an entry of which nothing could be read but its number; its body is what stood in the feed.
inline constexpr std::string_view unreadableEntryKind = "unreadable";
/// The "header" of such an entry that says what is wrong with it.
inline constexpr std::string_view unreadableEntryHeader = "countersign-unreadable";

/// The url of what is taken in from Dynamic's own log of a webhook (its inbox): no relay, and nothing that
/// anybody follows.
inline constexpr std::string_view messageLogUrl = "dynamic:messages";

/// One delivery as a source hands it over: bytes untouched, nothing verified yet.
struct FeedEntry
{
    std::int64_t seq = 0;
    std::string kind;  ///< "webhook"; others are kept and shown
    UnixMillis receivedAt = 0;
    /// Names in lower case; a name may occur more than once.
    std::vector<std::pair<std::string, std::string>> headers;
    Bytes body;
};

/// Up to where a feed was read. identity and history are the source's words (design.md §6: feed, head),
/// opaque here; empty where it told none.
struct FeedPosition
{
    std::int64_t cursor = 0;
    std::string identity = {};
    std::string history = {};

    bool operator==(const FeedPosition&) const = default;
};

struct FeedPage
{
    std::vector<FeedEntry> entries;  ///< ascending seq, each greater than the cursor asked for
    std::int64_t cursor = 0;         ///< what to ask for next
    std::string identity = {};       ///< of the feed; empty where the source has none
    std::string history = {};        ///< up to cursor; empty as above
    std::int64_t removed = 0;        ///< so many entries before the first were removed by retention
};

/// How a feed turned out to be another than the one that was read.
enum class FeedChange {
    Identity,  ///< another database
    History,   ///< the same, and not what was read: shorter, or other entries
};

/// A source of feed entries, read by cursor. The inbox must not care where deliveries come from
/// (Countersign's relay today). A source hands out what lies behind a cursor and never removes anything. One
/// request at a time; every request ends with exactly one of the three signals.
class RelaySource : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Stable name of the feed: base URL and inbox.
    virtual std::string url() const = 0;
    virtual std::string inbox() const = 0;
    /// limit: at most so many entries; waitSeconds: long-poll up to so long when there is nothing (0…30).
    virtual void fetch(const FeedPosition& after, int limit, int waitSeconds) = 0;
    /// Ends a running request: failed(Cancelled) follows.
    virtual void cancel() = 0;

Q_SIGNALS:
    void pageReceived(const countersign::FeedPage& page);
    /// What was asked for does not exist in this feed any more; detail: for the details fold.
    void feedChanged(countersign::FeedChange change, const QString& detail);
    void failed(const countersign::Error& error);
};

}  // namespace countersign
