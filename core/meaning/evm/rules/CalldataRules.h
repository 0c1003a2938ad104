#pragma once

#include "core/chain/evm/abi/AbiValue.h"
#include "core/meaning/evm/EvmCall.h"
#include "core/meaning/evm/EvmScene.h"

namespace countersign::meaning {

// Findings about the bytes of a call and the contract that gets them. Each is a reason not to understand it,
// other than unlistedToken, unlistedVault, valueNotPayable, amountOpen and twoReadings.

/// evm.call.unknown: no knowledge of this selector at this contract.
Finding unknownCall(const EvmScene& scene, const EvmCall& call);
/// evm.calldata.odd: one to three bytes, too few for a selector.
Finding oddCalldata(const EvmScene& scene, const EvmCall& call);
/// evm.calldata.malformed: arguments that do not decode.
Finding malformedCalldata(const EvmScene& scene, const EvmCall& call, const AbiFunction& function);
/// evm.calldata.trailing or evm.calldata.nonCanonical; nothing for canonical arguments.
std::optional<Finding> looseCalldata(const AbiFunction& function, const AbiArguments& arguments);
/// evm.calldata.malformed as well: lists that belong together are not of one length.
Finding unequalLists(const EvmScene& scene, const EvmCall& call, const AbiFunction& function);
/// evm.data.opaque: bytes for somebody else, of which nothing can be told.
Finding opaqueData(const AbiFunction& function, std::string_view argument, std::size_t size);

/// evm.delegatecall.unlisted.
Finding unlistedDelegatecall(const EvmScene& scene, const EvmAddress& contract);
/// evm.contract.notToken: the lists know the contract as something else. Nothing where they do not.
std::optional<Finding> notToken(const EvmScene& scene, const EvmAddress& contract);
/// evm.token.unlisted; nothing where the token is in the lists.
std::optional<Finding> unlistedToken(const EvmScene& scene, const EvmAddress& token);
/// evm.vault.unlisted: that the contract is a vault is what the call claims.
Finding unlistedVault(const EvmScene& scene, const EvmAddress& vault);

/// evm.value.notPayable: wei sent to a function that takes none.
Finding valueNotPayable(const EvmScene& scene, const EvmCall& call, std::string_view function);
/// evm.amount.open: what leaves is not in the bytes.
Finding amountOpen(std::string detail, const EvmAddress& contract);
/// evm.selector.twoReadings: ERC-20 and ERC-721 have the same selector.
Finding twoReadings(const EvmScene& scene, const EvmAddress& contract, const AbiFunction& function);

/// evm.container.tooDeep, evm.container.tooMany.
Finding tooDeepCalls();
Finding tooManyCalls();

}  // namespace countersign::meaning
