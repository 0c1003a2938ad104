#pragma once

#include "core/meaning/solana/InstructionReading.h"

namespace countersign::meaning {

/// Runs every rule about an instruction of whatever program and adds what they find:
/// solana.program.unknown (warning; not understood), solana.instruction.unread (not understood;
/// critical where an account both signs and may be written to, else warning);
/// solana.signer.unknownProgram (critical where the account may be written to, else warning);
/// solana.account.unresolved (critical where it gets or controls something, else warning; not understood).
void checkInstruction(InstructionReading& reading);

/// solana.instruction.effectUnknown (warning; not understood): read in full, but nobody wrote down what it
/// does.
void effectUnknown(InstructionReading& reading);

}  // namespace countersign::meaning
