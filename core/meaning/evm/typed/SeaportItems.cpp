#include "core/meaning/evm/typed/SeaportItems.h"

#include "core/base/encoding/Hex.h"

#include <algorithm>

namespace countersign::meaning {

bool SeaportItem::isSameAsset(const SeaportItem& other) const
{
    return type == other.type && token == other.token && (isFungible() || id == other.id);
}

std::optional<std::vector<SeaportItem>> readSeaportItems(const TypedStruct& order, const char* member)
{
    std::vector<SeaportItem> items;
    for (const TypedStruct& values : order.list(member)) {
        const Uint256 type = values.number("itemType");
        const EvmAddress token = values.address("token");
        const Uint256 id = values.number("identifierOrCriteria");
        // Seaport refuses what an item of its type does not have.
        if (type > 5 || (type <= 1 && id != 0) || (type == 0 && token != EvmAddress{})) {
            return std::nullopt;
        }
        const Uint256 start = values.number("startAmount");
        const Uint256 end = values.number("endAmount");
        items.push_back({.type = static_cast<SeaportItem::Type>(static_cast<int>(type)),
                         .token = token,
                         .id = id,
                         .start = start,
                         .end = end,
                         .least = std::min(start, end),
                         .most = std::max(start, end),
                         .recipient = values.address("recipient"),
                         .path = std::string(member) + '[' + std::to_string(items.size()) + ']'});
    }
    return items;
}

std::string itemText(const EvmScene& scene, const SeaportItem& item, const Uint256& amount, bool brief)
{
    const std::string name = brief ? scene.brief(item.token) : scene.named(item.token);
    const std::string times = amount == 1 ? std::string() : toDecimal(amount) + " times ";
    switch (item.type) {
        case SeaportItem::Type::Native:
            return scene.native(amount);
        case SeaportItem::Type::Erc20:
            return brief ? scene.briefAmountOf(item.token, amount) : scene.amountOf(item.token, amount);
        case SeaportItem::Type::Erc721:
            return times + "NFT number " + toDecimal(item.id) + " of " + name;
        case SeaportItem::Type::Erc1155:
            return times + "ERC-1155 token number " + toDecimal(item.id) + " of " + name;
        case SeaportItem::Type::Erc721Criteria:
        case SeaportItem::Type::Erc1155Criteria:
            break;
    }
    const std::string kind = item.type == SeaportItem::Type::Erc721Criteria ? "NFT" : "ERC-1155 token";
    if (item.id == 0) {
        return times + "any " + kind + " of " + name;
    }
    return times + "one " + kind + " of " + name + " out of a set" +
           (brief ? std::string() : " with the root " + toHexPrefixed(toBytes32(item.id)));
}

std::optional<std::string> itemAsset(const EvmScene& scene, const SeaportItem& item)
{
    switch (item.type) {
        case SeaportItem::Type::Native:
            return scene.nativeAssetOf();
        case SeaportItem::Type::Erc20:
            return scene.assetOf(item.token);
        case SeaportItem::Type::Erc721:
            return scene.assetOfNft(item.token, "erc721", item.id);
        case SeaportItem::Type::Erc1155:
            return scene.assetOfNft(item.token, "erc1155", item.id);
        case SeaportItem::Type::Erc721Criteria:
        case SeaportItem::Type::Erc1155Criteria:
            break;
    }
    return std::nullopt;
}

}  // namespace countersign::meaning
