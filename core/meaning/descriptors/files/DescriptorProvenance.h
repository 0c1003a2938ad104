#pragma once

#include "core/meaning/Meaning.h"
#include "core/meaning/descriptors/files/DescriptorFiles.h"

#include <vector>

namespace countersign::meaning {

/// Who claims to have reviewed a descriptor, as findings: where its words come from, never a reason to trust
/// them. "descriptor.attested" for each attestation that is what it says, "descriptor.attestation" where some
/// are not. Pure: whether an attestation expired is for the reader to judge, the clock is not asked.
std::vector<Finding> provenanceOf(const DescriptorDocument& document);

}  // namespace countersign::meaning
