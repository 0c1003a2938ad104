#pragma once

#include "core/base/encoding/Json.h"
#include "core/signing/job/Job.h"

#include <SQLiteCpp/Statement.h>

// The mapping between rows of the table job and Job. JobStore (which writes) and JobCatalog (which pages)
// read the same row in the same way.

namespace countersign {

/// "SELECT … FROM job ", in the order that jobFrom reads.
extern const char* const jobColumns;

/// States and kinds of a newer program on the same profile are shown as what allows nothing.
Job jobFrom(SQLite::Statement& row);

/// [{"name","value"}]
std::string resolvedToJson(const std::vector<ResolvedField>& resolved);

}  // namespace countersign
