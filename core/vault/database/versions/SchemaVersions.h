#pragma once

#include "core/vault/database/Schema.h"

namespace countersign {

// Times are Unix milliseconds (UTC). Sealed columns are XChaCha20-Poly1305 boxes whose associated data names
// profile, table, row, column and version (Vault::seal). Everything else here may be read by whoever reads
// the file; docs/security.md says so.

/// Profile, keys, record, deliveries, wallets.
SchemaVersion schemaVersion1();
/// Submitters and jobs.
SchemaVersion schemaVersion2();
/// The seal of the settings.
SchemaVersion schemaVersion3();
/// Readings of a feed, quarantine within bounds.
SchemaVersion schemaVersion4();
/// Revocations.
SchemaVersion schemaVersion5();
/// Answers of Dynamic, checks of revocations, health and search.
SchemaVersion schemaVersion6();
/// The address book.
SchemaVersion schemaVersion7();
/// Operators, and what they said about jobs.
SchemaVersion schemaVersion8();
/// What approvals rest on, and where the record has a job's arrival; the policy in force and those before it;
/// what policies were told about signed jobs.
SchemaVersion schemaVersion9();

}  // namespace countersign
