#include "core/vault/database/versions/SchemaVersions.h"

namespace countersign {

namespace {

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

}  // namespace

SchemaVersion schemaVersion1()
{
    return {{"profile, keys, record, deliveries, wallets", version1}};
}

}  // namespace countersign
