#include "services/relay/api/RelayMetrics.h"

#include "services/http/server/HttpServer.h"

#include <cstdio>

namespace countersign::relay {

namespace {

constexpr std::array<std::string_view, refusalCount> refusalNames{
    "unknown_inbox",     "bad_token",   "wrong_role",   "rate_limited", "queue_full",
    "store_unavailable", "bad_request", "cursor_ahead", "not_found",    "job_conflict",
    "job_quota",         "inbox_quota", "answers_full"};

constexpr std::array<std::string_view, jobActionCount> jobActionNames{
    "submitted", "repeated", "claimed", "event", "withdrawal", "approval", "statement"};

std::string number(double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.9g", value);
    return text.data();
}

void describe(std::string& out, std::string_view name, std::string_view type, std::string_view help)
{
    out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ");
    out.append(type).append("\n");
}

void sample(std::string& out, std::string_view name, std::string_view labels, std::string_view value)
{
    out.append(name).append(labels).append(" ").append(value).append("\n");
}

void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            std::uint64_t value)
{
    describe(out, name, type, help);
    sample(out, name, "", std::to_string(value));
}

void writeHttp(std::string& out, const http::HttpServerCounters& http)
{
    single(out, "countersign_relay_connections_total", "counter", "Connections accepted.", http.connections);
    single(out, "countersign_relay_connections_open", "gauge", "Connections open now.", http.openConnections);
    single(out, "countersign_relay_connections_refused_total", "counter", "Connections over the limit.",
           http.overCapacity);
    single(out, "countersign_relay_connections_gave_way_total", "counter",
           "Connections without a request that were closed for others.", http.gaveWay);
    constexpr std::string_view name = "countersign_relay_http_refused_total";
    describe(out, name, "counter", "Requests refused before they were routed.");
    sample(out, name, "{reason=\"malformed\"}", std::to_string(http.malformed));
    sample(out, name, "{reason=\"too_large\"}", std::to_string(http.tooLarge));
    sample(out, name, "{reason=\"timed_out\"}", std::to_string(http.timedOut));
    sample(out, name, "{reason=\"answers_full\"}", std::to_string(http.answersRefused));
}

}  // namespace

std::string_view toText(Refusal refusal)
{
    return refusalNames.at(static_cast<std::size_t>(refusal));
}

void RelayMetrics::accepted(bool verified)
{
    (verified ? m_acceptedVerified : m_acceptedUnverified).fetch_add(1, std::memory_order_relaxed);
}

void RelayMetrics::refused(Refusal refusal)
{
    m_refused.at(static_cast<std::size_t>(refusal)).fetch_add(1, std::memory_order_relaxed);
}

void RelayMetrics::served(std::size_t entries)
{
    m_served.fetch_add(entries, std::memory_order_relaxed);
}

void RelayMetrics::removed(std::size_t entries)
{
    m_removed.fetch_add(entries, std::memory_order_relaxed);
}

void RelayMetrics::done(JobAction action)
{
    m_jobActions.at(static_cast<std::size_t>(action)).fetch_add(1, std::memory_order_relaxed);
}

void RelayMetrics::committed(std::size_t entries, std::chrono::nanoseconds duration)
{
    const double seconds = std::chrono::duration<double>(duration).count();
    for (std::size_t i = 0; i < bucketBounds.size(); ++i) {
        if (seconds <= bucketBounds.at(i)) {
            m_commitBuckets.at(i).fetch_add(1, std::memory_order_relaxed);
        }
    }
    m_commitNanoseconds.fetch_add(static_cast<std::uint64_t>(duration.count()), std::memory_order_relaxed);
    m_committedEntries.fetch_add(entries, std::memory_order_relaxed);
    m_commits.fetch_add(1, std::memory_order_relaxed);
}

void RelayMetrics::commitFailed()
{
    m_commitFailures.fetch_add(1, std::memory_order_relaxed);
}

void RelayMetrics::setQueue(std::size_t entries, std::size_t bytes)
{
    m_queueEntries.store(entries, std::memory_order_relaxed);
    m_queueBytes.store(bytes, std::memory_order_relaxed);
}

std::string RelayMetrics::toPrometheus(const http::HttpServerCounters& http, std::size_t pollsWaiting) const
{
    std::string out;
    constexpr std::string_view accepted = "countersign_relay_deliveries_accepted_total";
    describe(out, accepted, "counter",
             "Deliveries on disk, by whether their signature matched a known secret.");
    sample(out, accepted, "{verified=\"true\"}", std::to_string(m_acceptedVerified));
    sample(out, accepted, "{verified=\"false\"}", std::to_string(m_acceptedUnverified));
    constexpr std::string_view refused = "countersign_relay_refused_total";
    describe(out, refused, "counter", "Calls refused, by reason.");
    for (std::size_t i = 0; i < refusalCount; ++i) {
        sample(out, refused, "{reason=\"" + std::string(refusalNames.at(i)) + "\"}",
               std::to_string(m_refused.at(i)));
    }
    constexpr std::string_view jobs = "countersign_relay_jobs_total";
    describe(out, jobs, "counter", "What was done with jobs and is on disk.");
    for (std::size_t i = 0; i < jobActionCount; ++i) {
        sample(out, jobs, "{action=\"" + std::string(jobActionNames.at(i)) + "\"}",
               std::to_string(m_jobActions.at(i)));
    }
    single(out, "countersign_relay_entries_served_total", "counter", "Entries handed to consumers.",
           m_served);
    single(out, "countersign_relay_entries_removed_total", "counter",
           "Entries that all consumers had read and that were old enough to go.", m_removed);
    single(out, "countersign_relay_commits_total", "counter", "Transactions synced to disk.", m_commits);
    single(out, "countersign_relay_committed_entries_total", "counter", "Entries in them.",
           m_committedEntries);
    single(out, "countersign_relay_commit_failures_total", "counter", "Transactions that failed.",
           m_commitFailures);
    constexpr std::string_view duration = "countersign_relay_commit_duration_seconds";
    describe(out, duration, "histogram", "Insert, commit and sync of one transaction.");
    const std::string bucket = std::string(duration) + "_bucket";
    for (std::size_t i = 0; i < bucketBounds.size(); ++i) {
        sample(out, bucket, "{le=\"" + number(bucketBounds.at(i)) + "\"}",
               std::to_string(m_commitBuckets.at(i)));
    }
    sample(out, bucket, "{le=\"+Inf\"}", std::to_string(m_commits));
    sample(out, std::string(duration) + "_sum", "", number(static_cast<double>(m_commitNanoseconds) / 1e9));
    sample(out, std::string(duration) + "_count", "", std::to_string(m_commits));
    single(out, "countersign_relay_queue_entries", "gauge", "Deliveries waiting for their commit.",
           m_queueEntries);
    single(out, "countersign_relay_queue_bytes", "gauge", "Their size.", m_queueBytes);
    single(out, "countersign_relay_polls_waiting", "gauge", "Consumers in a long poll.", pollsWaiting);
    writeHttp(out, http);
    return out;
}

}  // namespace countersign::relay
