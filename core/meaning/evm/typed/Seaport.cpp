#include "core/base/encoding/Hex.h"
#include "core/meaning/evm/typed/KnownTypes.h"
#include "core/meaning/evm/typed/SeaportRules.h"
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

std::optional<SeaportOrder> readOrder(const TypedStruct& values)
{
    auto offer = readSeaportItems(values, "offer");
    auto consideration = readSeaportItems(values, "consideration");
    if (!offer || !consideration || values.number("orderType") > 3) {
        return std::nullopt;
    }
    SeaportOrder order{
        .offerer = values.address("offerer"), .offer = std::move(*offer), .own = {}, .elsewhere = {}};
    for (SeaportItem& item : *consideration) {
        (item.recipient == order.offerer ? order.own : order.elsewhere).push_back(std::move(item));
    }
    return order;
}

void addItems(const EvmScene& scene, const SeaportOrder& order, Meaning& meaning)
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
Meaning seaportLookalike(const TypedMessage& message, const SeaportOrder& order)
{
    Meaning meaning = listedMessage(message);
    checkOrder(message.scene(), order, meaning);
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
        return seaportLookalike(message, *order);
    }
    const EvmScene scene = message.scene();
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("Offerer", scene.named(order->offerer), "offerer"));
    addItems(scene, *order, meaning);
    addTerms(message, meaning);
    checkOrder(scene, *order, meaning);
    checkSigner(message, order->offerer, "offerer", meaning);
    meaning.intent =
        "Give " + listText(scene, order->offer, &SeaportItem::most) + " for " +
        (order->own.empty() ? "nothing" : "at least " + listText(scene, order->own, &SeaportItem::least)) +
        " on Seaport";
    return meaning;
}

}  // namespace countersign::meaning
