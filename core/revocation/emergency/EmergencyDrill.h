#pragma once

#include "core/revocation/emergency/EmergencyStop.h"
#include "core/vault/Vault.h"

#include <atomic>
#include <chrono>
#include <functional>

namespace countersign {

enum class DrillStage { Copying, Freezing, Revoking, Proving };

/// How a drill went.
struct DrillReport
{
    EmergencyReport stop;  ///< its proof is worth nothing, and must not be given to anybody as one
    std::chrono::milliseconds copying{0};
    std::chrono::milliseconds whole{0};
    std::optional<Error> left;  ///< the copy, or a part of it, is still there
};

/// What a drill is asked for. Over the copy it knows which wallets are meant.
struct DrillOrder
{
    EmergencyRequest::Scope scope = EmergencyRequest::Scope::FreezeOnly;
    std::function<Result<std::vector<std::string>>(Database& copy)> wallets;  ///< for Scope::Chosen
    std::string reason;
};

/// A drill of the emergency stop: the same steps over a copy of the profile, which is removed at the end,
/// with a Dynamic that is simulated and answers at once. Nothing of the profile, at Dynamic or at other desks
/// changes. Blocks its thread, which runs an event loop of its own meanwhile and must have none already: a
/// thread of a pool. vault is the profile's, unlocked; its keys open the copy, and lock() ends the drill.
/// isOver: looked at several times a second; Cancelled then. reached is called on the same thread. Errors:
/// those of ProfileCopy::make; what goes wrong later is in the report.
Result<DrillReport> runEmergencyDrill(const Vault& vault, const Clock& clock, const DrillOrder& order,
                                      const std::atomic<bool>& isOver,
                                      const std::function<void(DrillStage)>& reached);

}  // namespace countersign
