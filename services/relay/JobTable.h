#pragma once

#include "services/relay/RelayStore.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// Why this class exists: what is decided about jobs (JobDecisions) is the same in every database; how rows
/// are found and written is not. Used within a transaction that lets nobody else change the inboxes' jobs.
/// Errors are the implementation's: it throws, or remembers the first and answers with nothing from then on.
/// Either way its owner commits nothing after one.
class JobTable
{
public:
    struct Row
    {
        std::int64_t id = 0;
        std::string state;
        bool finished = false;
        std::string leaseToken;
        std::string leaseDesk;
        UnixMillis leaseUntil = 0;
        std::string eventDigest;
    };

    JobTable() = default;
    virtual ~JobTable() = default;
    JobTable(const JobTable&) = delete;
    JobTable& operator=(const JobTable&) = delete;

    /// What leases and quotas are measured by: relays' own clocks (told) differ, several must agree on one.
    virtual UnixMillis timeOf(UnixMillis told) = 0;

    virtual std::optional<Row> row(InboxId inbox, const std::string& jobId) = 0;
    virtual bool inboxExists(InboxId inbox) = 0;
    /// Whether the quota lets this envelope in, counting jobs since job.quota.counted before now.
    virtual bool hasRoom(const SubmitJob& job, UnixMillis now) = 0;
    virtual std::int64_t insertJob(const SubmitJob& job, UnixMillis now) = 0;
    /// Nothing when this envelope is not stored yet.
    virtual std::optional<std::int64_t> seqOf(std::int64_t job, std::string_view kind,
                                              const Bytes& digest) = 0;
    virtual std::size_t envelopes(std::int64_t job, std::string_view kind) = 0;
    /// Its entry; 0 when there is none.
    virtual std::int64_t newestWithdrawal(std::int64_t job) = 0;
    /// Brings it into the feed; its seq there.
    virtual std::int64_t addEnvelope(std::int64_t job, InboxId inbox, std::string_view kind,
                                     const Bytes& digest, const std::string& envelope, UnixMillis now) = 0;
    /// Makes the job this desk's; until 0: without a lease.
    virtual void lease(std::int64_t job, const std::string& token, const std::string& desk,
                       UnixMillis until) = 0;
    /// Whether the desk has signed with this key only so far; remembers it the first time.
    virtual bool keepsKey(std::int64_t job, const RecordJobEvent& event) = 0;
    virtual void storeEvent(std::int64_t job, const RecordJobEvent& event) = 0;
};

}  // namespace countersign
