#pragma once

#include "core/meaning/solana/InstructionReading.h"

namespace countersign::meaning {

/// Puts the act of an instruction before those of the instructions inside of it. One that only carries others
/// or helps them has an act without a kind; one that is not understood has an act of IntentKind::Unknown
/// beside its own.
void addInstructionActs(InstructionReading& reading);

}  // namespace countersign::meaning
