#pragma once

#include "app/cli/CommandTable.h"
#include "core/policy/document/PolicyDocument.h"

namespace countersign::cli {

/// `policy try`: what a policy would say about a job that is not stored, one that is, or about all that
/// ended.
class PolicyTryCommand
{
public:
    static void addTo(CommandTable& table);

private:
    static void run(Invocation& invocation);
};

/// The policy that the command's first word names, read strictly as a whole. policyMaxBytes.
Result<Bytes> readPolicyFile(Invocation& invocation);

}  // namespace countersign::cli
