#include "core/meaning/evm/calls/KnownFunctions.h"

#include <algorithm>
#include <array>
#include <map>

namespace countersign::meaning {

namespace {

using Selector = std::array<std::uint8_t, 4>;
using SelectorIndex = std::map<Selector, std::vector<const FunctionEntry*>>;

std::vector<FunctionEntry> parsedFunctions()
{
    std::vector<FunctionEntry> entries;
    for (const auto table :
         {erc20Functions, nftFunctions, vaultFunctions, permitFunctions, permit2Functions, batchFunctions,
          accountFunctions, userOperationFunctions, delegationFunctions, safeFunctions, safeCreationFunctions,
          safeSettingFunctions, adminFunctions, validatorFunctions}) {
        for (const KnownFunction& known : table()) {
            if (Result<AbiFunction> function = parseAbiFunction(known.signature)) {
                entries.push_back({known, *std::move(function)});
            }
        }
    }
    return entries;
}

SelectorIndex indexedFunctions()
{
    SelectorIndex index;
    for (const FunctionEntry& entry : knownFunctions()) {
        std::vector<const FunctionEntry*>& rows = index[entry.function.selector()];
        rows.insert(entry.known.kind.empty() ? rows.end() : rows.begin(), &entry);
    }
    return index;
}

}  // namespace

const std::vector<FunctionEntry>& knownFunctions()
{
    static const std::vector<FunctionEntry> entries = parsedFunctions();
    return entries;
}

const FunctionEntry* findFunction(const EvmScene& scene, const EvmCall& call)
{
    static const SelectorIndex index = indexedFunctions();
    Selector selector{};
    std::copy_n(call.data.begin(), selector.size(), selector.begin());
    const auto rows = index.find(selector);
    if (rows == index.end()) {
        return nullptr;
    }
    for (const FunctionEntry* row : rows->second) {
        const bool isEverywhere = row->known.kind.empty() && !call.isDelegate;
        if (isEverywhere || (!row->known.kind.empty() && scene.isKind(call.to, row->known.kind))) {
            return row;
        }
    }
    return nullptr;
}

}  // namespace countersign::meaning
