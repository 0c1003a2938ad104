#pragma once

#include "app/cli/commands/delegations/RevocationContext.h"

#include <functional>

namespace countersign::cli {

/// `emergency-stop --drill`: calls work with the context of a copy of the profile and of a Dynamic that is
/// simulated, or ends the invocation. The copy goes when the invocation ends, however it ends.
void openDrillContext(Invocation& invocation, const std::function<void(const RevocationContextPtr&)>& work);

/// What a proof says, without the desk's signature and with "drill": true: nobody shall take what was only
/// tried for the proof of a revocation. Null where it cannot be read.
Json drillProof(std::string_view envelope);

}  // namespace countersign::cli
