#include "services/relay/store/FeedState.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::relay {

namespace {

struct FeedStateText
{
    Q_DECLARE_TR_FUNCTIONS(FeedStateText)
};

}  // namespace

std::int64_t entryCost(std::size_t headerBytes, std::size_t bodyBytes)
{
    return std::max(leastEntryCost, static_cast<std::int64_t>(headerBytes + bodyBytes));
}

EntryRow EntryRow::ofDelivery(const NewEntry& entry, bool isSigned, const Sha256Digest& bodyDigest)
{
    return {entry.inbox, entry.kind, entry.receivedAt, isSigned, entry.headersJson,
            entry.body,  {},         bodyDigest};
}

EntryRow EntryRow::ofToken(InboxId inbox, std::string_view kind, UnixMillis receivedAt, std::string_view body,
                           std::string_view token)
{
    return {inbox, kind, receivedAt, false, "{}", body, token, sha256(asBytes(body))};
}

bool FeedState::takeIn(const NewEntry& entry, bool isSigned)
{
    std::int64_t& kept = isSigned ? signedBytes : strangerBytes;
    const std::int64_t room = isSigned ? entry.quota.signedBytes : entry.quota.strangerBytes;
    const std::int64_t cost = entryCost(entry.headersJson.size(), entry.body.size());
    if (kept + cost > room) {
        return false;
    }
    kept += cost;
    return true;
}

std::int64_t FeedState::advance(const EntryRow& entry)
{
    ++last;
    head = nextFeedHead(head, last, entry.digest());
    return last;
}

bool FeedRemoval::remove(const RemovableEntry& entry)
{
    const bool mustStay =
        m_retention.upTo > 0 ? entry.seq > m_retention.upTo : entry.receivedAt >= m_retention.before;
    // The newest one stays, so that who comes from far behind finds where the feed begins now.
    if (mustStay || entry.seq >= m_state.last || isFull()) {
        return false;
    }
    if (!entry.token.empty()) {
        m_givenBack[entry.token] += entry.cost;
    } else if (entry.isWebhook) {
        std::int64_t& kept = entry.verified ? m_state.signedBytes : m_state.strangerBytes;
        kept = std::max<std::int64_t>(0, kept - entry.cost);
    }
    m_state.first = entry.seq + 1;
    m_upTo = entry.seq;
    m_base = entry.head;
    ++m_count;
    m_bytes += entry.cost;
    return true;
}

tl::unexpected<Error> unknownInboxFailure(const std::string& name)
{
    return failure(ErrorCode::NotFound,
                   FeedStateText::tr("There is no inbox named %1; \"inbox list\" shows all.")
                       .arg(QString::fromStdString(name)));
}

tl::unexpected<Error> inboxExistsFailure(const std::string& name)
{
    return failure(ErrorCode::AlreadyExists,
                   FeedStateText::tr("An inbox named %1 exists already.").arg(QString::fromStdString(name)));
}

tl::unexpected<Error> unknownTokenFailure()
{
    return failure(ErrorCode::NotFound,
                   FeedStateText::tr("There is no token with this id; \"token list\" shows all."));
}

tl::unexpected<Error> unknownJobFailure()
{
    return failure(ErrorCode::NotFound, FeedStateText::tr("The inbox has no such job."));
}

}  // namespace countersign::relay
