#include "core/vault/database/versions/SchemaVersions.h"

namespace countersign {

namespace {

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

}  // namespace

SchemaVersion schemaVersion4()
{
    return {{"readings of a feed", version4Feed}, {"quarantine within bounds", version4Quarantine}};
}

}  // namespace countersign
