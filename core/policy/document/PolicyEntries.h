#pragma once

#include "core/base/Result.h"

#include <string>
#include <string_view>

// What may stand in the lists of a policy's conditions, and how each entry is written for comparing. All are
// InvalidInput otherwise; the sentence says what is wrong, and goes behind the member's path.

namespace countersign {

/// "tag:NAME", an EVM address, a Solana address, or an id as it is.
Result<std::string> policyWallet(std::string_view text);
/// CAIP-2 of EVM chains and Solana.
Result<std::string> policyChain(std::string_view text);
/// The kinds of jobs (design.md §7).
Result<std::string> policyKind(std::string_view text);
Result<std::string> policyOrigin(std::string_view text);
Result<std::string> policyIntent(std::string_view text);
/// Any name.
Result<std::string> policyName(std::string_view text);
/// An EVM address; in the end in lower case.
Result<std::string> policyContract(std::string_view text);
/// The selector of "transfer(address,uint256)", or a selector.
Result<std::string> policyFunction(std::string_view text);
/// A Solana address.
Result<std::string> policyProgram(std::string_view text);
/// "list:NAME", or an address of either kind.
Result<std::string> policyRecipient(std::string_view text);
/// CAIP-19 of coins, tokens and NFTs; an NFT's number may be left out and then means all of its contract.
Result<std::string> policyAsset(std::string_view text);
/// A finding's id: lower-case dotted words as in docs/findings; whether there is such a finding is not asked.
Result<std::string> policyFinding(std::string_view text);

/// An address as policyContract and policyProgram write it: several spellings of one are the same.
std::string comparableAddress(std::string_view address);
/// An asset as policyAsset writes it: of EVM chains in lower case, since addresses have several spellings.
std::string comparableAsset(std::string_view asset);

inline constexpr std::string_view policyTagPrefix = "tag:";
inline constexpr std::string_view policyListPrefix = "list:";

}  // namespace countersign
