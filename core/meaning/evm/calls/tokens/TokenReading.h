#pragma once

#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/calls/CallReading.h"

namespace countersign::meaning {

// What readers of token calls share.

/// Findings about the contract as a token: evm.contract.notToken (then it is not understood) and
/// evm.token.unlisted.
void readAsToken(CallReading& reading);

/// Effects of one reading, or of two of which the second one is that of an NFT: then each says what it
/// supposes, and evm.selector.twoReadings is found.
void addEitherReading(CallReading& reading, std::vector<Effect> effects);

/// Runs the rules about an allowance and notes it for the end of a batch.
void noteAllowance(CallReading& reading, const Allowance& allowance);

/// "250 USDC (0xA0b8…)", "unlimited …", "none: the allowance is taken back".
std::string allowanceText(const EvmScene& scene, const Allowance& allowance);

/// As nftText, with the address cut: for intents.
std::string briefNftText(const EvmScene& scene, const NftMove& move);

}  // namespace countersign::meaning
