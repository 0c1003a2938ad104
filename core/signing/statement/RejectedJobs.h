#pragma once

#include "core/base/Result.h"
#include "core/signing/SigningServices.h"

#include <string>

namespace countersign {

/// Free, or `code` with the name of a registered operator who rejected the job. Asked wherever signing is
/// decided, because a rejection may arrive while the job cannot be ended (it was approved, or its room is
/// being opened), or before its operator was registered. The errors of ApprovalStore::ofJob and
/// OperatorRegister::everybody: who has said no is then not known, and nothing may be signed.
Status refuseIfRejected(const SigningServices& parts, const std::string& jobId, ErrorCode code);

}  // namespace countersign
