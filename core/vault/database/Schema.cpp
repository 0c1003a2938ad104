#include "core/vault/database/Schema.h"

#include "core/vault/database/Database.h"
#include "core/vault/database/SchemaCheck.h"

#include <QCoreApplication>

#include <string>

namespace countersign {

namespace {

struct SchemaText
{
    Q_DECLARE_TR_FUNCTIONS(SchemaText)
};

// Times are Unix milliseconds (UTC). Sealed columns are XChaCha20-Poly1305 boxes whose associated data names
// profile, table, row, column and version (Vault::seal). Everything else here may be read by whoever reads
// the file; docs/security.md says so.
constexpr const char* version1 = R"sql(
CREATE TABLE profile (
    id              INTEGER PRIMARY KEY CHECK (id = 1),
    profile_id      TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    keychain        TEXT NOT NULL CHECK (keychain IN ('os', 'none')),
    has_passphrase  INTEGER NOT NULL CHECK (has_passphrase IN (0, 1)),
    kdf_salt        BLOB NOT NULL,
    kdf_operations  INTEGER NOT NULL,
    kdf_memory      INTEGER NOT NULL,
    wrapped_key     BLOB NOT NULL,
    demonstration   INTEGER NOT NULL DEFAULT 0 CHECK (demonstration IN (0, 1))
) STRICT;

CREATE TABLE setting (
    key    TEXT PRIMARY KEY,
    value  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Webhook secrets, relay tokens, API tokens: kind says which, name tells several of a kind apart.
CREATE TABLE secret (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    sealed      BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (kind, name)
) STRICT;

CREATE TABLE rsa_key (
    id           INTEGER PRIMARY KEY,
    kid          TEXT NOT NULL UNIQUE,
    bits         INTEGER NOT NULL,
    origin       TEXT NOT NULL CHECK (origin IN ('generated', 'imported')),
    public_pem   TEXT NOT NULL,
    fingerprint  TEXT NOT NULL UNIQUE,
    sealed       BLOB NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    seq      INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    detail   TEXT NOT NULL,
    hash     BLOB NOT NULL
) STRICT;

-- One row per feed (a relay's inbox). The cursor moves in the transaction that stores the entries behind it.
CREATE TABLE source (
    id               INTEGER PRIMARY KEY,
    url              TEXT NOT NULL,
    inbox            TEXT NOT NULL,
    cursor           INTEGER NOT NULL DEFAULT 0,
    last_contact_at  INTEGER,
    last_error       TEXT,
    UNIQUE (url, inbox)
) STRICT;

-- Every delivery that ever came, byte for byte. verdict: applied, duplicate, stale, unknown (a known-good event that has no effect
-- here), ping, quarantined. When a delegation's material is destroyed, the ciphertexts in its bodies go too (redacted_at); the hash stays.
CREATE TABLE delivery (
    id           INTEGER PRIMARY KEY,
    source_id    INTEGER NOT NULL REFERENCES source (id),
    seq          INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    received_at  INTEGER NOT NULL,
    stored_at    INTEGER NOT NULL,
    headers      TEXT NOT NULL,
    body         BLOB NOT NULL,
    body_sha256  BLOB NOT NULL,
    redacted_at  INTEGER,
    verdict      TEXT NOT NULL CHECK (verdict IN ('applied', 'duplicate', 'stale', 'unknown', 'ping', 'quarantined')),
    reason       TEXT NOT NULL DEFAULT '',
    event_id     TEXT,
    message_id   TEXT,
    event_name   TEXT,
    event_at     INTEGER,
    wallet_id    TEXT,
    user_id      TEXT,
    UNIQUE (source_id, seq)
) STRICT;
CREATE INDEX delivery_by_event ON delivery (event_id);
CREATE INDEX delivery_by_wallet ON delivery (wallet_id, id);
CREATE INDEX delivery_by_verdict ON delivery (verdict, id);

-- The events whose effect has been taken: the idempotency key.
CREATE TABLE event (
    event_id     TEXT PRIMARY KEY,
    delivery_id  INTEGER NOT NULL REFERENCES delivery (id),
    applied_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What waits for mending. reason_code: signature, unreadable, environment, undecryptable, conflict; of jobs: submitter, job.
CREATE TABLE quarantine (
    id             INTEGER PRIMARY KEY,
    delivery_id    INTEGER NOT NULL UNIQUE REFERENCES delivery (id),
    reason_code    TEXT NOT NULL,
    reason         TEXT NOT NULL,
    detail         TEXT NOT NULL DEFAULT '',
    since          INTEGER NOT NULL,
    last_retry_at  INTEGER,
    retries        INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One row per wallet: what is true of it now. status and health as design.md section 7 prints them.
CREATE TABLE wallet (
    id             INTEGER PRIMARY KEY,
    wallet_id      TEXT NOT NULL UNIQUE,
    chain          TEXT NOT NULL,
    address        TEXT NOT NULL,
    address_bytes  BLOB NOT NULL,
    user_id        TEXT,
    status         TEXT NOT NULL CHECK (status IN ('active', 'revoked', 'superseded', 'unusable')),
    health         TEXT NOT NULL,
    health_detail  TEXT NOT NULL DEFAULT '',
    share_set_id   TEXT,
    delegation_id  INTEGER REFERENCES delegation (id),
    received_at    INTEGER NOT NULL,
    last_event_at  INTEGER NOT NULL,
    last_event     TEXT NOT NULL
) STRICT;
CREATE INDEX wallet_by_address ON wallet (address, id);
CREATE INDEX wallet_by_chain ON wallet (chain, id);
CREATE INDEX wallet_by_user ON wallet (user_id, id);
CREATE INDEX wallet_by_status ON wallet (status, health, id);
CREATE INDEX wallet_by_received ON wallet (received_at, id);
CREATE INDEX wallet_by_last_event ON wallet (last_event_at, id);

-- One row per delegation (share set) that ever arrived for a wallet. The sealed columns become NULL when it ends.
CREATE TABLE delegation (
    id                     INTEGER PRIMARY KEY,
    wallet_id              TEXT NOT NULL,
    share_set_id           TEXT,
    event_id               TEXT NOT NULL UNIQUE,
    delivery_id            INTEGER NOT NULL REFERENCES delivery (id),
    delegated_at           INTEGER NOT NULL,
    state                  TEXT NOT NULL CHECK (state IN ('current', 'superseded', 'revoked', 'undecryptable')),
    kid                    TEXT,
    sealed_share           BLOB,
    sealed_wallet_api_key  BLOB,
    ended_at               INTEGER
) STRICT;
CREATE INDEX delegation_by_wallet ON delegation (wallet_id, delegated_at);

-- What was revoked stays known, so that a late "created" cannot bring it back. share_set_id '' stands for the whole wallet.
CREATE TABLE tombstone (
    wallet_id     TEXT NOT NULL,
    share_set_id  TEXT NOT NULL,
    revoked_at    INTEGER NOT NULL,
    event_id      TEXT NOT NULL,
    PRIMARY KEY (wallet_id, share_set_id)
) STRICT, WITHOUT ROWID;
)sql";

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

// What the programs of this profile wrote last into rows that decide whom it trusts (TrustManifest); a
// profile whose settings are sealed says so in its description, which the wrapped key is bound to.
constexpr const char* version3 = R"sql(
CREATE TABLE trust (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    sealed  BLOB NOT NULL
) STRICT;

ALTER TABLE profile ADD COLUMN settings_sealed INTEGER NOT NULL DEFAULT 0 CHECK (settings_sealed IN (0, 1));
)sql";

// A feed can be read from the start again, and then it is another row: numbers say nothing beyond one
// reading. The table is made anew because its key could not change; what refers to it is checked when the
// transaction ends.
constexpr const char* version4Feed = R"sql(
PRAGMA defer_foreign_keys = ON;
CREATE TABLE source_before AS SELECT id, url, inbox, cursor, last_contact_at, last_error FROM source;
DROP TABLE source;
-- One row per reading of a feed (a relay's inbox) from its start; the one that goes on has no ended_at. identity and history are the relay's
-- words for what was read up to the cursor, '' where it told none. All three move in the transaction that stores the entries.
CREATE TABLE source (
    id               INTEGER PRIMARY KEY,
    url              TEXT NOT NULL,
    inbox            TEXT NOT NULL,
    cursor           INTEGER NOT NULL DEFAULT 0,
    identity         TEXT NOT NULL DEFAULT '',
    history          TEXT NOT NULL DEFAULT '',
    ended_at         INTEGER,
    last_contact_at  INTEGER,
    last_error       TEXT
) STRICT;
INSERT INTO source (id, url, inbox, cursor, last_contact_at, last_error)
SELECT id, url, inbox, cursor, last_contact_at, last_error FROM source_before;
DROP TABLE source_before;
CREATE UNIQUE INDEX source_in_use ON source (url, inbox) WHERE ended_at IS NULL;
-- Whether an entry is here already, from an earlier reading.
CREATE INDEX delivery_by_body ON delivery (body_sha256);
)sql";

// Quarantine within bounds. What no valid signature vouches for is kept within limits (UnverifiedStore), and
// what an operator dropped is taken out in slices. The indexes by delivery are what a foreign key looks at
// when a delivery is removed.
constexpr const char* version4Quarantine = R"sql(
-- One row per delivery without a valid signature. size: of the body as it came; kept_bytes: of body and headers, as long as they are here. What the
-- body says of itself (claimed_…) is believed for one thing only: blanking its own ciphertexts when that delegation is over.
CREATE TABLE unverified (
    delivery_id        INTEGER PRIMARY KEY REFERENCES delivery (id),
    size               INTEGER NOT NULL,
    kept_bytes         INTEGER NOT NULL,
    examined           INTEGER NOT NULL DEFAULT 1 CHECK (examined IN (0, 1)),
    claimed_wallet     TEXT,
    claimed_event      TEXT NOT NULL DEFAULT '',
    claimed_at         INTEGER NOT NULL DEFAULT 0,
    claimed_share_set  TEXT
) STRICT;
CREATE INDEX unverified_kept ON unverified (delivery_id) WHERE kept_bytes > 0;
CREATE INDEX unverified_unexamined ON unverified (delivery_id) WHERE examined = 0;
CREATE INDEX unverified_by_wallet ON unverified (claimed_wallet) WHERE claimed_wallet IS NOT NULL;

-- How many of them had to go altogether.
CREATE TABLE not_kept (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    deliveries  INTEGER NOT NULL
) STRICT;
INSERT INTO not_kept VALUES (1, 0);

-- What an operator dropped is out of quarantine at once and leaves the file later. The row of a genuine delivery stays, under the reason 'dropped'.
ALTER TABLE quarantine ADD COLUMN dropped_at INTEGER;
CREATE INDEX quarantine_waiting ON quarantine (reason_code, id) WHERE dropped_at IS NULL;
CREATE INDEX quarantine_to_sweep ON quarantine (id) WHERE dropped_at IS NOT NULL AND reason_code <> 'dropped';
CREATE INDEX delivery_quarantined ON delivery (wallet_id) WHERE verdict = 'quarantined' AND wallet_id IS NOT NULL;
CREATE INDEX event_by_delivery ON event (delivery_id);
CREATE INDEX delegation_by_delivery ON delegation (delivery_id);
CREATE INDEX job_by_delivery ON job (delivery_id);

INSERT INTO unverified (delivery_id, size, kept_bytes, examined)
SELECT d.id, length(d.body), length(d.body) + length(d.headers), 0 FROM delivery d LEFT JOIN quarantine q ON q.delivery_id = d.id
WHERE (d.kind NOT IN ('webhook', 'job', 'withdrawal') OR q.reason_code IN ('signature', 'submitter')
    OR (d.kind <> 'webhook' AND q.reason_code = 'unreadable'))
    AND NOT EXISTS (SELECT 1 FROM delegation WHERE delivery_id = d.id)
    AND NOT EXISTS (SELECT 1 FROM event WHERE delivery_id = d.id)
    AND NOT EXISTS (SELECT 1 FROM job WHERE delivery_id = d.id);
)sql";

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

int userVersion(SQLite::Database& database)
{
    return database.execAndGet("PRAGMA main.user_version").getInt();
}

struct Examined
{
    int version = 0;
    int cookie = 0;
};

/// Of one moment.
Result<Examined> examineNow(SQLite::Database& database)
{
    const SQLite::Transaction snapshot(database);
    return examineSchema(database).map([&](int version) {
        return Examined{version, database.execAndGet("PRAGMA main.schema_version").getInt()};
    });
}

/// From this version to the next one.
void upgradeFrom(SQLite::Database& database, int version)
{
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::EXCLUSIVE);
    // Another process may have done it while this one waited.
    if (userVersion(database) != version) {
        return;
    }
    for (const SchemaStep& step : schemaVersions().at(static_cast<std::size_t>(version))) {
        database.exec(step.sql);
    }
    database.exec("PRAGMA main.application_id=" + std::to_string(profileApplicationId));
    database.exec("PRAGMA main.user_version=" + std::to_string(version + 1));
    transaction.commit();
}

}  // namespace

const std::vector<SchemaVersion>& schemaVersions()
{
    static const std::vector<SchemaVersion> versions = {
        {{"profile, keys, record, deliveries, wallets", version1}},
        {{"submitters and jobs", version2}},
        {{"seal of the settings", version3}},
        {{"readings of a feed", version4Feed}, {"quarantine within bounds", version4Quarantine}},
        {{"revocations", version5}},
        {{"answers of Dynamic", version6Checks},
         {"share sets and checks of revocations", version6Revocations},
         {"health and search", version6Lists}},
    };
    return versions;
}

int currentSchemaVersion()
{
    return static_cast<int>(schemaVersions().size());
}

Result<int> migrate(Database& database, bool mayWrite)
{
    return attempt([&]() -> Result<int> {
        for (;;) {
            ASSIGN_OR_RETURN(const auto examined, examineNow(database.handle()));
            if (examined.version == currentSchemaVersion()) {
                return examined.cookie;
            }
            if (!mayWrite) {
                return failure(
                    ErrorCode::Busy,
                    SchemaText::tr("This profile has to be brought up to date first; open it for writing."));
            }
            upgradeFrom(database.handle(), examined.version);
        }
    });
}

}  // namespace countersign
