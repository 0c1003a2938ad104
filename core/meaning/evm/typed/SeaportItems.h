#pragma once

#include "core/meaning/evm/typed/TypedMessage.h"

#include <optional>
#include <vector>

namespace countersign::meaning {

/// An item of a Seaport order: what is offered, or (with a recipient) what must be paid for it.
struct SeaportItem
{
    enum class Type { Native, Erc20, Erc721, Erc1155, Erc721Criteria, Erc1155Criteria };

    Type type = Type::Native;
    EvmAddress token{};  ///< zero for the native coin
    Uint256 id;          ///< of the token, or of criteria the root of its Merkle tree; 0: every token
    Uint256 start;       ///< amounts move from start to end over the order's time
    Uint256 end;
    Uint256 least;
    Uint256 most;
    EvmAddress recipient{};
    std::string path;

    bool isFungible() const { return type == Type::Native || type == Type::Erc20; }
    bool hasCriteria() const { return type == Type::Erc721Criteria || type == Type::Erc1155Criteria; }
    /// The same asset: type, token and, where there is one, id.
    bool isSameAsset(const SeaportItem& other) const;
};

/// Nothing for items that Seaport does not take: another type, or an id or address that its type does not
/// have.
std::optional<std::vector<SeaportItem>> readSeaportItems(const TypedStruct& order, const char* member);

/// "1 ETH", "250 USDC (0x…)", "token 5 of 0x…", "any token of 0x…"; brief: addresses cut, for the intent.
std::string itemText(const EvmScene& scene, const SeaportItem& item, const Uint256& amount,
                     bool brief = false);
std::optional<std::string> itemAsset(const EvmScene& scene, const SeaportItem& item);

}  // namespace countersign::meaning
