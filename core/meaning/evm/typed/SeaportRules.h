#pragma once

#include "core/meaning/evm/typed/SeaportItems.h"

namespace countersign::meaning {

/// What a Seaport order moves: the offer leaves the offerer, and whoever fulfils the order pays the rest.
struct SeaportOrder
{
    EvmAddress offerer{};
    std::vector<SeaportItem> offer;
    std::vector<SeaportItem> own;        ///< of the consideration, what the offerer gets
    std::vector<SeaportItem> elsewhere;  ///< and what others get
};

/// Runs every rule about an order's items and adds what they find:
/// message.order.nothingReceived (critical), message.order.zeroMinimum (critical; a warning where something
/// else comes in): what the offerer gets is, or can fall to, nothing;
/// message.order.sameAsset: the same asset, or the coin that it wraps, on both sides (critical where less of
/// it comes back); message.order.proceedsElsewhere: of the price others get half or more (critical) or more
/// than a fifth (warning), or an asset of which the offerer gets nothing (critical);
/// message.order.privateTaker (info); message.order.criteria (warning): the taker chooses what is given;
/// message.contract.unexpected (warning): the offerer is paid in a token that no list has.
void checkOrder(const EvmScene& scene, const SeaportOrder& order, Meaning& meaning);

}  // namespace countersign::meaning
