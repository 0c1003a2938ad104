#pragma once

#include "core/audit/AuditExcerpt.h"
#include "core/audit/AuditLog.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/policy/approvals/ApprovalStore.h"
#include "core/policy/operators/Operator.h"
#include "core/signing/store/JobStore.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace countersign {

/// What the audit record says of one job since it came in, and the check of the job's rows against it.
/// Whoever can write the profile's file while it is locked can take a rejection or a withdrawal away and
/// change who asked for the job and when; what was recorded of all this they cannot change (AuditExcerpt).
class JobRecord
{
public:
    /// Where the job came from, as it was recorded.
    struct Arrival
    {
        JobOrigin origin = JobOrigin::Console;
        std::string submitter;
        Bytes submitterKey;  ///< 32 bytes, or empty
        UnixMillis createdAt = 0;
        bool isImported = false;

        bool operator==(const Arrival&) const = default;
    };
    struct Said
    {
        Sha256Digest digest{};  ///< of the statement's envelope
        ed25519::PublicKey operatorKey{};
        ApprovalDecision decision = ApprovalDecision::Approve;
        UnixMillis at = 0;
    };

    /// Reads the entries since the job's arrival, so it costs what was recorded since then. The first thing
    /// in a snapshot, or under the write lock. BadSignature when the record knows the job not at all or
    /// twice: its row was put in, or taken away once, by somebody else. Errors of AuditExcerpt; Corrupt when
    /// an entry cannot be read.
    static Result<JobRecord> read(Database& database, const Vault& vault, const std::string& jobId);
    /// The same from a record whose end was found already, within the same snapshot.
    static Result<JobRecord> read(Database& database, const AuditExcerpt& excerpt, const std::string& jobId);

    /// Whether the record says where the job came from: that of an earlier version did not.
    bool tellsArrival() const { return m_arrival.has_value(); }
    bool has(const Sha256Digest& statement) const;

    /// BadSignature when the row says otherwise than the record, which must tell it.
    Status checkRow(const Job& job, const JobStore& store) const;
    /// BadSignature when a statement of a registered operator is not here any more, unless the store may have
    /// dropped it: the same operator said something later, which is here.
    Status checkStatements(const std::vector<StoredApproval>& present, std::span<const Operator> registered,
                           UnixMillis now) const;

private:
    explicit JobRecord(std::string jobId) : m_jobId(std::move(jobId)) {}
    /// False when the entry is not one of those that this version or an earlier one writes.
    bool take(const AuditFields& entry);
    bool takeArrival(std::string_view detail);
    bool takeAdoption(std::string_view detail);
    bool takeStatement(std::string_view detail);
    bool isReplaced(const Said& missing, const std::vector<StoredApproval>& present, UnixMillis now) const;

    std::string m_jobId;
    int m_arrivals = 0;
    std::optional<Arrival> m_arrival;
    std::vector<Said> m_said;
};

}  // namespace countersign
