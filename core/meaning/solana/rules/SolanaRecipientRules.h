#pragma once

#include "core/meaning/solana/InstructionReading.h"

namespace countersign::meaning {

/// Runs every rule about an account that gets SOL: recipient.program (critical): a program, a mint, a sysvar;
/// recipient.self (info): the account itself, or one of the wallet's own.
void checkSolRecipient(InstructionReading& reading, const std::optional<SolanaAddress>& from,
                       const std::optional<SolanaAddress>& to);

/// Runs every rule about a token account that gets tokens: the ones above, also about its owner, and
/// recipient.ownerUnproven (warning): nothing in the transaction tells whose the account is.
void checkTokenRecipient(InstructionReading& reading, const std::optional<SolanaAddress>& destination);

}  // namespace countersign::meaning
