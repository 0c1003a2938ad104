#pragma once

#include "core/policy/document/PolicyDocument.h"
#include "core/policy/document/PolicyMembers.h"

namespace countersign {

/// The member `when` of a rule. Errors of parsePolicy.
Result<PolicyConditions> readPolicyConditions(const PolicyPlace& place);

}  // namespace countersign
