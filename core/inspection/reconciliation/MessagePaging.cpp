#include "core/inspection/reconciliation/MessagePaging.h"

#include <algorithm>

namespace countersign {

Status MessagePaging::take(const WebhookMessagePage& page)
{
    ++m_pages;
    m_entries += page.messages.size() + static_cast<std::size_t>(std::max(page.unreadable, 0));
    const bool isEnd = page.cursor.empty();
    if (!isEnd && !m_cursors.insert(page.cursor).second) {
        return failure(ErrorCode::Network,
                       tr("Dynamic's list of messages does not end. Nothing was redelivered."),
                       QStringLiteral("a cursor came twice"));
    }
    followOrder(page);
    m_hasMore = !isEnd && !isOld(page);
    if (m_entries > m_limits.entries || (m_hasMore && m_pages >= m_limits.pages)) {
        return failure(ErrorCode::InvalidInput,
                       tr("Dynamic's list of messages is too long to be compared at once (%1 entries on %2 "
                          "pages so far). Nothing was redelivered. Ask for a shorter time (--since).")
                           .arg(m_entries)
                           .arg(m_pages));
    }
    return {};
}

void MessagePaging::followOrder(const WebhookMessagePage& page)
{
    for (const WebhookMessageRecord& message : page.messages) {
        if (message.createdAt == 0) {
            continue;
        }
        m_hasFallen = m_hasFallen || (m_last != 0 && message.createdAt < m_last);
        m_hasRisen = m_hasRisen || (m_last != 0 && message.createdAt > m_last);
        m_last = message.createdAt;
    }
}

/// Every entry of it, in a list that has only fallen so far.
bool MessagePaging::isOld(const WebhookMessagePage& page) const
{
    return m_hasFallen && !m_hasRisen && page.unreadable == 0 && !page.messages.empty() &&
           std::ranges::all_of(page.messages, [this](const WebhookMessageRecord& message) {
               return message.createdAt != 0 && message.createdAt < m_since;
           });
}

}  // namespace countersign
