#include "core/vault/database/versions/SchemaVersions.h"

namespace countersign {

namespace {

// Jobs are readable without keys, like deliveries: what is to be signed is no secret, who may sign it is.
constexpr const char* version2 = R"sql(
-- Who may ask for signatures through the relay: the name that operators see, and the Ed25519 key behind it.
CREATE TABLE submitter (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    public_key  BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
    created_at  INTEGER NOT NULL
) STRICT;

-- One row per job; job_id is the hex SHA-256 of document. state and kind as design.md sections 5 and 7 spell them. prepared, filled and
-- digest are what will be signed; approved_digest is what an operator said yes to, approved_from the state before (where the job goes back to
-- when nothing was begun), approval_mac what keeps anybody without the vault's key from writing an approval. reported: the last state that the
-- relay was told. withdrawals: entries of the feed that asked for its withdrawal, genuine or not.
CREATE TABLE job (
    id                  INTEGER PRIMARY KEY,
    job_id              TEXT NOT NULL UNIQUE,
    origin              TEXT NOT NULL CHECK (origin IN ('console', 'file', 'relay')),
    delivery_id         INTEGER REFERENCES delivery (id),
    submitter           TEXT NOT NULL DEFAULT '',
    submitter_key       BLOB,
    remark              TEXT NOT NULL DEFAULT '',
    wallet_id           TEXT NOT NULL,
    chain               TEXT NOT NULL,
    address             TEXT NOT NULL,
    kind                TEXT NOT NULL,
    document            BLOB NOT NULL,
    broadcast           INTEGER NOT NULL CHECK (broadcast IN (0, 1)),
    reason              TEXT NOT NULL,
    created_at          INTEGER NOT NULL,
    expires_at          INTEGER NOT NULL,
    state               TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'signing', 'signed', 'broadcast', 'confirmed',
                            'rejected', 'expired', 'failed', 'withdrawn', 'blocked', 'interrupted')),
    state_at            INTEGER NOT NULL,
    prepared            BLOB,
    filled              TEXT NOT NULL DEFAULT '[]',
    filled_at           INTEGER NOT NULL DEFAULT 0,
    chain_id            TEXT,
    nonce               TEXT,
    digest              BLOB,
    approved_digest     BLOB,
    approved_at         INTEGER NOT NULL DEFAULT 0,
    approved_from       TEXT NOT NULL DEFAULT 'pending',
    approval_mac        BLOB,
    engine              TEXT,
    attempts            INTEGER NOT NULL DEFAULT 0,
    room_id             TEXT NOT NULL DEFAULT '',
    signature           BLOB,
    signed_transaction  BLOB,
    hash                TEXT NOT NULL DEFAULT '',
    error               TEXT NOT NULL DEFAULT '',
    error_detail        TEXT NOT NULL DEFAULT '',
    operator_reason     TEXT NOT NULL DEFAULT '',
    reported            TEXT NOT NULL DEFAULT '',
    withdrawals         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX job_by_state ON job (state, expires_at, id);
CREATE INDEX job_by_created ON job (created_at, id);
CREATE INDEX job_by_expiry ON job (expires_at, id);
CREATE INDEX job_by_wallet ON job (wallet_id, id);
CREATE INDEX job_by_submitter ON job (submitter, id);
CREATE INDEX job_by_nonce ON job (wallet_id, chain_id, nonce) WHERE nonce IS NOT NULL;

CREATE TABLE job_step (
    id      INTEGER PRIMARY KEY,
    job     INTEGER NOT NULL REFERENCES job (id),
    at      INTEGER NOT NULL,
    state   TEXT NOT NULL,
    note    TEXT NOT NULL
) STRICT;
CREATE INDEX job_step_by_job ON job_step (job, id);

-- Where in the key's tree a wallet lies, as Dynamic told; asked for once per delegation (protocol reference section 3.5).
CREATE TABLE wallet_path (
    wallet_id   TEXT PRIMARY KEY,
    event_id    TEXT NOT NULL,
    path        TEXT NOT NULL,
    checked_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

SchemaVersion schemaVersion2()
{
    return {{"submitters and jobs", version2}};
}

}  // namespace countersign
