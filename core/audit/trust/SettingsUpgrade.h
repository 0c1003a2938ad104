#pragma once

#include "core/base/Clock.h"
#include "core/vault/Vault.h"

#include <string_view>

namespace countersign {

/// Profiles of an older version hold settings and submitters that nothing vouches for: once, with the first
/// unlock, they are sealed as they are, with an entry "settings.sealed" that names them, and the profile's
/// description, which the wrapped key is bound to, says so from then on. Nothing happens to a profile whose
/// description says so, whose record has such an entry already (its description was replaced by an older
/// one), or whose record contradicts its seal (that has to be mended first; until then no setting is used).
/// Profiles of the version after that hold secrets and keys that nothing vouches for: those are vouched for
/// in the same way, once, with an entry "settings.sealed" of their own. To be called after every unlock,
/// before anything is used. Busy, Storage.
Status sealSettingsOnce(Vault& vault, Database& database, const Clock& clock);

/// The way out where settings were replaced as a whole, or where many were changed, for an operator who has
/// looked at every one: records "settings.sealed" with what was found and the reason, and vouches for
/// everything as it is now. A freeze of signing that the record names stays; where the record is not intact,
/// signing is frozen until an operator lifts that. InvalidInput when nothing is wrong; Corrupt while the
/// record contradicts its seal.
Status sealSettingsAnew(Vault& vault, Database& database, const Clock& clock, std::string_view reason);

}  // namespace countersign
