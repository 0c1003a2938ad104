#pragma once

#include "core/revocation/RevocationRunner.h"
#include "core/signing/SigningServices.h"

namespace countersign {

/// What a JobDesk works with in a drill, over a copy of the profile (core/vault/profile/ProfileCopy.h):
/// nothing outside of it. Every maker refuses with Unsupported.
SigningServices drillSigningServices(std::shared_ptr<Vault> vault, Database& database, const Clock& clock);

/// The same for a RevocationRunner, whose Dynamic is a SimulatedRevocationApi. Whether signing is refused
/// afterwards cannot be tried.
RevocationServices drillRevocationServices(std::shared_ptr<Vault> vault, Database& database,
                                           const Clock& clock);

}  // namespace countersign
