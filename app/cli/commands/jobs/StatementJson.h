#pragma once

#include "core/base/encoding/Json.h"
#include "core/policy/approvals/ApprovalCount.h"

namespace countersign::cli {

/// An operator's statement as the command line prints it.
Json statementJson(const ApprovalStatement& statement);
/// The same with whether it counts here, and why not (design.md §11: `jobs approvals`).
Json statementJson(const CountedApproval& one);

}  // namespace countersign::cli
