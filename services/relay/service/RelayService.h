#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "services/http/server/HttpServer.h"
#include "services/relay/api/RelayMetrics.h"
#include "services/relay/api/RelayRequests.h"
#include "services/relay/api/RelayRoutes.h"
#include "services/relay/service/InboxSignals.h"
#include "services/relay/service/PostLimiter.h"
#include "services/relay/service/RateLimiter.h"
#include "services/relay/service/SharedReads.h"
#include "services/relay/store/ConsumerPositions.h"
#include "services/relay/store/GroupCommitter.h"
#include "services/relay/store/RelayDirectory.h"
#include "services/relay/store/StoreReader.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace countersign::relay {

/// The relay's contract (design.md §6) over a store: who may do what, when a delivery counts as taken, and
/// what is answered when something is missing. It decides; threads, disk and wire are others'.
class RelayService
{
public:
    struct Options
    {
        GroupCommitter::Limits queue;
        /// Deliveries without a signature that the inbox knows, per client; nothing: as many as come.
        std::optional<PostRates> posts = PostRates();
        /// What is kept of an inbox. All of an inbox without a webhook secret counts as signedBytes, since
        /// nobody can tell what is whose there.
        FeedQuota feedQuota;
        /// How long entries stay that every consumer has read, and results of finished jobs; 0: for ever.
        std::chrono::hours keep{90 * 24};
        std::chrono::milliseconds housekeepingInterval{60'000};
        /// Unsigned or wrongly signed deliveries to an inbox whose webhook secret is known, per client.
        RateLimiter::Rate unverified{10, 100};
        /// Requests with an unknown token or for an unknown inbox, per client.
        RateLimiter::Rate failures{1, 20};
        /// Calls that change jobs, per token.
        RateLimiter::Rate jobChanges{20, 200};
        JobQuota jobQuota;
        std::chrono::milliseconds claimLease = defaultClaimLease;
        std::chrono::milliseconds directoryInterval{500};  ///< how soon a revoked token stops working
    };

    /// Opens another connection to the same store; called twice by open().
    using StoreOpener = std::function<Result<std::unique_ptr<RelayStore>>()>;

    static Result<std::unique_ptr<RelayService>> open(Options options, const StoreOpener& openStore,
                                                      const Clock& clock);
    /// Commits what was accepted. No handle() may be running any more.
    ~RelayService();
    RelayService(const RelayService&) = delete;
    RelayService& operator=(const RelayService&) = delete;

    boost::asio::awaitable<http::HttpResponse> handle(http::HttpRequest request);

    /// Thread-safe: long polls are answered at once from now on.
    void beginStop();

    /// Thread-safe: something was stored by another relay on the same store, in this inbox or who knows
    /// where.
    void wake(InboxId inbox) { m_signals->wake(inbox); }
    void wakeAll() { m_signals->wakeAll(); }

    /// Where /metrics gets the server's own counters from; set before the first request.
    void setHttpCounters(std::function<http::HttpServerCounters()> counters)
    {
        m_httpCounters = std::move(counters);
    }

    /// What pages take their part of; set before the first request. Without it none is counted.
    void setAnswerBudget(std::shared_ptr<http::AnswerBudget> answers) { m_answers = std::move(answers); }

private:
    using DirectoryPointer = std::shared_ptr<const RelayDirectory>;

    /// Either will do. (A list would be the obvious type, but GCC 12 cannot have one in a coroutine's call.)
    struct Roles
    {
        TokenRole either;
        TokenRole other;
    };
    static constexpr Roles consumer{TokenRole::Consumer, TokenRole::Consumer};
    static constexpr Roles submitter{TokenRole::Submitter, TokenRole::Submitter};
    static constexpr Roles submitterOrConsumer{TokenRole::Submitter, TokenRole::Consumer};

    /// Who asks, where, and that they may. The directory keeps the inbox alive.
    struct Admission
    {
        DirectoryPointer directory;
        const DirectoryContents::Inbox* inbox = nullptr;
        std::string tokenId;
        TokenRole role = TokenRole::Consumer;
    };

    RelayService(Options options, const Clock& clock, std::unique_ptr<RelayStore> writing,
                 std::unique_ptr<RelayStore> reading, DirectoryContents contents);

    boost::asio::awaitable<http::HttpResponse> deliver(http::HttpRequest request, std::string inboxName);
    /// How long the client has to wait; nothing when the delivery may come.
    std::optional<std::chrono::seconds> limitPost(const http::HttpRequest& request, bool isSecretKnown);
    http::HttpResponse refuseDelivery(const Error& error);
    // Reading the feed, and keeping it within bounds: RelayServiceFeed.cpp.
    boost::asio::awaitable<http::HttpResponse> readEntries(http::HttpRequest request, std::string inboxName);
    /// A page's part of the answers' budget: taken before it is read, so that what waits for readers is
    /// bounded.
    struct Hold
    {
        std::string holder;
        std::shared_ptr<http::AnswerShare> share;
    };
    /// request and hold are those that readEntries holds meanwhile.
    boost::asio::awaitable<SharedPage> pollEntries(const http::HttpRequest& request,
                                                   const DirectoryContents::Inbox& inbox,
                                                   const EntriesQuery& query, Hold& hold);
    /// False: no part for a page became free in time.
    boost::asio::awaitable<bool> takeTurn(Hold& hold, std::size_t limit);
    boost::asio::awaitable<SharedPage> readPage(InboxId inbox, const EntriesQuery& query);
    /// On the reader's thread, every now and then.
    void tick(RelayStore& store);
    /// On the committer's thread.
    void keepHouse(RelayStore& store);
    void writePositions(RelayStore& store);
    // The job calls: RelayServiceJobs.cpp.
    boost::asio::awaitable<http::HttpResponse> submitJob(http::HttpRequest request, std::string inboxName);
    boost::asio::awaitable<http::HttpResponse> showJob(http::HttpRequest request, RelayRoute route);
    boost::asio::awaitable<http::HttpResponse> claimJob(http::HttpRequest request, RelayRoute route);
    boost::asio::awaitable<http::HttpResponse> recordJobEvent(http::HttpRequest request, RelayRoute route);
    boost::asio::awaitable<http::HttpResponse> withdrawJob(http::HttpRequest request, RelayRoute route);
    boost::asio::awaitable<http::HttpResponse> addApproval(http::HttpRequest request, RelayRoute route);
    boost::asio::awaitable<http::HttpResponse> addStatement(http::HttpRequest request, std::string inboxName);
    /// admit(), and the rate of changes.
    boost::asio::awaitable<tl::expected<Admission, http::HttpResponse>> admitChange(
        const http::HttpRequest& request, const std::string& inboxName, Roles roles);
    /// Who asks for it, where and when, and what it may use up.
    template <typename Change>
    void fill(Change& change, const Admission& admission) const;
    /// The answer once it is on disk; the refusal when it was not taken or does not stand.
    boost::asio::awaitable<tl::expected<JobAnswer, http::HttpResponse>> changeJob(JobChange change);
    http::HttpResponse refuseJob(const JobAnswer& answer);
    http::HttpResponse refuseBody(const Error& error);

    boost::asio::awaitable<http::HttpResponse> readiness();
    http::HttpResponse metrics(const http::HttpRequest& request) const;

    /// The current directory, read anew before it says that the inbox (or the token) does not exist. Null
    /// after too many misses of this client: refuse with 429.
    boost::asio::awaitable<DirectoryPointer> directoryFor(const http::HttpRequest& request,
                                                          const std::string& inboxName, bool needsToken);
    /// Nothing when the request may act as one of the roles; else the refusal.
    std::optional<http::HttpResponse> refuseByToken(const http::HttpRequest& request,
                                                    const RelayDirectory& directory, InboxId inbox,
                                                    Roles roles);
    /// The refusal when the inbox does not exist or the token may not act as one of the roles there.
    boost::asio::awaitable<tl::expected<Admission, http::HttpResponse>> admit(
        const http::HttpRequest& request, const std::string& inboxName, Roles roles);
    bool knowsToken(const http::HttpRequest& request, const RelayDirectory& directory) const;

    DirectoryPointer directory() const;
    void refreshDirectory(RelayStore& store);

    /// A store that failed may be well again soon; Dynamic's own first retry comes after 15 s.
    static constexpr std::chrono::seconds retryStore{5};
    static constexpr std::chrono::seconds retryQueue{1};
    /// Room comes when retention or desks make some.
    static constexpr std::chrono::seconds retryQuota{60};

    http::HttpResponse refuse(Refusal reason, unsigned status, std::string_view detail);
    http::HttpResponse refuseForNow(Refusal reason, unsigned status, std::chrono::seconds wait,
                                    std::string_view detail);

    Options m_options;
    const Clock& m_clock;
    RelayMetrics m_metrics;
    std::optional<PostLimiter> m_posts;
    RateLimiter m_unverified;
    RateLimiter m_failures;
    RateLimiter m_jobChanges;
    std::shared_ptr<InboxSignals> m_signals = std::make_shared<InboxSignals>();
    std::function<http::HttpServerCounters()> m_httpCounters;
    std::shared_ptr<http::AnswerBudget> m_answers;

    mutable std::mutex m_directoryMutex;
    DirectoryPointer m_directory;

    std::mutex m_readyMutex;
    UnixMillis m_readyCheckedAt = 0;
    bool m_ready = false;

    ConsumerPositions m_positions;
    /// Of the steady clock, in its own units: when tick() looks after the store again.
    std::atomic<std::chrono::steady_clock::rep> m_nextHousekeeping{0};

    SharedReads m_sharedReads;
    GroupCommitter m_committer;
    StoreReader m_reader;
};

}  // namespace countersign::relay
