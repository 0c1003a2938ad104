#pragma once

// Database schemas of earlier versions of the relay, as those programs made them; they never change. Such a
// database must be brought up to date with everything that is in it.

namespace countersign::testing {

/// Version 2, in SQLite's words; with its application_id and user_version.
inline constexpr const char* olderSqliteRelay = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
INSERT INTO meta (key, value) VALUES ('directory_version', 1), ('probed_at', 0);
CREATE TABLE inboxes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, feed TEXT NOT NULL, webhook_secret BLOB,
    head INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE tokens (
    id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, inbox INTEGER NOT NULL REFERENCES inboxes (id),
    role TEXT NOT NULL CHECK (role IN ('consumer', 'submitter', 'admin')), created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE TABLE entries (
    inbox INTEGER NOT NULL REFERENCES inboxes (id), seq INTEGER NOT NULL, kind TEXT NOT NULL,
    received_at INTEGER NOT NULL, verified INTEGER NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (inbox, seq)
) STRICT;
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY, inbox INTEGER NOT NULL REFERENCES inboxes (id), job_id TEXT NOT NULL,
    created_at INTEGER NOT NULL, bytes INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'pending',
    finished INTEGER NOT NULL DEFAULT 0, lease_token TEXT, lease_desk TEXT, lease_until INTEGER NOT NULL DEFAULT 0,
    event BLOB, event_digest BLOB, result TEXT, UNIQUE (inbox, job_id)
) STRICT;
CREATE INDEX jobs_pending ON jobs (inbox, created_at, bytes) WHERE finished = 0;
CREATE TABLE job_envelopes (
    job INTEGER NOT NULL REFERENCES jobs (id), kind TEXT NOT NULL, digest BLOB NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (job, kind, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE job_desks (
    job INTEGER NOT NULL REFERENCES jobs (id), desk TEXT NOT NULL, public_key BLOB NOT NULL, PRIMARY KEY (job, desk)
) STRICT, WITHOUT ROWID;
PRAGMA application_id = 1129534028;
PRAGMA user_version = 2;
)sql";

/// The same in PostgreSQL's, to be run in a database that has none yet.
inline constexpr const char* olderPostgresRelay = R"sql(
CREATE SCHEMA countersign_relay;
SET search_path = countersign_relay;
CREATE TABLE meta (key TEXT PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO meta (key, value) VALUES ('schema_version', 2), ('directory_version', 1), ('probed_at', 0);
CREATE TABLE inboxes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL UNIQUE, feed TEXT NOT NULL,
    webhook_secret BYTEA, head BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL);
CREATE TABLE tokens (
    id TEXT PRIMARY KEY, hash BYTEA NOT NULL UNIQUE, inbox BIGINT NOT NULL REFERENCES inboxes (id),
    role TEXT NOT NULL CHECK (role IN ('consumer', 'submitter', 'admin')), created_at BIGINT NOT NULL,
    revoked_at BIGINT);
CREATE TABLE entries (
    inbox BIGINT NOT NULL REFERENCES inboxes (id), seq BIGINT NOT NULL, kind TEXT NOT NULL,
    received_at BIGINT NOT NULL, verified BOOLEAN NOT NULL, headers TEXT NOT NULL, body BYTEA NOT NULL,
    PRIMARY KEY (inbox, seq));
ALTER TABLE entries ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, inbox BIGINT NOT NULL REFERENCES inboxes (id),
    job_id TEXT NOT NULL, created_at BIGINT NOT NULL, bytes BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'pending', finished BOOLEAN NOT NULL DEFAULT false, lease_token TEXT,
    lease_desk TEXT, lease_until BIGINT NOT NULL DEFAULT 0, event BYTEA, event_digest BYTEA, result TEXT,
    UNIQUE (inbox, job_id));
CREATE INDEX jobs_pending ON jobs (inbox, created_at, bytes) WHERE NOT finished;
CREATE TABLE job_envelopes (
    job BIGINT NOT NULL REFERENCES jobs (id), kind TEXT NOT NULL, digest BYTEA NOT NULL, seq BIGINT NOT NULL,
    PRIMARY KEY (job, kind, digest));
CREATE TABLE job_desks (
    job BIGINT NOT NULL REFERENCES jobs (id), desk TEXT NOT NULL, public_key BYTEA NOT NULL,
    PRIMARY KEY (job, desk));
)sql";

}  // namespace countersign::testing
