#pragma once

#include "core/audit/AuditTail.h"

#include <functional>

namespace countersign {

/// A part of the audit record that is genuine as a whole: the entries from one of them on to the end. Rows of
/// the profile's file that nothing seals can be held against it, for what was recorded cannot be taken out
/// of it. Each hash is keyed and covers the one before it, so entries whose hashes, computed anew, end in
/// the sealed head are those that were written, none missing, changed, moved or put in; what lies before
/// them need not be read.
class AuditExcerpt
{
public:
    /// Finds the end of the record. The first thing in a snapshot, or under the write lock; errors of
    /// currentHead.
    static Result<AuditExcerpt> open(Database& database, const Vault& vault);

    /// 0: there is no entry.
    std::int64_t lastSeq() const { return m_end.seq; }

    /// Hands over each entry from this number on, in order and one at a time (the fields are valid during the
    /// call only), without holding them: nothing that was handed over counts before this has returned without
    /// an error. Corrupt when the entries are not those that were recorded, or when there is no such number.
    Status read(std::int64_t from, const std::function<void(const AuditFields&)>& take) const;

private:
    AuditExcerpt(Database& database, AuditChain chain, const AuditHead& end)
        : m_database(database), m_chain(std::move(chain)), m_end(end)
    {}
    Result<AuditHash> hashBefore(std::int64_t from) const;

    Database& m_database;
    AuditChain m_chain;
    AuditHead m_end;
};

}  // namespace countersign
