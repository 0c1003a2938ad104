// Reading a feed, and what keeps it within bounds (design.md §6).

#include "services/relay/service/RelayService.h"

#include <QLoggingCategory>

#include <boost/asio/this_coro.hpp>

#include <memory>
#include <utility>

namespace countersign::relay {

namespace {

namespace asio = boost::asio;

Q_LOGGING_CATEGORY(logFeed, "countersign.relay.feed")

/// Where one step has not removed all that may go.
constexpr std::chrono::seconds nextStep{1};

SharedPage noTurn()
{
    Result<EntryPage> busy = failure(ErrorCode::Busy, {});
    return std::make_shared<const Result<EntryPage>>(std::move(busy));
}

}  // namespace

asio::awaitable<http::HttpResponse> RelayService::readEntries(http::HttpRequest request,
                                                              std::string inboxName)
{
    auto admission = co_await admit(request, inboxName, consumer);
    if (!admission) {
        co_return std::move(admission.error());
    }
    const DirectoryContents::Inbox* const inbox = admission->inbox;
    const Result<EntriesQuery> query = parseEntriesQuery(request.target);
    if (!query) {
        co_return refuse(
            Refusal::BadRequest, 400,
            "after, limit and wait are whole numbers, each given at most once; limit is at least 1; feed and "
            "head are given at most once.");
    }
    Hold hold{admission->tokenId, nullptr};
    const SharedPage read = co_await pollEntries(request, *inbox, *query, hold);
    if (!*read && m_answers && !hold.share) {
        co_return refuseForNow(Refusal::AnswersFull, 503, retryQueue,
                               "Too many large answers wait for their readers.");
    }
    if (!*read) {
        co_return refuseForNow(Refusal::StoreUnavailable, 503, retryStore, "The store is unavailable.");
    }
    const EntryPage& page = **read;
    if (const auto mismatch = feedMismatch(*query, inbox->feed, page)) {
        m_metrics.refused(Refusal::CursorAhead);
        co_return feedMismatchResponse(*mismatch, inbox->feed);
    }
    // A poll can have waited for half a minute, and the token may be revoked meanwhile.
    const DirectoryPointer now = directory();
    std::optional<http::HttpResponse> refusal = refuseByToken(request, *now, inbox->id, consumer);
    if (refusal) {
        co_return std::move(*refusal);
    }
    // Who asks for what lies behind has what lies before.
    m_positions.note(admission->tokenId, query->after);
    m_metrics.served(std::min(page.entries.size(), query->limit));
    http::HttpResponse response;
    response.headers.add("content-type", "application/json");
    response.headers.add("cache-control", "no-store");
    response.body = entriesPageJson(page, query->after, inbox->feed, query->limit);
    if (hold.share) {
        hold.share->resize(response.body.size());
        response.share = std::move(hold.share);
    }
    // A poll that the stop ended may be answered before its connection knows of the stop.
    response.closeConnection = m_signals->isStopped();
    co_return response;
}

asio::awaitable<SharedPage> RelayService::pollEntries(const http::HttpRequest& request,
                                                      const DirectoryContents::Inbox& inbox,
                                                      const EntriesQuery& query, Hold& hold)
{
    const auto executor = co_await asio::this_coro::executor;
    const auto deadline = std::chrono::steady_clock::now() + query.wait;
    InboxSignals::Waiter waiter(m_signals, inbox.id, executor);
    if (query.wait.count() > 0 && request.whenClientLeaves) {
        request.whenClientLeaves(waiter.abandon());
    }
    bool mayRead = co_await takeTurn(hold, query.limit);
    if (!mayRead) {
        co_return noTurn();
    }
    SharedPage page = co_await readPage(inbox.id, query);
    while (true) {
        // A reader that cannot go on is told at once, not waited on.
        const bool complete = !*page || !(*page)->entries.empty() || feedMismatch(query, inbox.feed, **page);
        const bool pointless = waiter.isAbandoned() || m_signals->isStopped();
        if (complete || pointless || std::chrono::steady_clock::now() >= deadline) {
            co_return page;
        }
        // Who waits for something to arrive holds nothing.
        hold.share.reset();
        co_await waiter.wait(deadline);
        if (std::chrono::steady_clock::now() >= deadline || waiter.isAbandoned()) {
            continue;
        }
        mayRead = co_await takeTurn(hold, query.limit);
        if (!mayRead) {
            co_return noTurn();
        }
        auto again = [this, &inbox, &query](std::function<void(SharedPage)> done) {
            m_sharedReads.read(inbox.id, query.after, m_signals->wakes(inbox.id), std::move(done));
        };
        page = co_await awaitCallback<SharedPage>(again);
    }
}

asio::awaitable<bool> RelayService::takeTurn(Hold& hold, std::size_t limit)
{
    if (m_answers) {
        hold.share = co_await m_answers->reserve(hold.holder, entriesPageMemory(limit));
    }
    co_return !m_answers || hold.share != nullptr;
}

asio::awaitable<SharedPage> RelayService::readPage(InboxId inbox, const EntriesQuery& query)
{
    const std::function<SharedPage(RelayStore&)> work = [inbox, after = query.after,
                                                         limit = query.limit](RelayStore& store) {
        return std::make_shared<const Result<EntryPage>>(store.read(inbox, after, limit, maxPageBytes));
    };
    co_return co_await m_reader.run(work);
}

void RelayService::tick(RelayStore& store)
{
    refreshDirectory(store);
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    if (now.count() < m_nextHousekeeping.load()) {
        return;
    }
    m_nextHousekeeping = (now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                    m_options.housekeepingInterval))
                             .count();
    m_committer.run([this](RelayStore& writing) { keepHouse(writing); });
}

void RelayService::keepHouse(RelayStore& store)
{
    writePositions(store);
    if (m_options.keep.count() == 0) {
        return;
    }
    Retention retention;
    retention.before = m_clock.now() - std::chrono::milliseconds(m_options.keep).count();
    const auto removed = store.removeOld(retention);
    if (!removed) {
        qCWarning(logFeed, "Old entries could not be removed: %s", qPrintable(removed.error().detail));
        return;
    }
    m_metrics.removed(removed->entries);
    if (removed->mayBeMore) {
        m_nextHousekeeping = (std::chrono::steady_clock::now() + nextStep).time_since_epoch().count();
    }
}

void RelayService::writePositions(RelayStore& store)
{
    const std::vector<ConsumerPosition> changed = m_positions.takeChanged();
    if (changed.empty()) {
        return;
    }
    if (const Status noted = store.noteConsumers(changed); !noted) {
        m_positions.putBack(changed);
        qCWarning(logFeed, "What consumers have read could not be written: %s",
                  qPrintable(noted.error().detail));
    }
}

}  // namespace countersign::relay
