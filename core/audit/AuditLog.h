#pragma once

#include "core/audit/AuditHead.h"
#include "core/base/Clock.h"
#include "core/vault/Vault.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace countersign {

struct AuditReport
{
    bool intact = false;
    std::int64_t entries = 0;
    std::int64_t firstBadSeq = 0;  ///< 0 when intact, or when entries are missing at the end
    QString finding;               ///< a sentence: what is wrong and where
};

/// What a transaction's entries have to do with the seal. In each case the seal comes after the commit, and
/// what was committed has happened: a head that cannot be written changes nothing about that.
enum class Sealing {
    /// Something begins with it. Refused, with nothing changed, while an earlier entry waits for its seal and
    /// the head still cannot be written: so whoever makes it unwritable keeps one such change at most from
    /// it, and the next one is refused aloud.
    Ordinary,
    /// As Ordinary, and its result is used at once, outside of the profile: it is refused where the seal
    /// fails
    /// behind it, too, although the change stands.
    BeforeUse,
    /// It says what has happened already, outside of the profile, and is lost when it is not written now (a
    /// signature, a transaction that was sent). Recorded although an earlier entry waits for its seal.
    OfWhatHappened,
    /// The next entry follows at once, and is sealed before a secret is used; its seal covers this one.
    WithTheNext,
};

class AuditLog;

/// An open, synced transaction whose entries will be sealed. Only AuditLog::commit makes one, so whoever is
/// handed it can add entries without a thought of what comes after.
class AuditTransaction
{
public:
    AuditTransaction(const AuditTransaction&) = delete;
    AuditTransaction& operator=(const AuditTransaction&) = delete;
    ~AuditTransaction() = default;

    /// Corrupt, and nothing is to be done, when the record contradicts its head (verifiedTail).
    Status add(std::string_view kind, std::string_view subject, const std::string& detailJson);

private:
    friend class AuditLog;
    AuditTransaction(AuditLog& log, Sealing sealing) : m_log(log), m_sealing(sealing) {}

    AuditLog& m_log;
    Sealing m_sealing;
    bool m_hasEntries = false;
};

/// The tamper-evident audit log: a keyed hash chain of entries with a sealed head. Whoever operates other
/// people's wallets must be able to show what was done, and that nothing was taken out of the record
/// afterwards. Each entry's hash is BLAKE2b-256, keyed with a key that only the unlocked vault has, over the
/// previous hash and every field of the entry with lengths; the last (seq, hash) is also kept sealed in the
/// file audit.head, so that cutting off the end is seen. The head file is written after the commit: entries
/// behind it that chain correctly (a crash in between) are accepted and adopted. The whole of what lies
/// behind the head is verified before an entry is added, so that nothing is done behind a record which
/// contradicts itself.
///
/// There are three ways to record, and no other: append() before an act outside of the profile, record() for
/// a change of its rows, commit() where record() is too little. They differ in what a failed seal means only
/// as far as the act does: what has not been done yet is not done (append), what has been committed is told
/// as done (record, commit), and the next that begins is refused until the head can be written (Sealing).
class AuditLog
{
public:
    AuditLog(Database& database, const Vault& vault, const Clock& clock)
        : m_database(database), m_vault(vault), m_clock(clock)
    {}

    /// "Record first, act second": when this returns, the entry is on disk (synchronous FULL), was read back,
    /// and the head has reached it; when it fails, nothing is to be done, although the entry may be there.
    /// Own transaction.
    Status append(std::string_view kind, std::string_view subject, const std::string& detailJson);

    /// For effects that are rows of the same database: one transaction of the entry and, behind it, the
    /// change (which returns a Result or a Status), so that both or neither exist; then the seal. The result
    /// is the change's. A seal that cannot be written does not take that back, for the change has happened:
    /// it is tried again before the next entry, and nothing new begins without it (Sealing::Ordinary). An
    /// error: nothing was changed, but for Corrupt, which also says that the entry did not stay in the record
    /// or that the record contradicts its head since the commit.
    template <typename Change>
    auto record(std::string_view kind, std::string_view subject, const std::string& detailJson,
                Change&& change) -> std::invoke_result_t<Change>;

    /// The same for a change that adds its entries itself, several or, where nothing happened, none.
    template <typename Change>
    auto commit(Change&& change, Sealing sealing = Sealing::Ordinary)
        -> std::invoke_result_t<Change, AuditTransaction&>;

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

protected:
    // By themselves only for tests, which stop in between.

    /// Adds an entry to the caller's open transaction. It must be IMMEDIATE and synced (transact): else
    /// another writer could take the same number, or a power cut could take the entry from under its head.
    /// needsHead: that it can be written is tried first where it lags behind (Sealing::Ordinary); only for a
    /// transaction's first entry.
    Status appendWithin(std::string_view kind, std::string_view subject, const std::string& detailJson,
                        bool needsHead = false);
    /// Moves the sealed head to the last entry, never backwards. Like an append, Corrupt when the record
    /// contradicts the head (cut, rolled back, head removed or foreign): moving on would hide it.
    Status sealHead();

private:
    friend class AuditTransaction;

    /// The end of the record as a transaction found it, and moved it on.
    struct Verified
    {
        std::uint64_t transaction = 0;
        AuditHead end;
    };
    Result<AuditHead> tailOfTransaction(const AuditChain& chain, bool needsHead);
    Status sealCommitted(Sealing sealing);

    Database& m_database;
    const Vault& m_vault;
    const Clock& m_clock;
    std::optional<Verified> m_verified;  ///< by the last transaction that added an entry
};

template <typename Change>
auto AuditLog::record(std::string_view kind, std::string_view subject, const std::string& detailJson,
                      Change&& change) -> std::invoke_result_t<Change>
{
    return commit([&](AuditTransaction& transaction) -> std::invoke_result_t<Change> {
        RETURN_IF_ERROR(transaction.add(kind, subject, detailJson));
        return std::forward<Change>(change)();
    });
}

template <typename Change>
auto AuditLog::commit(Change&& change, Sealing sealing) -> std::invoke_result_t<Change, AuditTransaction&>
{
    AuditTransaction transaction(*this, sealing);
    auto result = transact(m_database, [&] { return std::forward<Change>(change)(transaction); });
    if (result && transaction.m_hasEntries) {
        RETURN_IF_ERROR(sealCommitted(sealing));
    }
    return result;
}

}  // namespace countersign
