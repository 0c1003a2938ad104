#pragma once

#include "core/base/encoding/Json.h"
#include "core/inbox/delivery/DeliveryCatalog.h"

namespace countersign {

/// What `sync --once` prints. Pings, unknown and stale events count as applied; repeats as duplicates.
struct IngestReport
{
    std::int64_t received = 0;
    std::int64_t applied = 0;
    std::int64_t duplicates = 0;
    std::int64_t quarantined = 0;
    std::int64_t cursor = 0;

    IngestReport& operator+=(const IngestReport& other);
    bool operator==(const IngestReport&) const = default;

    /// One more delivery.
    void count(Verdict verdict);
    /// The four numbers without the cursor, for the record.
    Json toJson() const;
};

}  // namespace countersign
