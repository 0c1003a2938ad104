#pragma once

#include "core/meaning/solana/InstructionReading.h"

namespace countersign::meaning {

// Findings about who rules accounts, programs and multisigs. Each adds itself to the reading.

/// solana.authorize: of a stake or vote account; critical, or info where it comes to the wallet.
void authorization(InstructionReading& reading, const std::string& what,
                   const std::optional<SolanaAddress>& authority);
/// The same of a new stake account, whose staker cannot withdraw (warning).
void foreignStaker(InstructionReading& reading, const std::optional<SolanaAddress>& staker);
/// solana.stake.lockup: until when, and by whom, a stake is kept back; critical where that is somebody else
/// than the wallet, or nobody, else warning. custodian: nothing where it stays who it is.
void lockup(InstructionReading& reading, std::string detail, const std::optional<SolanaAddress>& custodian);

/// solana.loader.upgrade (critical): a program gets other code.
void programUpgrade(InstructionReading& reading, std::string detail,
                    const std::optional<SolanaAddress>& program);
/// solana.loader.authority (critical): somebody else, or nobody, may change a program.
void programAuthority(InstructionReading& reading, std::string detail,
                      const std::optional<SolanaAddress>& authority);
/// solana.loader.close (critical): a program or buffer ends, and its SOL goes somewhere.
void programClosed(InstructionReading& reading, std::string detail,
                   const std::optional<SolanaAddress>& recipient);

/// solana.lookupTable.change (warning): what the accounts of other transactions are.
void lookupTableChange(InstructionReading& reading, std::string detail);

/// The same of a new and empty one (info where the wallet rules it).
void newLookupTable(InstructionReading& reading);

/// solana.squads.config (critical): who are the members, how many must agree, what may be spent without them.
void multisigChange(InstructionReading& reading, std::string detail);
/// solana.squads.opaque (critical; not understood): consent to, or execution of, what is not in these bytes.
void opaqueProposal(InstructionReading& reading);
/// solana.squads.proposal (warning): what is inside happens once the members agree, without another look.
void proposal(InstructionReading& reading, std::string detail);

}  // namespace countersign::meaning
