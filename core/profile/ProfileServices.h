#pragma once

#include "core/inspection/InspectionServices.h"
#include "core/revocation/RevocationRunner.h"
#include "core/signing/SigningServices.h"

namespace countersign {

/// What a JobDesk works with, as a profile's settings and secrets say: Dynamic's API, the signing engines,
/// the chains' nodes and the relay. Production's values are the defaults; trust anchors belong to the
/// profile, so that a sandbox's enclave is trusted by its own profile alone. database belongs to the caller's
/// thread and, like clock, outlives what is made.
SigningServices signingServicesOf(std::shared_ptr<Vault> vault, Database& database, const Clock& clock);

/// The same for a RevocationRunner.
RevocationServices revocationServicesOf(std::shared_ptr<Vault> vault, Database& database, const Clock& clock);

/// The same for those who ask Dynamic for inspection.
InspectionServices inspectionServicesOf(std::shared_ptr<Vault> vault, Database& database, const Clock& clock);

}  // namespace countersign
