#pragma once

#include "core/base/Bytes.h"
#include "core/mpc/SigningEngine.h"

#include <optional>
#include <string>

namespace countersign {

/// What an operator asks for with an approval.
struct ApprovalRequest
{
    std::string jobId;
    /// What the operator saw. Empty: whatever the preparation gives now (command line).
    Bytes digest;
    std::optional<EngineKind> engine;  ///< nothing: the profile's
    bool again = false;                ///< opens another ceremony for an interrupted or failed job
    /// Whoever approves has shown once more that they may (Vault::verify), and typed this: where the policy
    /// asks for it (ApprovalDemands).
    bool reauthenticated = false;
    std::string typedWord;
    bool wait = false;  ///< done only when the broadcast has been followed to its end
};

}  // namespace countersign
