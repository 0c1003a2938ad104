#include "core/meaning/evm/typed/SeaportRules.h"

#include "core/meaning/evm/rules/CalldataRules.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

using OrderItems = std::vector<SeaportItem>;
using AmountOf = Uint256 SeaportItem::*;

bool holdsAsset(const OrderItems& items, const SeaportItem& wanted)
{
    return std::ranges::any_of(items, [&](const SeaportItem& item) { return item.isSameAsset(wanted); });
}

bool isCoinOrWrapped(const EvmScene& scene, const SeaportItem& item)
{
    return item.type == SeaportItem::Type::Native ||
           (item.type == SeaportItem::Type::Erc20 && scene.isKind(item.token, "weth"));
}

/// The same asset; a coin and its wrapped form count as one.
bool isAsGood(const EvmScene& scene, const SeaportItem& a, const SeaportItem& b)
{
    return a.isSameAsset(b) || (isCoinOrWrapped(scene, a) && isCoinOrWrapped(scene, b));
}

/// The sum of those that fit; all ones where it does not fit 256 bits.
template <typename Fits>
Uint256 sumIf(const OrderItems& items, AmountOf amount, Fits fits)
{
    Uint256 sum = 0;
    for (const SeaportItem& item : items) {
        if (fits(item)) {
            sum = addChecked(sum, item.*amount).value_or(~Uint256(0));
        }
    }
    return sum;
}

/// What others get of an asset, as a part of the whole: of the price, or where it is what the offerer pays
/// with, of the offer. Amounts move linearly, so that the part is largest at the begin or at the end.
enum class Part { Fee, Large, Most };

Part partAt(const SeaportOrder& order, const SeaportItem& asset, AmountOf amount)
{
    const auto isIt = [&](const SeaportItem& item) { return item.isSameAsset(asset); };
    const Uint256 others = sumIf(order.elsewhere, amount, isIt);
    if (others.is_zero()) {
        return Part::Fee;
    }
    if (holdsAsset(order.offer, asset)) {
        const Uint256 whole = sumIf(order.offer, amount, isIt);
        return others >= whole - whole / 2 ? Part::Most : (others > whole / 5 ? Part::Large : Part::Fee);
    }
    const Uint256 own = sumIf(order.own, amount, isIt);
    return others >= own ? Part::Most : (others > own / 4 ? Part::Large : Part::Fee);
}

Part partOf(const SeaportOrder& order, const SeaportItem& item)
{
    if (!item.isFungible()) {
        return holdsAsset(order.offer, item) ? Part::Fee : Part::Most;
    }
    return std::max(partAt(order, item, &SeaportItem::start), partAt(order, item, &SeaportItem::end));
}

void checkProceeds(const EvmScene& scene, const SeaportOrder& order, Meaning& meaning)
{
    for (const SeaportItem& item : order.elsewhere) {
        const Part part = partOf(order, item);
        if (part != Part::Fee) {
            meaning.findings.push_back({"message.order.proceedsElsewhere",
                                        part == Part::Most ? Severity::Critical : Severity::Warning,
                                        "Proceeds go to somebody else",
                                        itemText(scene, item, item.most) + " goes to " +
                                            scene.named(item.recipient) + " and not to the offerer.",
                                        {toText(item.recipient)}});
        } else if (!item.isFungible()) {
            meaning.findings.push_back({"message.order.privateTaker",
                                        Severity::Info,
                                        "For one buyer",
                                        "Only an order that gives " + itemText(scene, item, item.most) +
                                            " to " + scene.named(item.recipient) + " can be fulfilled.",
                                        {toText(item.recipient)}});
        }
    }
}

void checkReceived(const EvmScene& scene, const SeaportOrder& order, Meaning& meaning)
{
    const auto isNothing = [](const SeaportItem& item) { return item.most == 0; };
    const auto canBeNothing = [](const SeaportItem& item) { return item.least == 0 && item.most != 0; };
    if (!order.offer.empty() && std::ranges::all_of(order.own, isNothing)) {
        meaning.findings.push_back(
            {"message.order.nothingReceived",
             Severity::Critical,
             "Nothing in return",
             scene.named(order.offerer) + " gives what is offered and receives nothing.",
             {toText(order.offerer)}});
        return;
    }
    if (std::ranges::any_of(order.own, canBeNothing)) {
        const bool isAll = std::ranges::all_of(order.own, [](const SeaportItem& i) { return i.least == 0; });
        meaning.findings.push_back({"message.order.zeroMinimum",
                                    isAll ? Severity::Critical : Severity::Warning,
                                    "The price can fall to zero",
                                    "What the offerer receives moves between two amounts, one of which is "
                                    "zero.",
                                    {}});
    }
}

void checkSameAsset(const EvmScene& scene, const SeaportOrder& order, Meaning& meaning)
{
    for (const SeaportItem& item : order.own) {
        const auto isIt = [&](const SeaportItem& other) { return isAsGood(scene, other, item); };
        if (!std::ranges::any_of(order.offer, isIt)) {
            continue;
        }
        const bool isLess =
            sumIf(order.own, &SeaportItem::least, isIt) < sumIf(order.offer, &SeaportItem::most, isIt);
        meaning.findings.push_back(
            {"message.order.sameAsset",
             isLess ? Severity::Critical : Severity::Warning,
             "The same asset on both sides",
             "The offerer gives what it asks for: " + itemText(scene, item, item.least) + " comes back." +
                 (isLess ? " Less comes back than is given." : ""),
             {toText(item.token)}});
    }
}

void checkCriteria(const EvmScene& scene, const SeaportOrder& order, Meaning& meaning)
{
    for (const SeaportItem& item : order.offer) {
        if (item.hasCriteria()) {
            meaning.findings.push_back({"message.order.criteria",
                                        Severity::Warning,
                                        "The taker chooses the token",
                                        "The offer is " + itemText(scene, item, item.most) +
                                            ": whoever fulfils the order chooses which.",
                                        {toText(item.token)}});
        }
    }
}

void checkTokens(const EvmScene& scene, const SeaportOrder& order, Meaning& meaning)
{
    for (const OrderItems* items : {&order.offer, &order.own}) {
        for (const SeaportItem& item : *items) {
            std::optional<Finding> unlisted =
                item.type == SeaportItem::Type::Native ? std::nullopt : unlistedToken(scene, item.token);
            if (!unlisted) {
                continue;
            }
            if (items == &order.own && item.type == SeaportItem::Type::Erc20) {
                meaning.findings.push_back({"message.contract.unexpected",
                                            Severity::Warning,
                                            "Paid in an unknown token",
                                            "The offerer is paid in " + toText(item.token) +
                                                ", which is in no list of tokens. It may be worth nothing.",
                                            {toText(item.token)}});
            } else {
                meaning.findings.push_back(std::move(*unlisted));
            }
        }
    }
}

}  // namespace

void checkOrder(const EvmScene& scene, const SeaportOrder& order, Meaning& meaning)
{
    checkReceived(scene, order, meaning);
    checkProceeds(scene, order, meaning);
    checkSameAsset(scene, order, meaning);
    checkCriteria(scene, order, meaning);
    checkTokens(scene, order, meaning);
}

}  // namespace countersign::meaning
