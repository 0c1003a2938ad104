#include "core/audit/witness/AuditWitness.h"

#include "core/audit/AuditRows.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct AuditWitnessText
{
    Q_DECLARE_TR_FUNCTIONS(AuditWitnessText)
};

QString olderThan(const AuditWitness& witness, std::int64_t end)
{
    return witness.source == AuditWitness::Source::Keychain
               ? AuditWitnessText::tr(
                     "The profile was rolled back: the keychain knows entry %1 of its record, which ends "
                     "with number %2. An older copy of the profile's folder was put in its place.")
                     .arg(witness.seq)
                     .arg(end)
               : AuditWitnessText::tr(
                     "The profile was rolled back: the checkpoint of %3 names entry %1 of its record, which "
                     "ends with number %2. An older copy of the profile's folder was put in its place.")
                     .arg(witness.seq)
                     .arg(end)
                     .arg(QString::fromStdString(toIso8601(witness.at)));
}

QString otherThan(const AuditWitness& witness)
{
    return witness.source == AuditWitness::Source::Keychain
               ? AuditWitnessText::tr(
                     "The profile was rolled back and continued: entry %1 of its record is not the one that "
                     "the keychain knows.")
                     .arg(witness.seq)
               : AuditWitnessText::tr(
                     "The profile was rolled back and continued: entry %1 of its record is not the one that "
                     "the checkpoint of %2 names.")
                     .arg(witness.seq)
                     .arg(QString::fromStdString(toIso8601(witness.at)));
}

}  // namespace

Result<QString> rollbackFinding(Database& database, const AuditWitness& witness)
{
    return attempt([&]() -> Result<QString> {
        if (holds(database, {witness.seq, witness.hash})) {
            return QString();
        }
        SQLite::Statement query(database.handle(), "SELECT max(seq) FROM audit WHERE seq <= ?");
        query.bind(1, witness.seq);
        const std::int64_t end = query.executeStep() ? query.getColumn(0).getInt64() : 0;
        return end < witness.seq ? olderThan(witness, end) : otherThan(witness);
    });
}

WitnessedReport withRollback(WitnessedReport report, const QString& sentence)
{
    if (!sentence.isEmpty()) {
        report.rolledBack = true;
        report.intact = false;
        report.finding = report.finding.isEmpty() ? sentence : report.finding + QLatin1Char(' ') + sentence;
    }
    return report;
}

Result<WitnessedReport> heldAgainst(WitnessedReport report, Database& database, const AuditWitness& witness)
{
    ASSIGN_OR_RETURN(const QString finding, rollbackFinding(database, witness));
    return withRollback(std::move(report), finding);
}

}  // namespace countersign
