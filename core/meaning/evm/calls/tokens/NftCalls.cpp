#include "core/meaning/evm/calls/KnownFunctions.h"
#include "core/meaning/evm/calls/tokens/TokenReading.h"
#include "core/meaning/evm/rules/ApprovalRules.h"
#include "core/meaning/evm/rules/CalldataRules.h"
#include "core/meaning/evm/rules/RecipientRules.h"

// ERC-721 and ERC-1155, where their selectors are their own. Data for the recipient's hook is a message
// to a contract that nobody here knows: with it the call is not understood.

namespace countersign::meaning {

namespace {

/// from, to and one NFT, of either standard.
void readNftMove(CallReading& reading, const NftMove& nft)
{
    readAsToken(reading);
    reading.addressField("From", 0);
    reading.addressField("Recipient", 1);
    reading.field("NFT", nftText(reading.scene, nft), 2);
    reading.effect(nftMoved(reading.scene, nft));
    reading.intent("Send " + briefNftText(reading.scene, nft) + " from " + reading.scene.brief(*nft.from) +
                   " to " + reading.scene.brief(nft.to));
    checkRecipient(reading.scene, {nft.to, nft.contract, !reading.scene.isPayer(*nft.from)}, reading.meaning);
}

void readErc721Transfer(CallReading& reading)
{
    readNftMove(reading,
                {reading.call.to, "erc721", reading.number(2), 1, reading.address(0), reading.address(1)});
    if (reading.arguments.size() > 3) {
        reading.opaqueField("Data for the recipient", reading.bytes(3), 3);
    }
}

void readErc1155Transfer(CallReading& reading)
{
    readNftMove(reading, {reading.call.to, "erc1155", reading.number(2), reading.number(3),
                          reading.address(0), reading.address(1)});
    reading.numberField("Number of pieces", 3);
    reading.opaqueField("Data for the recipient", reading.bytes(4), 4);
}

void readErc1155Batch(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const auto& ids = reading.items(2);
    const auto& counts = reading.items(3);
    const EvmAddress from = reading.address(0);
    const EvmAddress to = reading.address(1);
    readAsToken(reading);
    reading.addressField("From", 0);
    reading.addressField("Recipient", 1);
    if (ids.size() != counts.size()) {
        reading.meaning.doNotUnderstand(unequalLists(scene, reading.call, reading.function));
        return;
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const NftMove nft{reading.call.to, "erc1155", ids[i].number, counts[i].number, from, to};
        reading.field("NFT", nftText(scene, nft), 2, "[" + std::to_string(i) + "]");
        reading.effect(nftMoved(scene, nft));
    }
    reading.opaqueField("Data for the recipient", reading.bytes(4), 4);
    reading.intent("Send " + std::to_string(ids.size()) + " kinds of NFT of " + scene.brief(reading.call.to) +
                   " from " + scene.brief(from) + " to " + scene.brief(to));
    checkRecipient(scene, {to, reading.call.to, !scene.isPayer(from)}, reading.meaning);
}

void readApprovalForAll(CallReading& reading)
{
    const EvmScene& scene = reading.scene;
    const EvmAddress agent = reading.address(0);
    const bool isGiven = reading.isTrue(1);
    readAsToken(reading);
    reading.addressField("Operator", 0);
    reading.field("Approved", isGiven ? "yes, for all" : "no", 1);
    reading.effect(powerGiven(
        agent, scene.named(agent) + (isGiven ? " may take every" : " may no longer take any") + " token of " +
                   scene.named(reading.call.to) + " that " + scene.namedPayer() + " has"));
    reading.meaning.effects.back().asset = scene.assetOf(reading.call.to);
    reading.journal.note({reading.call.to, reading.call.from.value_or(EvmAddress{}), agent, isGiven, true});
    if (isGiven) {
        reading.intent("Let " + scene.brief(agent) + " take every token of " + scene.brief(reading.call.to));
        checkApprovalForAll(scene, reading.call.to, agent, reading.meaning);
    } else {
        reading.intent("Take from " + scene.brief(agent) + " the power over the tokens of " +
                       scene.brief(reading.call.to));
    }
}

constexpr KnownFunction nftTable[] = {
    {"safeTransferFrom(address from, address to, uint256 tokenId)", readErc721Transfer},
    {"safeTransferFrom(address from, address to, uint256 tokenId, bytes data)", readErc721Transfer},
    {"safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes data)",
     readErc1155Transfer},
    {"safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] amounts, bytes data)",
     readErc1155Batch},
    {"setApprovalForAll(address operator, bool approved)", readApprovalForAll},
};

}  // namespace

std::span<const KnownFunction> nftFunctions()
{
    return nftTable;
}

}  // namespace countersign::meaning
