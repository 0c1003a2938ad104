#pragma once

#include "core/base/Result.h"
#include "core/signing/SigningServices.h"

#include <string>

namespace countersign {

/// Free, or `code` with the name of a registered operator who rejected the job. Asked wherever signing is
/// decided, because a rejection may arrive while the job cannot be ended (it was approved, or its room is
/// being opened), or before its operator was registered. That nobody did is vouched for by the record: a
/// rejection that was taken out of the profile's file is told. The errors of JobRecord, ApprovalStore::ofJob
/// and OperatorRegister::everybody: who has said no is then not known, and nothing may be signed. A desk
/// without operators has nobody to ask.
Status refuseIfRejected(const SigningServices& parts, const std::string& jobId, ErrorCode code);

}  // namespace countersign
