#pragma once

#include "core/base/Result.h"
#include "services/relay/store/RelayJobs.h"

#include <string>
#include <string_view>

// Parsers of the bodies of the job calls (design.md §6), strict and without threads or sockets, so that tests
// and the fuzzer reach exactly what the server runs. Everything they refuse is InvalidInput (or
// BadSignature), with a detail in English for the caller.

namespace countersign::relay {

/// 64 lower-case hex digits.
bool isJobId(std::string_view text);
/// How a desk calls itself: 1 to 128 printable ASCII characters without spaces.
bool isDeskId(std::string_view text);

/// A DSSE envelope of jobPayloadType. Gives jobId, envelopeDigest and envelope; the signatures are not looked
/// at, and neither is the payload, which is only hashed.
Result<SubmitJob> parseJobSubmission(std::string body);

/// A DSSE envelope of withdrawalPayloadType with the payload {"jobId"}, which must be the given one. The
/// signatures are not looked at.
Result<WithdrawJob> parseWithdrawal(std::string body, std::string_view jobId);

/// A DSSE envelope of approvalPayloadType, whose payload is an object with the given job as its "jobId". Its
/// other members are the desks', who judge them; the signatures are not looked at.
Result<AddApproval> parseApproval(std::string body, std::string_view jobId);

/// A DSSE envelope of freezePayloadType around an object, likewise.
Result<AddStatement> parseStatement(std::string body);

/// {"desk"} and nothing else. Gives jobId and desk.
Result<ClaimJob> parseClaim(std::string_view body, std::string_view jobId);

/// A DSSE envelope of jobEventPayloadType with one signature that verifies under the key that its keyid
/// names, and the payload {"jobId", "desk", "state", "at", "final", "result"?: {"signature"?,
/// "signedTransaction"?, "hash"?, "error"?}} without any other member. BadSignature when it does not verify.
Result<RecordJobEvent> parseJobEvent(std::string body, std::string_view jobId);

/// {"jobId", "state", "withdrawalRequested"?: true, "withdrawalSeq"?, "result"?, "event"?}
std::string jobStatusJson(const JobStatus& status);

}  // namespace countersign::relay
