#pragma once

#include "core/base/Bytes.h"
#include "core/base/Clock.h"
#include "core/mpc/SigningEngine.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// What is asked for (design.md §7); stored and printed as "evm.message", ….
enum class JobKind { EvmMessage, EvmTypedData, EvmTransaction, SolanaMessage, SolanaTransaction };

/// How far it came (design.md §5); stored and printed in lower case.
enum class JobState {
    Pending,      ///< waits for an operator
    Approved,     ///< an operator said yes; no ceremony has begun
    Signing,      ///< a ceremony runs
    Signed,       ///< the signature was verified and is stored
    Broadcast,    ///< a node took the signed transaction
    Confirmed,    ///< deep enough in the chain
    Rejected,     ///< an operator said no
    Expired,      ///< nobody said yes in time
    Failed,       ///< the ceremony or the chain refused; error says why
    Withdrawn,    ///< its submitter took it back
    Blocked,      ///< a policy forbids it
    Interrupted,  ///< a crash left a ceremony's outcome unknown: only an explicit "again" opens another
};

enum class JobOrigin { Console, File, Relay };

std::string_view toText(JobKind kind);
std::string_view toText(JobState state);
std::string_view toText(JobOrigin origin);
std::optional<JobKind> jobKindFrom(std::string_view text);
std::optional<JobState> jobStateFrom(std::string_view text);
std::optional<JobOrigin> jobOriginFrom(std::string_view text);

bool isEvm(JobKind kind);
bool isTransaction(JobKind kind);
/// The work of a console: approved, signing, or still to be sent or followed.
bool isRunning(JobState state, bool broadcast);
/// Nothing will change any more, unless an operator asks for another ceremony.
bool isDone(JobState state, bool broadcast);

/// One value that a job left open and that was taken from a node: part of what is approved, and marked as
/// such.
struct ResolvedField
{
    std::string
        name;  ///< "nonce", "gasLimit", "maxFeePerGas", "maxPriorityFeePerGas", "gasPrice", "recentBlockhash"
    std::string value;  ///< decimal or base58

    bool operator==(const ResolvedField&) const = default;
};

/// A signing job, as a row of the table job; holds no secret.
struct Job
{
    std::int64_t id = 0;  ///< row id, the key by which models page
    std::string jobId;    ///< lower-case hex SHA-256 of document (design.md §5)
    JobOrigin origin = JobOrigin::Console;
    std::string submitter;  ///< the name registered for the key that signed it; empty for console and file
    std::string claimedSubmitter;  ///< the document's own "submitter": a remark, nothing more
    std::string walletId;
    std::string chain;    ///< "EVM" or "SVM"
    std::string address;  ///< the wallet's, as Wallet::address
    JobKind kind = JobKind::EvmMessage;
    Bytes document;  ///< the bytes that jobId hashes
    bool broadcast = false;
    std::string reason;
    UnixMillis createdAt = 0;
    UnixMillis expiresAt = 0;
    JobState state = JobState::Pending;
    UnixMillis stateAt = 0;
    /// What will be signed (unsigned transaction, message bytes, typed data's digest); empty as long as
    /// something is open and was not filled in.
    Bytes prepared;
    std::vector<ResolvedField> resolved;
    UnixMillis resolvedAt = 0;
    /// 32 bytes: what an EVM wallet signs, or SHA-256 of the bytes that a Solana wallet signs. Empty as
    /// above.
    Bytes digest;
    /// The state that the last approval found: where it goes back to as long as nothing was begun, so that an
    /// unknown outcome is never forgotten.
    JobState approvedFrom = JobState::Pending;
    std::optional<EngineKind> engine;  ///< of the last approval
    int attempts = 0;                  ///< ceremonies begun
    std::string roomId;                ///< of the last ceremony; empty: no room was opened
    Bytes signature;                   ///< EVM: r ‖ s ‖ v (65, low s, v 27 or 28); Solana: 64
    Bytes signedTransaction;
    std::string hash;  ///< EVM: 0x-hex; Solana: the transaction's first signature in base58
    /// For the operator; empty when all is well. A node, Dynamic or an engine may have caused it, so the
    /// causes are no closed set: it stays as it was written, in the language of then. errorDetail is precise
    /// and English.
    std::string error;
    std::string errorDetail;
    std::string operatorReason;  ///< of a rejection

    bool operator==(const Job&) const = default;
};

/// One step of a job's life, for its time line.
struct JobHistoryEntry
{
    UnixMillis at = 0;
    JobState state = JobState::Pending;
    std::string note;  ///< as it is shown (JobNotes); no secret
};

/// A state as the middle of a sentence for operators.
QString stateName(JobState state);

}  // namespace countersign
