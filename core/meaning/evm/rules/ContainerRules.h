#pragma once

#include "core/meaning/evm/EvmCall.h"
#include "core/meaning/evm/EvmScene.h"

namespace countersign::meaning {

// Findings about calls that hold other calls.

/// evm.container.failureAllowed (info): inner calls may fail while the others stand.
Finding failureAllowed(const EvmScene& scene, const EvmAddress& container);
/// evm.container.sharedAccount (warning): inner calls run as a contract that everybody shares.
Finding sharedAccount(const EvmScene& scene, const EvmAddress& container);
/// evm.container.unlisted (warning): inner calls are handed to a contract that the lists do not know.
Finding unlistedContainer(const EvmScene& scene, const EvmAddress& container);
/// evm.container.valueMismatch (warning): inner calls need another sum of coins than what is sent.
Finding valueMismatch(const EvmScene& scene, const EvmCall& call, const Uint256& needed);
/// evm.container.modeUnknown (warning): a mode of execution that is not read here. Not understood.
Finding modeUnknown(const EvmScene& scene, const EvmCall& call, std::string_view mode);
/// evm.userOperation.initCode (warning): an account is made by a factory. Not understood.
Finding userOperationInitCode(const EvmScene& scene, const EvmAddress& account);
/// evm.userOperation.paymaster (warning): somebody else pays, by an agreement that is not read here.
Finding userOperationPaymaster(const EvmScene& scene, const EvmAddress& account, const EvmAddress& paymaster);

/// What comes to the account that makes an inner call does not come to who calls that account: out of his
/// hands at least, and out of his pocket where the account takes it from him. Which account is his cannot be
/// told. Turns In into Out, and adds recipient.other (warning). scene: the one of the outer call. For inner
/// calls that another account makes than the outer one.
void keepWithAccount(const EvmScene& scene, const EvmCall& innerCall, Meaning& part);

}  // namespace countersign::meaning
