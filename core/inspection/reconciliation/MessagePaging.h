#pragma once

#include "core/dynamic/InspectionApi.h"

#include <QCoreApplication>

#include <set>

namespace countersign {

/// The bounds of paging through a webhook's log: whoever answers for Dynamic must not keep us reading for
/// ever, nor fill the memory. In which order the log runs is not documented; where it runs from new to old
/// all along, a page that is older than what is asked for is the last one.
class MessagePaging
{
    Q_DECLARE_TR_FUNCTIONS(MessagePaging)

public:
    struct Limits
    {
        std::size_t pages = 50'000;
        std::size_t entries = 5'000'000;  ///< attempts, old and unreadable ones included
    };

    MessagePaging() = default;
    /// since: 0 asks for everything.
    MessagePaging(UnixMillis since, const Limits& limits) : m_since(since), m_limits(limits) {}

    /// The next page. Network: the list does not end. InvalidInput: it is longer than the limits.
    Status take(const WebhookMessagePage& page);
    /// There is a page behind it that may hold something as new as since.
    bool hasMore() const { return m_hasMore; }

private:
    void followOrder(const WebhookMessagePage& page);
    bool isOld(const WebhookMessagePage& page) const;

    UnixMillis m_since = 0;
    Limits m_limits;
    std::size_t m_pages = 0;
    std::size_t m_entries = 0;
    std::set<std::string> m_cursors;  ///< a list that runs in circles is none
    UnixMillis m_last = 0;            ///< time of the entry before
    bool m_hasFallen = false;         ///< an entry was older than the one before,
    bool m_hasRisen = false;          ///< or newer
    bool m_hasMore = true;
};

}  // namespace countersign
