#pragma once

#include "core/meaning/evm/EvmCall.h"
#include "core/meaning/evm/EvmScene.h"

namespace countersign::meaning {

/// Puts the act of a call before those of the calls inside of it. meaning: of the call as it was read, with
/// what is inside absorbed. A call that only carries others has an act without a kind; one that is not
/// understood has an act of IntentKind::Unknown beside its own.
void addCallActs(const EvmScene& scene, const EvmCall& call, Meaning& meaning);

}  // namespace countersign::meaning
