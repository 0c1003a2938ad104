#pragma once

#include "core/base/encoding/Json.h"
#include "core/policy/evaluation/PolicyEvaluator.h"

namespace countersign {

/// As design.md §11 prints it: {"outcome": "block"|"review", "sentence"?, "approvals", "reauthenticate",
/// "typedWord", "from"?, "rule": id|null, "trace": [{"rule": id|null, "matched", "because"}]}. sentence, of
/// the rule, where it is blocked; then approvals is 0.
Json toJson(const PolicyDecision& decision);

/// {"name", "rules": how many, "sha256"}.
Json summaryOf(const PolicyDocument& policy);

}  // namespace countersign
