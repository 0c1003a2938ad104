#pragma once

#include "core/meaning/evm/EvmScene.h"

namespace countersign::meaning {

// Findings about control over contracts.

/// evm.admin.ownership (critical): who owns a contract.
Finding ownershipChange(const EvmScene& scene, const EvmAddress& contract, std::string what);
/// evm.admin.role (critical where a role is given, warning where it ends).
Finding roleChange(const EvmScene& scene, const EvmAddress& contract, std::string what, bool isGiven);
/// evm.admin.upgrade (critical): a proxy gets other code.
Finding upgrade(const EvmScene& scene, const EvmAddress& proxy, const EvmAddress& implementation);
/// evm.admin.pause (warning).
Finding pauseChange(const EvmScene& scene, const EvmAddress& contract, bool isPaused);

/// evm.validator.exit (critical): a validator leaves for good or becomes part of another one.
Finding validatorExit(std::string detail);
/// evm.validator.withdrawal (warning): a part of a validator's balance.
Finding validatorWithdrawal(std::string detail);
/// evm.validator.deposit (warning): coins for a validator come back to whom its credentials name.
Finding validatorDeposit(std::string detail);

}  // namespace countersign::meaning
