#pragma once

#include "core/base/Clock.h"
#include "core/vault/Vault.h"

#include <cstdint>
#include <functional>
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

/// Why this class exists: whoever operates other people's wallets must be able to show what was done, and
/// that nothing was taken out of the record afterwards. Each entry's hash is BLAKE2b-256, keyed with a key
/// that only the unlocked vault has, over the previous hash and every field of the entry with lengths; the
/// last (seq, hash) is also kept sealed in the file audit.head, so that cutting off the end is seen. The head
/// file is written after the commit: entries behind it that chain correctly (a crash in between) are accepted
/// and adopted.
class AuditLog
{
public:
    AuditLog(Database& database, const Vault& vault, const Clock& clock)
        : m_database(database), m_vault(vault), m_clock(clock)
    {}

    /// "Record first, act second": when this returns, the entry is on disk (synchronous FULL) and so is the
    /// head. Own transaction.
    Status append(std::string_view kind, std::string_view subject, const std::string& detailJson);

    /// For effects that are rows of the same database: the entry joins the caller's open transaction, so that
    /// both or neither exist. Call sealHead() after the commit; an entry may leave that to another one that
    /// follows at once, before a secret is used. The transaction must be IMMEDIATE and synced (transact):
    /// else another writer could take the same number, or a power cut could take the entry from under its
    /// head.
    Status appendWithin(std::string_view kind, std::string_view subject, const std::string& detailJson);
    /// Moves the sealed head to the last entry, never backwards. Like an append, Corrupt when the record
    /// contradicts the head (cut, rolled back, head removed or foreign): moving on would hide it.
    Status sealHead();

    /// The way out of such a contradiction, for an operator who has taken note of it: records
    /// "audit.resealed" with verify's finding and the reason, and seals the record as it is now. Entries that
    /// were changed stay a finding for ever. InvalidInput when the record is intact.
    Status reseal(std::string_view reason);

    /// Reads the whole record; progress (entries so far) may be empty and returns false to cancel
    /// (Cancelled).
    Result<AuditReport> verify(const std::function<bool(std::int64_t)>& progress = {}) const;

    /// Newest first, at most limit, older than beforeSeq (0: from the end).
    Result<std::vector<AuditEntry>> page(std::int64_t beforeSeq, int limit) const;

private:
    enum class HeadCheck { Demand, Skip };
    Result<std::int64_t> insertAfterLast(std::string_view kind, std::string_view subject,
                                         std::string_view detail, HeadCheck check);

    Database& m_database;
    const Vault& m_vault;
    const Clock& m_clock;
};

}  // namespace countersign
