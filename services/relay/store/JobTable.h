#pragma once

#include "services/relay/store/RelayStore.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace countersign::relay {

/// The interface to a database's rows of jobs. What is decided about jobs (JobRules) is the same in every
/// database; how rows are found and written is not. Used within a transaction that lets nobody else change
/// the inboxes' jobs. Errors are the implementation's: it throws, or remembers the first and answers with
/// nothing from then on. Either way its owner commits nothing after one.
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
        std::string token;  ///< who posted it first; empty: a relay that did not remember that yet
        std::string eventToken;
        std::int64_t eventCost = 0;
        std::size_t resultBytes = 0;
    };

    /// What an envelope brings into the feed, and for whom.
    struct Envelope
    {
        InboxId inbox = 0;
        std::string_view kind;
        const Bytes& digest;
        const std::string& text;
        const std::string& token;
    };

    JobTable() = default;
    virtual ~JobTable() = default;
    JobTable(const JobTable&) = delete;
    JobTable& operator=(const JobTable&) = delete;

    /// What leases and quotas are measured by: relays' own clocks (told) differ, several must agree on one.
    virtual UnixMillis timeOf(UnixMillis told) = 0;

    virtual std::optional<Row> row(InboxId inbox, const std::string& jobId) = 0;
    virtual bool inboxExists(InboxId inbox) = 0;
    /// Whether the token's unfinished jobs leave room for this envelope, counting those since
    /// job.quota.counted before now.
    virtual bool hasRoom(const SubmitJob& job, UnixMillis now) = 0;
    virtual std::int64_t insertJob(const SubmitJob& job, UnixMillis now) = 0;
    /// Whether the token has posted the job's document.
    virtual bool isSubmitter(std::int64_t job, const std::string& token) = 0;
    virtual void addSubmitter(std::int64_t job, const std::string& token) = 0;
    /// What is kept of the token's, as entryCost counts it; 0 for an unknown token.
    virtual std::int64_t keptBytes(const std::string& token) = 0;
    virtual void keep(const std::string& token, std::int64_t more) = 0;
    /// Nothing when this envelope is not stored yet.
    virtual std::optional<std::int64_t> seqOf(std::int64_t job, std::string_view kind,
                                              const Bytes& digest) = 0;
    /// Those of one token.
    virtual std::size_t envelopes(std::int64_t job, std::string_view kind, const std::string& token) = 0;
    /// Its entry; 0 when there is none.
    virtual std::int64_t newestWithdrawal(std::int64_t job) = 0;
    /// Brings it into the feed; its seq there.
    virtual std::int64_t addEnvelope(std::int64_t job, const Envelope& envelope, UnixMillis now) = 0;
    /// The same of statements, which are about no job.
    virtual std::optional<std::int64_t> seqOfStatement(InboxId inbox, const Bytes& digest) = 0;
    virtual std::size_t statements(InboxId inbox, const std::string& token) = 0;
    virtual std::int64_t addStatement(const Envelope& envelope, UnixMillis now) = 0;
    /// Makes the job this desk's; until 0: without a lease.
    virtual void lease(std::int64_t job, const std::string& token, const std::string& desk,
                       UnixMillis until) = 0;
    /// With which the desk has signed its events so far; nothing before the first.
    virtual std::optional<std::string> keyOf(std::int64_t job, const std::string& desk) = 0;
    /// How many desks report with this token.
    virtual std::size_t desks(std::int64_t job, const std::string& token) = 0;
    virtual void addDesk(std::int64_t job, const RecordJobEvent& event) = 0;
    virtual void storeEvent(std::int64_t job, const RecordJobEvent& event, std::int64_t cost,
                            UnixMillis now) = 0;
};

}  // namespace countersign::relay
