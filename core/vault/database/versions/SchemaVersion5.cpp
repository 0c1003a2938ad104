#include "core/vault/database/versions/SchemaVersions.h"

namespace countersign {

namespace {

// Revocations that an operator asked for. Every row carries a code keyed by the vault (RevocationStore).
constexpr const char* version5 = R"sql(
CREATE TABLE revocation (
    id             INTEGER PRIMARY KEY,
    revocation_id  TEXT NOT NULL UNIQUE,
    reason         TEXT NOT NULL,
    local_first    INTEGER NOT NULL CHECK (local_first IN (0, 1)),
    started_at     INTEGER NOT NULL,
    ended_at       INTEGER NOT NULL,
    wallets        INTEGER NOT NULL,
    code           BLOB NOT NULL
) STRICT;
CREATE INDEX revocation_unfinished ON revocation (id) WHERE ended_at = 0;

-- at_dynamic as design.md section 9 prints it. As long as it is pending the wallet's delegation is not used (DelegationStore), whether or not its
-- material is still here. Times are 0 where there is none.
CREATE TABLE revocation_wallet (
    id             INTEGER PRIMARY KEY,
    revocation_id  TEXT NOT NULL REFERENCES revocation (revocation_id),
    wallet_id      TEXT NOT NULL,
    at_dynamic     TEXT NOT NULL CHECK (at_dynamic IN ('pending', 'revoked', 'absent', 'refused')),
    http_status    INTEGER NOT NULL,
    answered_at    INTEGER NOT NULL,
    sentence       TEXT NOT NULL,
    detail         TEXT NOT NULL,
    try_after      INTEGER NOT NULL,
    held           INTEGER NOT NULL CHECK (held IN (0, 1)),
    destroyed_at   INTEGER NOT NULL,
    address        TEXT NOT NULL,
    chain          TEXT NOT NULL,
    event_id       TEXT NOT NULL,
    delegated_at   INTEGER NOT NULL,
    share_sets     TEXT NOT NULL,
    jobs_stopped   INTEGER NOT NULL,
    code           BLOB NOT NULL,
    UNIQUE (revocation_id, wallet_id)
) STRICT;
CREATE INDEX revocation_by_wallet ON revocation_wallet (wallet_id, id);
CREATE INDEX revocation_pending ON revocation_wallet (wallet_id) WHERE at_dynamic = 'pending';
)sql";

}  // namespace

SchemaVersion schemaVersion5()
{
    return {{"revocations", version5}};
}

}  // namespace countersign
