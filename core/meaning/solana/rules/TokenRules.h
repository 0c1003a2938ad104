#pragma once

#include "core/meaning/solana/InstructionReading.h"

namespace countersign::meaning {

// Findings about tokens. Each adds itself to the reading.

/// Runs every rule about a transfer of tokens: solana.token.fee (warning) where a fee is named;
/// solana.token.hook (warning; not understood) where the accounts of another program come along, and
/// solana.signer.unknownProgram (critical; not understood) where one of them signs;
/// solana.token.extensions (info) for every other token of Token-2022: what its mint adds is not in the
/// bytes.
void checkTokenTransfer(InstructionReading& reading);

/// solana.closeAccount: critical where the SOL goes to somebody else than the wallet, else info.
void closedAccount(InstructionReading& reading);
/// solana.amount.open (warning): what leaves is not in the bytes. Not for what goes to the wallet.
void openAmount(InstructionReading& reading, const std::optional<SolanaAddress>& destination);
/// More than half of what an account can hold at all: no limit, whatever the number is (2^64-1 is the usual
/// one).
bool isPracticallyAll(std::uint64_t amount);
/// solana.approve: critical where it is practically all, else warning.
void approval(InstructionReading& reading);
/// solana.setAuthority: critical, or info where it comes to the wallet.
void authorityChange(InstructionReading& reading, const std::string& what,
                     const std::optional<SolanaAddress>& authority);

/// solana.setAuthority: paid for by the wallet, owned by somebody else; critical for wrapped SOL, which is a
/// payment, else warning.
void newAccountOfOther(InstructionReading& reading, const std::optional<SolanaAddress>& owner);

/// The same of a new mint (warning): somebody else makes its tokens, or freezes accounts.
void newMintOfOther(InstructionReading& reading, const std::optional<SolanaAddress>& authority);

/// solana.token.permanentDelegate (critical): somebody who may move and burn everybody's tokens.
void permanentDelegate(InstructionReading& reading, const std::optional<SolanaAddress>& delegate);
/// solana.token.hook (critical where a program is set, else warning).
void transferHook(InstructionReading& reading, const std::optional<SolanaAddress>& program);
/// solana.token.fee (warning): of each transfer.
void transferFee(InstructionReading& reading);
/// solana.token.scaledAmount (warning): wallets show another amount than is sent.
void scaledAmount(InstructionReading& reading);
/// solana.token.cpiGuardOff (warning).
void cpiGuardOff(InstructionReading& reading);
/// solana.token.issuer (warning): the issuer stops, freezes or otherwise rules what others hold.
void issuerPower(InstructionReading& reading, std::string detail);

}  // namespace countersign::meaning
