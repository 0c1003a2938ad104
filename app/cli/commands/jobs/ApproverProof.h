#pragma once

#include "app/cli/commands/jobs/JobContext.h"
#include "core/signing/approval/ApprovalRequest.h"

#include <functional>
#include <memory>
#include <vector>

namespace countersign::cli {

/// What a policy may ask of whoever approves (ApprovalDemands), on the command line: --confirm WORD and
/// --reauthenticate, for every command that gives an operator's yes.
class ApproverProof
{
public:
    static std::vector<OptionSpec> options();

    /// Hands over the request with what was given, after the profile's key was opened once more where that
    /// was wanted; ends the invocation where it does not open.
    static void obtain(Invocation& invocation, const std::shared_ptr<JobContext>& context,
                       ApprovalRequest request, const std::function<void(const ApprovalRequest&)>& obtained);
};

}  // namespace countersign::cli
