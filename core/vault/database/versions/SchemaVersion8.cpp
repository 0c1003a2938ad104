#include "core/vault/database/versions/SchemaVersions.h"

namespace countersign {

namespace {

// Whose statements this desk counts; vouched for as a whole (core/vault/OperatorRows.h). member_of: names of
// groups, sorted, with a semicolon between.
constexpr const char* version8Operators = R"sql(
CREATE TABLE operator (
    name        TEXT PRIMARY KEY NOT NULL,
    public_key  BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
    member_of   TEXT NOT NULL,
    added_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// What operators said about jobs: signed envelopes, which are verified again whenever they are counted, so
// that nothing has to vouch for these rows. digest: SHA-256 of envelope. operator: who it says it is from.
constexpr const char* version8Approvals = R"sql(
CREATE TABLE approval_statement (
    id           INTEGER PRIMARY KEY,
    job_id       TEXT NOT NULL,
    digest       BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    operator     BLOB NOT NULL CHECK (length(operator) = 32),
    envelope     BLOB NOT NULL,
    received_at  INTEGER NOT NULL,
    source       TEXT NOT NULL CHECK (source IN ('own', 'file', 'relay'))
) STRICT;
CREATE INDEX approval_statement_by_job ON approval_statement (job_id, id);

-- Jobs that were brought from another desk as a file: whoever brought them is not who asks for them.
CREATE TABLE job_import (
    job_id       TEXT PRIMARY KEY NOT NULL,
    imported_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

SchemaVersion schemaVersion8()
{
    return {{"operators", version8Operators}, {"approval statements", version8Approvals}};
}

}  // namespace countersign
