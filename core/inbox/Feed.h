#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <QObject>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace countersign {

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

struct FeedPage
{
    std::vector<FeedEntry> entries;  ///< ascending seq, each greater than the cursor asked for
    std::int64_t cursor = 0;         ///< what to ask for next
};

/// Why this class exists: the inbox must not care where deliveries come from (Countersign's relay today). A
/// source hands out what lies behind a cursor and never removes anything. One request at a time; every
/// request ends with exactly one of the two signals.
class RelaySource : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Stable name of the feed: base URL and inbox.
    virtual std::string url() const = 0;
    virtual std::string inbox() const = 0;
    /// after: cursor; limit: at most so many entries; waitSeconds: long-poll up to so long when there is
    /// nothing (0…30).
    virtual void fetch(std::int64_t after, int limit, int waitSeconds) = 0;
    /// Ends a running request: failed(Cancelled) follows.
    virtual void cancel() = 0;

Q_SIGNALS:
    void pageReceived(const countersign::FeedPage& page);
    void failed(const countersign::Error& error);
};

}  // namespace countersign
