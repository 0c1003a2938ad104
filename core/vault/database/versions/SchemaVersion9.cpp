#include "core/vault/database/versions/SchemaVersions.h"

namespace countersign {

namespace {

// Where the record has a job's arrival, so that what it says of the job is read from there on.
constexpr const char* version9Arrivals = R"sql(
CREATE INDEX audit_job_arrival ON audit (subject, seq) WHERE kind = 'job.received';
)sql";

// What the approval rests on: the policy's decision and the statements that counted, as JSON
// (core/signing/approval/ApprovalBasis.h). Covered by the approval's code.
constexpr const char* version9Basis = R"sql(
ALTER TABLE job ADD COLUMN approval_basis TEXT NOT NULL DEFAULT '';
)sql";

}  // namespace

SchemaVersion schemaVersion9()
{
    return {{"arrivals of jobs", version9Arrivals}, {"basis of approvals", version9Basis}};
}

}  // namespace countersign
