#pragma once

#include "core/audit/AuditChain.h"
#include "core/policy/approvals/ApprovalStatement.h"
#include "core/policy/document/PolicyDocument.h"
#include "core/signing/policy/SpendingTrail.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace countersign {

/// Whose approvals at other desks count, and by what.
struct ApprovalTrailTerms
{
    std::vector<std::string> operators;  ///< registered ones' keys, 64 hex digits each
    std::string policy;                  ///< SHA-256 of the policy in force, hex
    int fewest = 1;                      ///< approvals with which it lets anything be signed

    static ApprovalTrailTerms of(const PolicyDocument& policy, std::vector<std::string> operators);

    bool operator==(const ApprovalTrailTerms&) const = default;
};

/// What the entries of the audit record say that operators said of jobs, read in their order: pure. A desk
/// does not hear what another one signed. It hears what operators approved, before their desk signs: so a job
/// that others approved may be signed, and counts as money that left until they take it back.
class ApprovalTrail
{
public:
    /// Takes entries of statements; others are passed over. False when one cannot be read.
    bool take(const AuditFields& entry);
    /// How often something was said.
    int changes() const { return m_changes; }

    /// Of each digest of a job that a registered operator of another desk approves and enough do, this desk's
    /// own among them; at: when the last of these was recorded. An approval under another policy is enough by
    /// itself, for its desk may have signed with fewer.
    std::vector<Spending> approvedElsewhere(const ApprovalTrailTerms& terms) const;

private:
    struct Said
    {
        ApprovalDecision decision = ApprovalDecision::Approve;
        std::string digest;  ///< 0x-hex
        std::string policy;
        std::string walletId;  ///< empty, like address, in entries of earlier versions
        std::string address;
        UnixMillis saidAt = 0;      ///< by the operator's clock
        UnixMillis recordedAt = 0;  ///< by this desk's
        bool isOwn = false;         ///< said at this desk
    };
    using OfJob = std::map<std::string, Said, std::less<>>;  ///< the last of each operator

    static void addApproved(const std::string& jobId, const OfJob& said, const ApprovalTrailTerms& terms,
                            std::vector<Spending>& found);

    std::map<std::string, OfJob, std::less<>> m_said;  ///< by job
    int m_changes = 0;
};

}  // namespace countersign
