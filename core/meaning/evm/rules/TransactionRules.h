#pragma once

#include "core/chain/evm/transaction/EvmTransaction.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "core/meaning/evm/EvmScene.h"

namespace countersign::meaning {

/// A transaction and what is known beside it, as the rules below see it.
struct TransactionFacts
{
    const EvmTransaction& transaction;
    const EvmContext& context;
    const EvmScene& scene;
    /// Who signed it; nothing where it is not signed, or where no key fits the signature.
    std::optional<EvmAddress> signer;
    /// What gas and blobs cost at most, in wei (mostCostOf).
    Uint256 mostCost;
};

/// Gas limit times the highest price, and the blobs at theirs. All bits set where the sum exceeds 256 bits.
Uint256 mostCostOf(const EvmTransaction& transaction);

/// Runs every rule about a transaction as a whole and adds what they find:
/// evm.chain.any (critical), evm.chain.mismatch (critical), evm.chain.unknown (warning);
/// evm.signer.mismatch (critical), evm.signer.invalid (critical);
/// evm.creation (warning), evm.blobs (info);
/// fee.cap.absolute (critical), fee.cap.relative (warning), fee.l1Data (info).
void checkTransactionFacts(const TransactionFacts& facts, Meaning& meaning);

/// Runs every rule about one authorisation of EIP-7702 and adds what they find: evm.authorization (critical),
/// evm.authorization.anyChain (critical), evm.authorization.unlistedDelegate (critical).
/// authority: whose account it is; nothing where the chain skips the authorisation.
void checkAuthorization(const EvmScene& scene, const Authorization& authorization,
                        const std::optional<EvmAddress>& authority, Meaning& meaning);

}  // namespace countersign::meaning
