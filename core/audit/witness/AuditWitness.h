#pragma once

#include "core/audit/witness/AuditCheckpoint.h"

namespace countersign {

/// An entry that the record had once, as somebody outside of the profile's folder remembers it. What lies in
/// the folder (database, seal, settings) can be put back together, to a state that is whole and was genuine
/// once; only a memory elsewhere tells that it is an older one.
struct AuditWitness
{
    enum class Source { Keychain, Checkpoint };
    Source source = Source::Checkpoint;
    std::int64_t seq = 0;
    AuditHash hash{};
    UnixMillis at = 0;  ///< when the checkpoint was made

    static AuditWitness of(const AuditCheckpoint& checkpoint)
    {
        return {Source::Checkpoint, checkpoint.seq, checkpoint.hash, checkpoint.at};
    }
};

/// A sentence when the record does not have that entry: it was rolled back, or rolled back and continued.
/// Empty while it has. Reads one row; whether that row is genuine is AuditLog::verify's question.
Result<QString> rollbackFinding(Database& database, const AuditWitness& witness);

/// What verifying said, and what witnesses say to it.
struct WitnessedReport : AuditReport
{
    bool rolledBack = false;  ///< the record is older than what a witness knows
};

/// The report with a rollback's sentence: rolledBack, no longer intact. Unchanged where the sentence is
/// empty.
WitnessedReport withRollback(WitnessedReport report, const QString& sentence);

/// The report with what the witness says: rolledBack, no longer intact, and the sentence.
Result<WitnessedReport> heldAgainst(WitnessedReport report, Database& database, const AuditWitness& witness);

}  // namespace countersign
