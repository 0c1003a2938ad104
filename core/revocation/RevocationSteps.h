#pragma once

#include "core/audit/AuditLog.h"
#include "core/revocation/RevocationPlanner.h"
#include "core/revocation/WalletJobs.h"

namespace countersign {

/// The steps of a revocation that are written down, each one transaction of its entries in the record and its
/// rows: begin, an answer, destruction, the end. Which step is next is RevocationRunner's.
class RevocationSteps
{
public:
    /// All outlive it.
    RevocationSteps(Database& database, const Vault& vault, const Clock& clock)
        : m_database(database), m_clock(clock), m_audit(database, vault, clock), m_store(database, vault)
    {}

    RevocationStore& store() { return m_store; }

    /// Stops the jobs of the wallets that are to be ended, then records "revocation.begun" (an entry for each
    /// hundred). The revocation, with no wallet and no id where nothing is to be ended. Busy: another program
    /// has begun the same meanwhile.
    Result<Revocation> begin(const RevocationRequest& request, RevocationPlan plan, WalletJobs& jobs);

    struct Answered
    {
        RevocationItem item;
        RevocationAnswer answer;
    };
    /// Records "revocation.answered" of those that are settled by it, and destroys the material of what is
    /// ended. An answer that settles nothing is only kept with its row: a silent service must not fill the
    /// record. What was held of the same wallet is settled with it.
    Status handleAnswers(const std::string& revocationId, const std::vector<Answered>& answers);
    /// Records "material.destroyed".
    Status destroy(const std::string& revocationId, const std::string& walletId);
    /// The wallet was delegated again before Dynamic answered.
    Status hold(const std::string& revocationId, const std::string& walletId);
    /// An operator decided about a held one: the share set of before is to end alone, if it has one that no
    /// later delegation has, so that the newer delegation stays and can be used; else it is settled as absent
    /// without being asked about, since Dynamic ended it when it made the next. Records
    /// "revocation.released". InvalidInput when it is not held.
    Status release(const std::string& revocationId, const std::string& walletId);
    /// Records "revocation.checked": what trying to sign afterwards showed.
    Status noteCheck(const std::string& revocationId, const std::string& walletId, SigningCheck check,
                     const QString& detail);
    /// The row waits for something else than Dynamic; sentence says what for.
    Status noteWaiting(const std::string& revocationId, const std::string& walletId, const QString& sentence);
    /// Records "revocation.ended", if it is.
    Status endIfDone(const std::string& revocationId);

private:
    Status refuseIfBegun(const RevocationItem& item);
    Result<bool> isItsShareSetAlone(const RevocationItem& item) const;
    Status settleHeld(AuditTransaction& record, const std::string& revocationId, const RevocationItem& ended);
    Status handleWithin(AuditTransaction& record, const std::string& revocationId, const Answered& answered);
    Status destroyWithin(AuditTransaction& record, const std::string& revocationId, RevocationItem& item,
                         std::optional<UnixMillis> serverTime);
    UnixMillis coveredUntil(const RevocationItem& item, std::optional<UnixMillis> serverTime) const;

    Database& m_database;
    const Clock& m_clock;
    AuditLog m_audit;
    RevocationStore m_store;
};

}  // namespace countersign
