#pragma once

#include "core/base/StoredCause.h"

namespace countersign {

/// What the time line of a job says beside a step, where the program itself says it. Rows keep the code
/// (StoredCause). An operator's reason, the error that a step ended in and what a chain calls a block are
/// kept as they are.
enum class JobNote {
    EarlierSignature,         ///< argument: of the ceremony before this approval
    EarlierSignatureAndHash,  ///< arguments: that, and the transaction's hash
    EndedBeforeSigning,
    ApprovalTooOld,
    Withdrawn,
    ApprovedByRule,  ///< arguments: the policy's rule, and how many approvals counted
};

std::string stored(JobNote note, std::vector<std::string> arguments = {});
/// What a row keeps, in words; anything else as it is.
std::string shownJobNote(const std::string& stored);

}  // namespace countersign
