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
/// evm.validator.deposit: coins for a validator come back to whom its credentials name. Critical where that
/// is somebody else than the payer, or nobody; else a warning, since an earlier deposit's credentials would
/// count.
Finding validatorDeposit(std::string detail, Severity severity);
/// evm.validator.fee: what is sent with a request is far more than its fee has been (a warning above 0.001,
/// and critical above 0.1 coins); the contract keeps it all. Nothing below.
std::optional<Finding> validatorFee(const EvmScene& scene, const EvmAddress& contract, const Uint256& wei);

}  // namespace countersign::meaning
