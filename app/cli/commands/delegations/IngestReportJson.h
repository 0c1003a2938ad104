#pragma once

#include "core/base/encoding/Json.h"
#include "core/inbox/Ingestor.h"

namespace countersign::cli {

/// {"received", "applied", "duplicates", "quarantined", "cursor"}: the counters of `sync` (design.md §7).
inline Json ingestReportJson(const IngestReport& report)
{
    return {{"received", report.received},
            {"applied", report.applied},
            {"duplicates", report.duplicates},
            {"quarantined", report.quarantined},
            {"cursor", report.cursor}};
}

}  // namespace countersign::cli
