#pragma once

#include "core/policy/approvals/ApprovalStatement.h"
#include "core/policy/operators/Operator.h"
#include "core/vault/database/Database.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace countersign {

/// How a statement came here; stored as "own", "file", "relay".
enum class ApprovalSource { Own, File, Relay };
std::string_view toText(ApprovalSource source);

struct StoredApproval
{
    SignedApproval approval;
    UnixMillis receivedAt = 0;
    ApprovalSource source = ApprovalSource::Own;
};

/// The statements that this desk has, of registered operators and of others (who may be registered later).
/// Only what readApproval accepts comes out: each row is read and verified anew whenever it is asked for, so
/// that nothing has to vouch for them. Whoever can write the file while it is locked can take statements
/// away, also the withdrawal of an approval: what counts approvals must have the set vouched for first.
///
/// Bounded, and so that nobody's statements displace another's: of a job at most 64, of a registered operator
/// the last four and one rejection, of all strangers together eight, and none of theirs as soon as there are
/// 10,000 of all jobs. Where a job has 64, strangers' and what its operator replaced give way first.
class ApprovalStore
{
public:
    explicit ApprovalStore(Database& database) : m_database(database) {}

    enum class Added {
        New,
        Known,      ///< the same one is there
        Repeated,   ///< another rejection of the same operator is there
        Outdated,   ///< the same operator said more than that later: it changes nothing
        NoRoomLeft  ///< told, so that it can be tried again
    };

    /// Inside the caller's transaction. registered: whose statements count at this desk.
    Result<Added> add(const SignedApproval& approval, ApprovalSource source, UnixMillis now,
                      std::span<const Operator> registered);

    struct OfJob
    {
        std::vector<StoredApproval> approvals;  ///< in the order in which they came
        std::size_t damaged = 0;                ///< rows that somebody else wrote or changed
    };
    /// BadSignature where a job has more than this ever stores: somebody else put them in, and what they hide
    /// cannot be told.
    Result<OfJob> ofJob(const std::string& jobId) const;

private:
    struct Row;

    Result<std::vector<Row>> rows(const std::string& jobId) const;
    Status removePlanted(const SignedApproval& approval);
    Result<bool> isFullForStrangers() const;
    Status insert(const SignedApproval& approval, ApprovalSource source, UnixMillis now);
    Status remove(std::int64_t id);

    Database& m_database;
};

}  // namespace countersign
