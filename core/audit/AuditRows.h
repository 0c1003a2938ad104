#pragma once

#include "core/audit/AuditHead.h"

#include <cstdint>
#include <limits>
#include <optional>

// Reading and inserting the rows of the audit log. They lie readable and writable in the profile's file;
// every reader takes them in the same way, and a written one counts only once it was read back.

namespace countersign {

/// Numbers have no gaps: no record ever gets here, so a greater one was put in by somebody else.
inline constexpr std::int64_t maxAuditSeq = std::int64_t{1} << 53;

/// Columns: seq, at, kind, subject, detail, …; valid until the statement moves on.
AuditFields auditFieldsOf(SQLite::Statement& row);

/// The same with hash as the sixth column, kept.
AuditEntry auditEntryOf(SQLite::Statement& row);

/// The last entry as a head without trust; seq 0 when there is none. Corrupt when the row can be no entry.
Result<AuditHead> lastEntry(Database& database);

/// Whether the record still has the entry that the head names: if not, it was cut, rewritten or rolled back.
bool holds(Database& database, const AuditHead& head);

/// The number of an entry that can be none, the lowest or the highest; nothing when there is no such entry.
std::optional<std::int64_t> impossibleEntry(Database& database);

/// Corrupt unless the entry is then the last one, with all that was written: what swallows or changes it must
/// not pass for a record. Inside the caller's transaction.
Status insertEntry(Database& database, const AuditFields& entry, const AuditHash& hash);

/// The sentence and the step for a record that contradicts its head.
tl::unexpected<Error> recordContradiction(const QString& what);

}  // namespace countersign
