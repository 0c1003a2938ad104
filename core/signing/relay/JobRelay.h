#pragma once

#include "core/base/Clock.h"
#include "core/base/PendingCall.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace countersign {

/// A claim that was granted.
struct JobClaim
{
    UnixMillis leaseUntil = 0;  ///< by the relay's clock
    /// Somebody asked for the job's withdrawal; whether its submitter did, only the desk can tell, from the
    /// feed.
    bool withdrawalRequested = false;
    /// The entry of the feed that asked last, where the relay tells it.
    std::optional<std::int64_t> withdrawalSeq = {};
    /// From the call until the request that was granted was sent: the lease is no older than that.
    std::chrono::milliseconds waited{0};
};

/// The calls about jobs to a relay (design.md §6). Before a desk signs a job that came through the relay it
/// must hold the claim, and what became of the job goes back the same way. Errors: Busy (409: another desk
/// holds it, or it is finished; the sentence says which), Denied (401, 403), NotFound (404), Timeout,
/// Network.
class JobRelay
{
public:
    /// As the profile's table of sources names it.
    struct Feed
    {
        std::string url;
        std::string inbox;
    };

    JobRelay() = default;
    virtual ~JobRelay() = default;
    JobRelay(const JobRelay&) = delete;
    JobRelay& operator=(const JobRelay&) = delete;

    /// Whose entries JobClaim::withdrawalSeq counts.
    virtual Feed feed() const = 0;
    /// The same desk may claim again, which renews the lease.
    [[nodiscard]] virtual PendingCallPtr claim(const std::string& jobId, const std::string& desk,
                                               Callback<JobClaim> answered) = 0;
    /// Gives a DSSE envelope (jobEventPayloadType) as JSON; asked before each try. Its error ends the call
    /// with it: what is not true any more must not reach the relay after what is.
    using EnvelopeSource = std::function<Result<std::string>()>;
    [[nodiscard]] virtual PendingCallPtr postEvent(const std::string& jobId, EnvelopeSource envelope,
                                                   Callback<void> answered) = 0;
    /// An operator's statement (approvalPayloadType), for every desk. envelope: JSON, at most 16 KiB. The
    /// same one again is taken once. Busy: the job is finished, or as many are kept as may be.
    [[nodiscard]] virtual PendingCallPtr postApproval(const std::string& jobId, std::string envelope,
                                                      Callback<void> answered) = 0;
    /// The same about no job (freezePayloadType).
    [[nodiscard]] virtual PendingCallPtr postStatement(std::string envelope, Callback<void> answered) = 0;
};

}  // namespace countersign
