#pragma once

#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/CallJournal.h"

namespace countersign::meaning {

/// Runs every rule about an allowance and adds what they find; nothing for one that is taken back:
/// evm.approval.unlimited (warning), evm.approval.large (warning),
/// evm.approval.spenderUnknown (warning): the lists do not know who may spend.
void checkAllowance(const EvmScene& scene, const Allowance& allowance, Meaning& meaning);

/// The same for all tokens of a contract: evm.approval.forAll (warning), evm.approval.spenderUnknown.
void checkApprovalForAll(const EvmScene& scene, const EvmAddress& contract, const EvmAddress& operatorAddress,
                         Meaning& meaning);

/// evm.approval.leftOver (warning): given in a batch, and still there at its end.
Finding leftOverApproval(const EvmScene& scene, const GivenApproval& approval);

/// evm.permit.submitted (warning): a signature of the owner is turned into an allowance or a payment.
Finding submittedPermit(const EvmScene& scene, const EvmAddress& owner, const EvmAddress& token);
/// evm.permit.noDeadline (warning) where seconds lie beyond the year 2100; nothing otherwise.
std::optional<Finding> endlessPermit(const Uint256& seconds, std::string_view what);

}  // namespace countersign::meaning
