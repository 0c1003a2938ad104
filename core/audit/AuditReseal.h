#pragma once

#include "core/audit/AuditLog.h"

#include <string_view>

namespace countersign {

/// The way out of a record that contradicts its seal (AuditLog::reseal), for what verify() found. Whatever
/// was put in behind the last genuine entry, or under a number that none can have, is cut off, so that the
/// record can go on: the entry "audit.resealed" says what it was. Then the record is sealed as it is. What
/// the profile trusts does not become older by this: where the record lost the entry that the settings' seal
/// names, that seal is given a new one, "settings.sealed", if the old head vouches for it; else the settings
/// are refused until they are sealed anew. Busy, Storage, Locked.
Status resealRecord(Database& database, const Vault& vault, const Clock& clock, const AuditReport& report,
                    std::string_view reason);

/// The same for a record that is intact, and of an older time than it was once
/// (core/audit/witness/AuditWitness.h): an operator has put a backup in place. Records "audit.resealed" with
/// the finding and the reason.
Status acceptRollback(Database& database, const Vault& vault, const Clock& clock, const QString& finding,
                      std::string_view reason);

}  // namespace countersign
