#pragma once

#include "core/audit/AuditChain.h"
#include "core/base/Clock.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace countersign {

/// What may have been signed of one job, by one approved digest.
struct Spending
{
    std::string jobId;
    std::string digest;  ///< as it was approved, 0x-hex; empty where the approval lies before what was read
    std::string walletId;
    std::string address;        ///< of the wallet; empty as above, and in entries of earlier versions
    UnixMillis approvedAt = 0;  ///< 0 as above
    UnixMillis at = 0;          ///< of the last that is recorded about it

    bool operator==(const Spending&) const = default;
};

/// What the entries of the audit record say of signatures, read in their order: pure. A signature counts once
/// for each digest, since the same bytes have one effect. A ceremony that was interrupted or failed counts
/// like one that ended well, for the other party may hold its signature; one that went back to waiting was
/// never begun, unless that was found out after a crash. What is approved or being signed is reserved: it
/// counts whenever it is asked.
class SpendingTrail
{
public:
    /// Takes entries of jobs; others are passed over. False when an entry of a job cannot be read.
    bool take(const AuditFields& entry);

    const std::vector<Spending>& spendings() const { return m_spendings; }
    /// Approved, or in its ceremony.
    std::vector<Spending> reserved() const;
    /// How often something counted at a later time than before, so that what was made of spendings() is not
    /// true any more. Otherwise they only grow at their end.
    int moves() const { return m_moves; }
    /// Entries were cut off or replaced, and the record sealed anew, with this entry or a later one: what was
    /// signed before is not known.
    std::optional<UnixMillis> resealedAt() const { return m_resealedAt; }

private:
    struct UnderWay
    {
        Spending spending;
        bool isSigning = false;
    };
    bool approve(const AuditFields& entry);
    void spend(const AuditFields& entry);

    std::vector<Spending> m_spendings;
    std::map<std::string, std::size_t, std::less<>> m_places;  ///< of job and digest, in m_spendings
    std::map<std::string, UnderWay, std::less<>> m_underWay;   ///< by job
    int m_moves = 0;
    std::optional<UnixMillis> m_resealedAt;
};

}  // namespace countersign
