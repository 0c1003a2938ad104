#pragma once

#include "core/policy/PolicyDocument.h"
#include "core/policy/PolicyMembers.h"

namespace countersign {

/// The member `when` of a rule. Errors of parsePolicy.
Result<PolicyConditions> readPolicyConditions(const PolicyPlace& place);

}  // namespace countersign
