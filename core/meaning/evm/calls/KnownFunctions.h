#pragma once

#include "core/meaning/evm/calls/CallReading.h"

#include <span>

namespace countersign::meaning {

// The tables of each topic.
std::span<const KnownFunction> erc20Functions();
std::span<const KnownFunction> nftFunctions();
std::span<const KnownFunction> vaultFunctions();
std::span<const KnownFunction> permitFunctions();
std::span<const KnownFunction> permit2Functions();
std::span<const KnownFunction> batchFunctions();
std::span<const KnownFunction> accountFunctions();
std::span<const KnownFunction> userOperationFunctions();
std::span<const KnownFunction> delegationFunctions();
std::span<const KnownFunction> safeFunctions();
std::span<const KnownFunction> safeCreationFunctions();
std::span<const KnownFunction> safeSettingFunctions();
std::span<const KnownFunction> adminFunctions();
std::span<const KnownFunction> validatorFunctions();

/// A row of a table with its signature parsed.
struct FunctionEntry
{
    KnownFunction known;
    AbiFunction function;
};

/// All rows of all tables. Those whose signature does not parse are left out; a test counts them.
const std::vector<FunctionEntry>& knownFunctions();

/// The row for a selector at this contract: one that asks for the contract's kind comes before one that is
/// good everywhere. Nothing otherwise, so that a call to the wrong contract is not known. Behind a
/// delegatecall only rows that ask for a kind count.
const FunctionEntry* findFunction(const EvmScene& scene, const EvmCall& call);

}  // namespace countersign::meaning
