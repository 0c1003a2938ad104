#include "core/inbox/IngestReport.h"

namespace countersign {

IngestReport& IngestReport::operator+=(const IngestReport& other)
{
    received += other.received;
    applied += other.applied;
    duplicates += other.duplicates;
    quarantined += other.quarantined;
    cursor = other.cursor;
    return *this;
}

void IngestReport::count(Verdict verdict)
{
    ++received;
    if (verdict == Verdict::Quarantined) {
        ++quarantined;
    } else if (verdict == Verdict::Duplicate) {
        ++duplicates;
    } else {
        ++applied;
    }
}

Json IngestReport::toJson() const
{
    return {{"received", received},
            {"applied", applied},
            {"duplicates", duplicates},
            {"quarantined", quarantined}};
}

}  // namespace countersign
