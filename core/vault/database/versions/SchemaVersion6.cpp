#include "core/vault/database/versions/SchemaVersions.h"

namespace countersign {

namespace {

// What Dynamic was last asked, and what it answered (design.md section 9: verify, dynamic check). For showing
// only: nothing is signed or refused because of it, and asking again writes it anew.
constexpr const char* version6Checks = R"sql(
CREATE TABLE wallet_check (
    wallet_id       TEXT PRIMARY KEY NOT NULL,
    verdict         TEXT NOT NULL CHECK (verdict IN ('ok', 'address-differs', 'chain-differs', 'not-found', 'no-delegation', 'refused')),
    detail          TEXT NOT NULL,
    pending_change  TEXT NOT NULL,
    checked_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX wallet_check_by_time ON wallet_check (checked_at);

-- The newest answers about the environment: one row, a JSON document.
CREATE TABLE environment_check (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    checked_at  INTEGER NOT NULL,
    report      TEXT NOT NULL
) STRICT;
)sql";

// Which call of Dynamic's ends the delegation, and what a check afterwards showed; covered by the rows'
// codes.
constexpr const char* version6Revocations = R"sql(
ALTER TABLE revocation ADD COLUMN check_afterwards INTEGER NOT NULL DEFAULT 0 CHECK (check_afterwards IN (0, 1));
ALTER TABLE revocation_wallet ADD COLUMN only_share_set TEXT NOT NULL DEFAULT '';
ALTER TABLE revocation_wallet ADD COLUMN signing_check TEXT NOT NULL DEFAULT ''
    CHECK (signing_check IN ('', 'refused', 'possible', 'not-tried'));
ALTER TABLE revocation_wallet ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE revocation_wallet ADD COLUMN check_detail TEXT NOT NULL DEFAULT '';
)sql";

// What the health board counts by sets, and what a search follows, at 100,000 wallets and a million
// deliveries.
constexpr const char* version6Lists = R"sql(
CREATE INDEX wallet_active ON wallet (wallet_id) WHERE status = 'active';
CREATE INDEX job_signed ON job (wallet_id) WHERE signature IS NOT NULL;
CREATE INDEX job_by_reason ON job (reason, submitter, id);
CREATE INDEX job_by_address ON job (address COLLATE NOCASE, id);
CREATE INDEX job_by_hash ON job (hash) WHERE hash <> '';
CREATE INDEX delegation_by_kid ON delegation (kid, state, wallet_id) WHERE state IN ('current', 'undecryptable');
CREATE INDEX wallet_check_odd ON wallet_check (verdict) WHERE verdict <> 'ok';
CREATE INDEX wallet_check_pending ON wallet_check (checked_at) WHERE pending_change <> '';
CREATE INDEX audit_marks ON audit (kind, seq) WHERE kind IN ('audit.checkpoint', 'audit.resealed');
CREATE INDEX delivery_by_received ON delivery (received_at, id);
CREATE INDEX delivery_by_verdict_time ON delivery (verdict, received_at, id);
CREATE INDEX delivery_by_name ON delivery (event_name, id);
CREATE INDEX delivery_by_message ON delivery (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX delivery_by_user ON delivery (user_id, id) WHERE user_id IS NOT NULL;
)sql";

}  // namespace

SchemaVersion schemaVersion6()
{
    return {{"answers of Dynamic", version6Checks},
            {"share sets and checks of revocations", version6Revocations},
            {"health and search", version6Lists}};
}

}  // namespace countersign
