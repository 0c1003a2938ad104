#pragma once

#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/meaning/KnownLists.h"

#include <optional>
#include <string_view>

namespace countersign::meaning {

// Where a data provider's names are kept in KnownLists: apart from the chains, so that nothing built in looks
// there and none of its entries is replaced.
inline constexpr std::string_view providedTokens = "eip155:provided";
inline constexpr std::string_view providedLocalNames = "eip155:local";
inline constexpr std::string_view providedEnsNames = "eip155:ens";
inline constexpr std::string_view providedCollections = "eip155:collections";
inline constexpr std::string_view providedNameKind = "name";

/// The `dataProvider` of a test of the ERC-7730 registry (testsv2): {tokens: {address: {symbol, decimals,
/// name}}, addressNames, ensNames, nftCollectionNames: {address: name}}, alone or as a member of a whole test
/// file; other members are passed over. Its tokens, which have no chain, serve descriptors of every chain;
/// chainId: also everything else on this one, where the lists do not know the token. At most 1 MiB;
/// InvalidInput for other forms, more than 36 decimals, and names that are empty or longer than 256 bytes.
Status addDataProvider(KnownLists& lists, std::string_view json, const std::optional<Uint256>& chainId = {});

}  // namespace countersign::meaning
