#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace countersign::http {
struct HttpServerCounters;
}  // namespace countersign::http

namespace countersign::relay {

/// Why a delivery or a call was refused; one counter each.
enum class Refusal {
    UnknownInbox,
    BadToken,
    WrongRole,
    RateLimited,
    QueueFull,
    StoreUnavailable,
    BadRequest,
    CursorAhead,
    NotFound,
    JobConflict,
    JobQuota,
    InboxQuota,
    AnswersFull,
};
inline constexpr std::size_t refusalCount = 13;
std::string_view toText(Refusal refusal);

/// What was done with a job, or said to all desks; one counter each.
enum class JobAction { Submitted, Repeated, Claimed, Event, Withdrawal, Approval, Statement };
inline constexpr std::size_t jobActionCount = 7;

/// The relay's metrics: lock-free counters, written as Prometheus text (exposition format 0.0.4). An operator
/// must see from outside whether deliveries arrive, reach the disk and are fetched. A library for that would
/// be larger than the relay.
class RelayMetrics
{
public:
    void accepted(bool verified);
    void refused(Refusal refusal);
    void served(std::size_t entries);
    void removed(std::size_t entries);
    void done(JobAction action);
    /// One transaction with so many entries, and how long insert, commit and sync took.
    void committed(std::size_t entries, std::chrono::nanoseconds duration);
    void commitFailed();
    void setQueue(std::size_t entries, std::size_t bytes);

    std::string toPrometheus(const http::HttpServerCounters& http, std::size_t pollsWaiting) const;

private:
    /// Upper bounds in seconds; what is slower falls into +Inf.
    static constexpr std::array bucketBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                             0.1,    0.25,  0.5,    1.0,   2.5,  5.0};

    using Counter = std::atomic<std::uint64_t>;
    Counter m_acceptedVerified{0};
    Counter m_acceptedUnverified{0};
    std::array<Counter, refusalCount> m_refused{};
    Counter m_served{0};
    Counter m_removed{0};
    std::array<Counter, jobActionCount> m_jobActions{};
    Counter m_commits{0};
    Counter m_committedEntries{0};
    Counter m_commitFailures{0};
    Counter m_commitNanoseconds{0};
    std::array<Counter, bucketBounds.size()> m_commitBuckets{};
    Counter m_queueEntries{0};
    Counter m_queueBytes{0};
};

}  // namespace countersign::relay
