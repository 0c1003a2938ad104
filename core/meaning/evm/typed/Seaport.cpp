#include "core/base/encoding/Hex.h"
#include "core/meaning/evm/typed/KnownTypes.h"
#include "core/meaning/evm/typed/SeaportItems.h"
#include "core/meaning/evm/typed/TypedText.h"

#include <algorithm>
#include <array>

// Orders of Seaport: the offerer gives the offer and whoever fulfils the order pays the consideration, each
// part of it to its own recipient.

namespace countersign::meaning {

namespace {

using Items = std::vector<SeaportItem>;

constexpr std::string_view seaportDomain =
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

struct Order
{
    EvmAddress offerer{};
    Items offer;
    Items own;        ///< of the consideration, what the offerer gets
    Items elsewhere;  ///< and what others get
};

std::optional<Order> readOrder(const TypedStruct& values)
{
    auto offer = readSeaportItems(values, "offer");
    auto consideration = readSeaportItems(values, "consideration");
    if (!offer || !consideration || values.number("orderType") > 3) {
        return std::nullopt;
    }
    Order order{.offerer = values.address("offerer"), .offer = std::move(*offer), .own = {}, .elsewhere = {}};
    for (SeaportItem& item : *consideration) {
        (item.recipient == order.offerer ? order.own : order.elsewhere).push_back(std::move(item));
    }
    return order;
}

bool holds(const Items& items, const SeaportItem& wanted)
{
    return std::ranges::any_of(items, [&](const SeaportItem& item) { return item.isSameAsset(wanted); });
}

/// The sum of one fungible asset; all ones where it does not fit.
Uint256 sumOf(const Items& items, const SeaportItem& asset, Uint256 SeaportItem::*amount)
{
    Uint256 sum = 0;
    for (const SeaportItem& item : items) {
        if (item.isSameAsset(asset)) {
            sum = addChecked(sum, item.*amount).value_or(maxOfBits(256));
        }
    }
    return sum;
}

/// Fees and royalties go elsewhere too. What is no fee: more than the offerer's own part, or of a bid more
/// than half of what is offered, or a token that somebody else gets for the offerer's money.
bool goesElsewhere(const Order& order, const SeaportItem& item)
{
    if (!item.isFungible()) {
        return !holds(order.offer, item);
    }
    const Uint256 others = sumOf(order.elsewhere, item, &SeaportItem::most);
    if (holds(order.offer, item)) {
        return others > sumOf(order.offer, item, &SeaportItem::least) / 2;
    }
    return others > sumOf(order.own, item, &SeaportItem::least);
}

void checkProceeds(const EvmScene& scene, const Order& order, Meaning& meaning)
{
    for (const SeaportItem& item : order.elsewhere) {
        if (goesElsewhere(order, item)) {
            meaning.findings.push_back({"message.order.proceedsElsewhere",
                                        Severity::Critical,
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

void checkReceived(const EvmScene& scene, const Order& order, Meaning& meaning)
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

void checkCriteria(const EvmScene& scene, const Order& order, Meaning& meaning)
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

void addItems(const EvmScene& scene, const Order& order, Meaning& meaning)
{
    const auto rangeText = [&scene](const SeaportItem& item) {
        return item.start == item.end ? itemText(scene, item, item.end)
                                      : "from " + itemText(scene, item, item.start) + " to " +
                                            itemText(scene, item, item.end) + ", moving with time";
    };
    const std::string offerer = scene.named(order.offerer);
    for (const SeaportItem& item : order.offer) {
        meaning.fields.push_back(messageField("Gives", rangeText(item), item.path));
        meaning.effects.push_back(
            {.direction = Effect::Direction::Out,
             .asset = itemAsset(scene, item),
             .amount = item.most,
             .display = itemText(scene, item, item.most),
             .account = {},
             .text = "up to " + itemText(scene, item, item.most) + " leaves " + offerer});
    }
    for (const SeaportItem& item : order.own) {
        meaning.fields.push_back(messageField("Receives", rangeText(item), item.path));
        meaning.effects.push_back(
            {.direction = Effect::Direction::In,
             .asset = itemAsset(scene, item),
             .amount = item.least,
             .display = itemText(scene, item, item.least),
             .account = {},
             .text = "at least " + itemText(scene, item, item.least) + " comes to " + offerer});
    }
    for (const SeaportItem& item : order.elsewhere) {
        meaning.fields.push_back(
            messageField("Goes to " + scene.named(item.recipient), rangeText(item), item.path));
    }
}

void addTerms(const TypedMessage& message, Meaning& meaning)
{
    static constexpr std::array orderTypes = {"whole, open to all", "in parts, open to all",
                                              "whole, restricted by the zone",
                                              "in parts, restricted by the zone"};
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    const Uint256 end = values.number("endTime");
    const auto type = static_cast<std::size_t>(values.number("orderType"));
    meaning.fields.push_back(messageField("Kind", orderTypes.at(type), "orderType"));
    meaning.fields.push_back(messageField("Zone", scene.named(values.address("zone")), "zone"));
    meaning.fields.push_back(messageField("From", momentText(values.number("startTime")), "startTime"));
    meaning.fields.push_back(messageField("Until", deadlineText(end, 256), "endTime"));
    for (const char* member : {"zoneHash", "conduitKey"}) {
        meaning.fields.push_back(messageField(member, toHexPrefixed(values.bytes(member)), member));
    }
    for (const char* member : {"salt", "counter"}) {
        meaning.fields.push_back(messageField(member, toDecimal(values.number(member)), member));
    }
    checkDeadline(end, 256, "The order", meaning);
}

std::string listText(const EvmScene& scene, const Items& items, Uint256 SeaportItem::*amount)
{
    if (items.empty()) {
        return "nothing";
    }
    if (items.size() > 3) {
        return std::to_string(items.size()) + " items";
    }
    std::string text;
    for (const SeaportItem& item : items) {
        text += (text.empty() ? "" : " and ") + itemText(scene, item, item.*amount, true);
    }
    return text;
}

/// An order for a contract that the lists do not know: what it does with the signature is its own affair.
/// What it looks like is said even so.
Meaning lookalike(const TypedMessage& message, const Order& order)
{
    Meaning meaning = listedMessage(message);
    checkReceived(message.scene(), order, meaning);
    checkProceeds(message.scene(), order, meaning);
    checkSigner(message, order.offerer, "offerer", meaning);
    refuseContract(message, "Seaport", Severity::Warning, meaning);
    return meaning;
}

}  // namespace

std::optional<Meaning> readSeaportOrder(const TypedMessage& message)
{
    const bool isSeaport = message.encodedDomain() == seaportDomain && message.contract() &&
                           message.domain().text("name") == "Seaport" &&
                           message.scene().isKind(*message.contract(), "seaport");
    const auto order = readOrder(message.message());
    if (!order) {
        return unknownMessage(message, "It is an order with items or a kind that Seaport does not have.");
    }
    if (!isSeaport) {
        return lookalike(message, *order);
    }
    const EvmScene scene = message.scene();
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("Offerer", scene.named(order->offerer), "offerer"));
    addItems(scene, *order, meaning);
    addTerms(message, meaning);
    checkReceived(scene, *order, meaning);
    checkProceeds(scene, *order, meaning);
    checkCriteria(scene, *order, meaning);
    checkSigner(message, order->offerer, "offerer", meaning);
    meaning.intent =
        "Give " + listText(scene, order->offer, &SeaportItem::most) + " for " +
        (order->own.empty() ? "nothing" : "at least " + listText(scene, order->own, &SeaportItem::least)) +
        " on Seaport";
    return meaning;
}

}  // namespace countersign::meaning
