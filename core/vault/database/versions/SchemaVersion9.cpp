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

// The entries of a period are found by their time, and then read along the chain.
constexpr const char* version9Times = R"sql(
CREATE INDEX audit_by_time ON audit (at);
)sql";

// The policy in force (ended_at NULL, one at most) and the last ones before it, by their bytes; vouched for
// as a whole (core/vault/PolicyRows.h), each document by its sha256.
constexpr const char* version9Policies = R"sql(
CREATE TABLE policy (
    id        INTEGER PRIMARY KEY,
    sha256    TEXT NOT NULL CHECK (length(sha256) = 64),
    name      TEXT NOT NULL,
    rules     INTEGER NOT NULL,
    document  BLOB NOT NULL,
    set_at    INTEGER NOT NULL,
    ended_at  INTEGER
) STRICT;
CREATE UNIQUE INDEX policy_in_force ON policy (ended_at IS NULL) WHERE ended_at IS NULL;
CREATE INDEX policy_by_sha256 ON policy (sha256);
)sql";

// What a policy was told about a job when an operator approved this digest of it, so that sums of periods
// need not explain every job again. code: keyed by the vault; a row without the right one does not count.
constexpr const char* version9Facts = R"sql(
CREATE TABLE job_facts (
    job_id  TEXT NOT NULL,
    digest  TEXT NOT NULL,
    facts   TEXT NOT NULL,
    code    BLOB NOT NULL CHECK (length(code) = 32),
    PRIMARY KEY (job_id, digest)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

SchemaVersion schemaVersion9()
{
    return {{"arrivals of jobs", version9Arrivals},
            {"basis of approvals", version9Basis},
            {"times of entries", version9Times},
            {"policies", version9Policies},
            {"facts of jobs", version9Facts}};
}

}  // namespace countersign
