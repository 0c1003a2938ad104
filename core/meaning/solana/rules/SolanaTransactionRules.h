#pragma once

#include "core/chain/solana/transaction/SolanaTransaction.h"
#include "core/meaning/solana/SolanaExplanation.h"
#include "core/meaning/solana/SolanaFee.h"
#include "core/meaning/solana/SolanaScene.h"

namespace countersign::meaning {

/// A transaction and what is known beside it, as the rules below see it.
struct SolanaFacts
{
    const SolanaTransaction& transaction;
    const SolanaContext& context;
    const SolanaScene& scene;
    std::span<const solana::DecodedInstruction> instructions;
    SolanaFee fee;

    const SolanaAddress& feePayer() const { return transaction.message.accountKeys.front(); }
};

/// Runs every rule about a transaction as a whole and adds what they find:
/// solana.nonce.durable (critical): it never expires;
/// solana.feePayer.other (info), solana.wallet.paysForOthers (warning; info where the others are accounts
/// that it makes), solana.wallet.notSigner (warning): who pays, and who signs;
/// solana.v1.computeBudgetIgnored (warning), solana.v1.noComputeLimit (warning);
/// solana.computeBudget.repeated (warning; not understood): the network refuses it;
/// fee.cap.absolute (critical).
void checkTransaction(const SolanaFacts& facts, Meaning& meaning);

}  // namespace countersign::meaning
