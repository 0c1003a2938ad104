#pragma once

#include "core/delegation/DelegationStore.h"

namespace countersign {

/// Destroys, inside the caller's transaction, what this profile holds of a delegation that was ended here:
/// the sealed material, its ciphertexts in every delivery that brought it, and in whatever waits in
/// quarantine for the wallet. The same again changes nothing. scrub() after the commit, so that the -wal file
/// forgets it too.
Status destroyMaterial(Database& database, const DelegationStore::EndHere& order);

}  // namespace countersign
