#pragma once

#include "core/audit/AuditExcerpt.h"
#include "core/policy/sums/SpentLedger.h"
#include "core/signing/policy/ApprovalTrail.h"
#include "core/signing/policy/SpendingTrail.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace countersign {

/// What was signed in this profile, for the sums of one policy's periods. Which jobs count, and when, is read
/// from the audit record and not from the jobs' rows: whoever can write the profile's file while it is locked
/// could take signed jobs away there, or date them back. What is approved or being signed is reserved. What
/// was read is kept, and taken as it was as long as the record goes on from there. What operators approved at
/// other desks counts like what was signed here (ApprovalTrail).
class RecordedSums final : public SpentSums
{
public:
    /// What a policy would be told of the job; null where it cannot be told. excerpt: of the record as it is
    /// now. isElsewhere: nobody here approved it, so nothing was kept of it.
    using TellFacts = std::function<SpentJob(const Spending&, const AuditExcerpt& excerpt, bool isElsewhere)>;

    RecordedSums(Database& database, const Vault& vault, std::shared_ptr<const PolicyDocument> policy,
                 TellFacts tell);

    const std::shared_ptr<const PolicyDocument>& policy() const { return m_policy; }

    /// Before each decision, and the first thing in the snapshot in which it is made, or under the write
    /// lock: finds the end of the record. job: the one under check, which is not among the sums as far as the
    /// same digest (0x-hex, empty while something is open) was signed or is approved. operators: keys of all
    /// that are registered, in hex. Errors of AuditExcerpt::open.
    Status begin(std::string jobId, std::string digest, std::vector<std::string> operators);
    /// Whether any rule asks for sums; begin() and spent() do nothing otherwise.
    bool areAsked() const { return m_areAsked; }
    /// After it: no key of the vault is held until the next one.
    void end() { m_excerpt.reset(); }
    /// Why the record cannot be believed, where spent() met that: nothing is to be decided then.
    const std::optional<Error>& doubt() const { return m_doubt; }

    /// From query.from on, whatever the end: what the clock calls later counts as well. Nothing where a job's
    /// amount is not known, and where the record was sealed anew within the period, so that entries may be
    /// missing.
    std::optional<Uint256> spent(const SpentQuery& query) const override;

private:
    Status readUpTo(UnixMillis from) const;
    Status readWhole(UnixMillis from) const;
    Status readOn(std::int64_t first, std::optional<UnixMillis> firstIsBefore) const;
    bool goesOn() const;
    void fillLedger() const;
    void fillElsewhere() const;
    bool isElsewhereChanged() const;
    std::optional<Uint256> ownPart(const SpentQuery& query) const;
    std::optional<Uint256> reservedPart(const SpentQuery& query) const;
    std::vector<Spending> reserved() const;
    const SpentJob& told(const Spending& spending, bool isElsewhere = false) const;

    Database& m_database;
    const Vault& m_vault;
    std::shared_ptr<const PolicyDocument> m_policy;
    TellFacts m_tell;
    std::string m_jobId;
    std::string m_digest;
    bool m_areAsked = false;
    ApprovalTrailTerms m_terms;
    std::optional<AuditExcerpt> m_excerpt;

    // What was read; mutable, since asking reads.
    mutable std::optional<Error> m_doubt;
    mutable bool m_isRead = false;     ///< anything at all
    mutable bool m_isCurrent = false;  ///< up to the end that this decision found
    mutable SpendingTrail m_trail;
    mutable UnixMillis m_from = 0;       ///< from which on it is whole
    mutable std::int64_t m_lastSeq = 0;  ///< the last entry that was read
    mutable AuditHash m_lastHash{};
    mutable SpentLedger m_ledger;
    mutable std::size_t m_taken = 0;  ///< of the trail's spendings
    mutable int m_moves = 0;
    mutable ApprovalTrail m_approvals;
    mutable SpentLedger m_elsewhereLedger;  ///< of what may be signed at other desks, and was not here
    mutable std::vector<Spending> m_elsewhere;
    mutable std::set<std::string, std::less<>> m_elsewhereKeys;  ///< keyOf each of them
    mutable int m_approvalChanges = 0;
    mutable std::size_t m_elsewhereTaken = 0;  ///< of the trail's spendings
    mutable ApprovalTrailTerms m_elsewhereTerms;
    mutable std::map<std::string, SpentJob, std::less<>> m_told;  ///< by job and digest
};

}  // namespace countersign
