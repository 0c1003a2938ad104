#pragma once

#include "core/audit/AuditHead.h"
#include "core/base/Clock.h"
#include "core/vault/Vault.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

struct AuditEntry
{
    std::int64_t seq = 0;  ///< 1, 2, 3 … without gaps
    UnixMillis at = 0;
    std::string kind;     ///< "vault.created", "key.generated", "sync.page", "secret.revealed", …: dotted,
                          ///< stable, English
    std::string subject;  ///< what it is about: a kid, a wallet id, a range of deliveries; never a secret
    std::string detail;   ///< compact JSON object; never a secret
    Bytes hash;           ///< 32 bytes, see AuditLog
};

struct AuditReport
{
    bool intact = false;
    std::int64_t entries = 0;
    std::int64_t firstBadSeq = 0;  ///< 0 when intact, or when entries are missing at the end
    QString finding;               ///< a sentence: what is wrong and where
};

/// The tamper-evident audit log: a keyed hash chain of entries with a sealed head. Whoever operates other
/// people's wallets must be able to show what was done, and that nothing was taken out of the record
/// afterwards. Each entry's hash is BLAKE2b-256, keyed with a key that only the unlocked vault has, over the
/// previous hash and every field of the entry with lengths; the last (seq, hash) is also kept sealed in the
/// file audit.head, so that cutting off the end is seen. The head file is written after the commit: entries
/// behind it that chain correctly (a crash in between) are accepted and adopted. The whole of what lies
/// behind the head is verified before an entry is added, so that nothing is done behind a record which
/// contradicts itself.
class AuditLog
{
public:
    AuditLog(Database& database, const Vault& vault, const Clock& clock)
        : m_database(database), m_vault(vault), m_clock(clock)
    {}

    /// "Record first, act second": when this returns, the entry is on disk (synchronous FULL), was read back,
    /// and the head has reached it. Own transaction.
    Status append(std::string_view kind, std::string_view subject, const std::string& detailJson);

    /// For effects that are rows of the same database: the entry joins the caller's open transaction, so that
    /// both or neither exist. Call sealHead() after the commit; an entry may leave that to another one that
    /// follows at once, before a secret is used. The transaction must be IMMEDIATE and synced (transact):
    /// else another writer could take the same number, or a power cut could take the entry from under its
    /// head. Corrupt, and nothing is to be done, when the record contradicts its head (verifiedTail).
    Status appendWithin(std::string_view kind, std::string_view subject, const std::string& detailJson);
    /// Moves the sealed head to the last entry, never backwards. Like an append, Corrupt when the record
    /// contradicts the head (cut, rolled back, head removed or foreign): moving on would hide it.
    Status sealHead();

    /// The way out of such a contradiction, for an operator who has taken note of it: records
    /// "audit.resealed" with verify's finding and the reason, cuts off what somebody put in behind the end
    /// (saying so), and seals the record as it is then. Entries that were changed stay a finding for ever.
    /// InvalidInput when the record is intact.
    Status reseal(std::string_view reason);

    /// Reads the whole record; progress (entries so far) may be empty and returns false to cancel
    /// (Cancelled).
    Result<AuditReport> verify(const std::function<bool(std::int64_t)>& progress = {}) const;

    /// Newest first, at most limit, older than beforeSeq (0: from the end). Numbers below 1 are none.
    Result<std::vector<AuditEntry>> page(std::int64_t beforeSeq, int limit) const;

private:
    /// The end of the record as a transaction found it, and moved it on.
    struct Verified
    {
        std::uint64_t transaction = 0;
        AuditHead end;
    };
    Result<AuditHead> tailOfTransaction(const AuditChain& chain);

    Database& m_database;
    const Vault& m_vault;
    const Clock& m_clock;
    std::optional<Verified> m_verified;  ///< by the last transaction that added an entry
};

}  // namespace countersign
