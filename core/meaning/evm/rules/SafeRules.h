#pragma once

#include "core/base/Bytes.h"
#include "core/meaning/evm/EvmScene.h"

namespace countersign::meaning {

// Findings about a Safe (safe-global/safe-smart-account): who controls it, and what it pays. scene: the one
// of the call, whose payer is the Safe itself where the Safe calls itself.

/// evm.safe.owner (critical): somebody becomes or ceases to be an owner.
Finding safeOwnerChange(const EvmScene& scene, const EvmAddress& safe, std::string what,
                        const EvmAddress& owner);
/// evm.safe.threshold (critical): how many owners must sign.
Finding safeThresholdChange(const EvmScene& scene, const EvmAddress& safe, const Uint256& threshold);
/// evm.safe.thresholdImpossible (critical): zero, or more than the owners that there are as far as that is
/// known. Nothing otherwise.
std::optional<Finding> impossibleThreshold(const EvmScene& scene, const EvmAddress& safe,
                                           const Uint256& threshold,
                                           const std::optional<std::size_t>& owners);
/// evm.safe.module (critical where one is enabled, warning where it is disabled).
Finding safeModuleChange(const EvmScene& scene, const EvmAddress& safe, const EvmAddress& module,
                         bool isEnabled);
/// evm.safe.guard (critical): what checks every transaction; the zero address takes the check away.
Finding safeGuardChange(const EvmScene& scene, const EvmAddress& safe, const EvmAddress& guard,
                        std::string_view kind);
/// evm.safe.fallbackHandler (warning where the lists know it as one, else critical).
Finding safeFallbackHandlerChange(const EvmScene& scene, const EvmAddress& safe, const EvmAddress& handler);
/// evm.safe.singleton (warning where the lists know it as one, else critical): the Safe's code.
Finding safeSingletonChange(const EvmScene& scene, const EvmAddress& safe, const EvmAddress& singleton);
/// evm.safe.singleton (critical): a new Safe whose code is not on the list of Safe's own.
Finding foreignSafeCode(const EvmScene& scene, const EvmAddress& code);
/// evm.safe.approveHash (warning): consent to a hash whose transaction is not here. Not understood.
Finding safeHashApproval(const EvmScene& scene, const EvmAddress& safe, std::string_view hash);
/// evm.safe.signMessage (warning): a message that counts as signed by a Safe. Not understood.
Finding safeSignedMessage(const EvmScene& scene, BytesView message);
/// evm.safe.notItself (warning): a setting that only the Safe itself may change.
Finding safeNotItself(const EvmScene& scene, const EvmAddress& safe);
/// evm.safe.nested (warning): a Safe executes a transaction of another Safe.
Finding nestedSafe(const EvmScene& scene, const EvmAddress& safe);
/// evm.safe.moduleExecution (critical): a module spends what the Safe has, without signatures of owners.
Finding safeModuleExecution(const EvmScene& scene, const EvmAddress& safe);

/// What a Safe pays back to whoever hands its transaction in: gasPrice for each unit of gas that it took and
/// of baseGas. Of coins it is the transaction's own price where that is lower.
struct SafeRefund
{
    Uint256 baseGas;              ///< counted whatever the transaction takes
    Uint256 safeTxGas;            ///< that the inner call may take, where gasPrice is not 0
    Uint256 gasPrice;             ///< 0: nothing is paid
    EvmAddress gasToken{};        ///< zero: coins of the chain
    EvmAddress refundReceiver{};  ///< zero: whoever hands it in
};

/// The effect of a refund, whose amount is not in the bytes, with its least (of coins: what baseGas can
/// cost), and evm.safe.refund: critical where it is paid, info where token or receiver are set and nothing is
/// paid. Nothing where all are zero.
/// The sentence, where there is one already, gets what is paid behind it.
void addSafeRefund(const EvmScene& scene, const EvmAddress& safe, const SafeRefund& refund, Meaning& meaning);
/// evm.safe.refund (critical): a payment of this amount when a Safe is set up. safe: empty for one that is
/// new.
Finding safeSetupPayment(const std::string& safe, const std::string& amount, const std::string& receiver);

}  // namespace countersign::meaning
