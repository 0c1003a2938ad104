#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/crypto/primitives/Ed25519.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// The data types of jobs: what the relay's contract says about them (design.md §5, §6), as plain data between
// the requests and the store. The relay knows no submitter's key: it keeps bytes and tells them apart;
// consoles judge them.

namespace countersign::relay {

using InboxId = std::int64_t;

/// Kinds of entries in a feed, besides webhookEntryKind. Their body is the envelope as posted.
inline constexpr std::string_view jobEntryKind = "job";
inline constexpr std::string_view withdrawalEntryKind = "withdrawal";
inline constexpr std::string_view approvalEntryKind = "approval";
inline constexpr std::string_view statementEntryKind = "statement";

/// How a job can stand (design.md §5). A job without any event is "pending".
inline constexpr std::array<std::string_view, 12> jobStates{
    "pending",  "approved", "signing", "signed",    "broadcast", "confirmed",
    "rejected", "expired",  "failed",  "withdrawn", "blocked",   "interrupted"};

inline constexpr std::chrono::seconds defaultClaimLease{60};

/// What one token may use up, so that none fills the disk and none takes another's room.
struct JobQuota
{
    std::size_t envelopesPerJob = 16;  ///< distinct ones; as many withdrawals
    std::size_t approvalsPerJob = 64;  ///< distinct statements about a job
    std::size_t desksPerJob = 16;      ///< different names of desks that report about a job
    std::size_t pendingJobs = 1000;    ///< not finished
    std::size_t pendingBytes = 256UL * 1024 * 1024;
    /// A job that no desk finished counts this long: what no desk believes must not close the inbox for good.
    std::chrono::hours counted{7 * 24};
    /// Of all that the token has stored and retention has not removed: envelopes, withdrawals, statements,
    /// reports.
    std::int64_t keptBytes = 1024LL * 1024 * 1024;
    /// Distinct statements about no job that retention has not removed.
    std::size_t statements = 1000;
};

struct SubmitJob
{
    InboxId inbox = 0;
    std::string jobId;     ///< lower-case hex SHA-256 of the payload
    Bytes envelopeDigest;  ///< tells distinct envelopes apart, 32 bytes
    std::string envelope;  ///< as posted
    UnixMillis now = 0;
    JobQuota quota;
    std::string token;  ///< relayTokenId of the submitter's token
};

struct WithdrawJob
{
    InboxId inbox = 0;
    std::string jobId;
    Bytes envelopeDigest;
    std::string envelope;
    UnixMillis now = 0;
    JobQuota quota;
    std::chrono::milliseconds lease = defaultClaimLease;  ///< how long one is
    std::string token;                                    ///< relayTokenId of the submitter's token
    bool seesAll = false;  ///< an administrator's: knows jobs of every submitter
};

/// What an operator says of a job: approved, rejected, taken back. Which of these, and whether an operator
/// says it at all, desks tell.
struct AddApproval
{
    InboxId inbox = 0;
    std::string jobId;
    Bytes envelopeDigest;
    std::string envelope;
    UnixMillis now = 0;
    JobQuota quota;
    std::string token;  ///< relayTokenId of the desk's token
};

/// What an operator says to every desk of the inbox, about no job of it.
struct AddStatement
{
    InboxId inbox = 0;
    Bytes envelopeDigest;
    std::string envelope;
    UnixMillis now = 0;
    JobQuota quota;
    std::string token;  ///< relayTokenId of the desk's token
};

struct ClaimJob
{
    InboxId inbox = 0;
    std::string jobId;
    std::string token;  ///< relayTokenId of the desk's token
    std::string desk;
    UnixMillis now = 0;
    std::chrono::milliseconds lease = defaultClaimLease;
};

struct RecordJobEvent
{
    InboxId inbox = 0;
    std::string jobId;
    std::string token;  ///< relayTokenId of the desk's token
    std::string desk;
    ed25519::PublicKey key{};  ///< under which the envelope verified
    std::string state;         ///< one of jobStates
    bool isFinal = false;
    std::string resultJson;  ///< empty when the event carries none
    Bytes envelopeDigest;
    std::string envelope;  ///< as posted
    UnixMillis now = 0;
    std::chrono::milliseconds lease = defaultClaimLease;  ///< how long one is
    JobQuota quota;
};

using JobChange = std::variant<SubmitJob, WithdrawJob, ClaimJob, RecordJobEvent, AddApproval, AddStatement>;

/// What became of one change.
struct JobAnswer
{
    enum class Outcome {
        Done,      ///< stored now
        Repeated,  ///< was stored before: nothing changed
        UnknownInbox,
        UnknownJob,
        HeldByOther,   ///< leaseUntil says how long
        BegunByOther,  ///< its last word was that it signs, has signed, or does not know: state
        Finished,
        TooManyEnvelopes,  ///< JobQuota::envelopesPerJob or approvalsPerJob
        TooManyJobs,       ///< JobQuota::pendingJobs or pendingBytes
        TooManyDesks,      ///< JobQuota::desksPerJob
        TokenFull,         ///< JobQuota::keptBytes or statements
        OtherKey,          ///< this desk signed an earlier event of the job with another key
    };
    Outcome outcome = Outcome::Done;
    std::int64_t seq = 0;            ///< SubmitJob, WithdrawJob, AddApproval, AddStatement: its entry
    bool isNewJob = false;           ///< SubmitJob
    UnixMillis leaseUntil = 0;       ///< ClaimJob, and HeldByOther
    std::string state;               ///< RecordJobEvent: the job's state now; BegunByOther
    std::int64_t withdrawalSeq = 0;  ///< ClaimJob: the newest withdrawal's entry; 0: there is none
};

/// What GET tells of a job.
struct JobStatus
{
    std::string jobId;
    std::string state;
    std::int64_t withdrawalSeq = 0;  ///< the newest withdrawal's entry, genuine or not; 0: there is none
    std::string resultJson;          ///< of the last event that carried one; empty when none did
    std::string event;               ///< the last event's envelope; empty before any
};

}  // namespace countersign::relay
