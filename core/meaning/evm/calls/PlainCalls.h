#pragma once

#include "core/meaning/evm/EvmScene.h"
#include "core/meaning/evm/calls/CallJournal.h"

namespace countersign::meaning {

/// A call without data: coins of the chain move, and a contract's receive function runs. Of wrapped coins
/// that function is known.
Meaning readPlainTransfer(const EvmScene& scene, const EvmCall& call);

/// A call to a system contract of validators (EIP-7002, EIP-7251), whose data has no selector. Nothing for
/// other contracts.
std::optional<Meaning> readSystemCall(const EvmScene& scene, const EvmCall& call);

}  // namespace countersign::meaning
