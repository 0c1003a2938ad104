#include "core/base/encoding/Hex.h"
#include "core/meaning/evm/EvmCall.h"
#include "core/meaning/evm/EvmEffects.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "core/meaning/evm/calls/CallReading.h"
#include "core/meaning/evm/rules/DataFees.h"
#include "core/meaning/evm/rules/TransactionRules.h"

#include <array>

// A transaction is its call, what it costs at most, and what stands around both: the chain, the signer,
// authorisations and blobs.

namespace countersign::meaning {

namespace {

std::string typeText(int type)
{
    constexpr std::array<std::string_view, 5> names = {"legacy", "access list (EIP-2930)", "EIP-1559",
                                                       "blobs (EIP-4844)", "authorisations (EIP-7702)"};
    const auto index = static_cast<std::size_t>(type);
    return index < names.size() ? std::string(names.at(index)) : std::to_string(type);
}

void addPrice(Meaning& meaning, std::string label, const std::optional<Uint256>& wei, std::string_view path)
{
    if (wei) {
        meaning.fields.push_back({std::move(label), toDecimal(*wei) + " wei", std::string(path)});
    }
}

/// What stands around the call: who, where, and what it may cost.
void addTransactionEnvelope(const TransactionFacts& facts, Meaning& meaning)
{
    const EvmTransaction& transaction = facts.transaction;
    const EvmScene& scene = facts.scene;
    meaning.fields.push_back({"Network",
                              transaction.chainId ? networkText(scene.lists(), scene.chain()) : "every chain",
                              "chainId"});
    if (scene.payer()) {
        meaning.fields.push_back({"From", scene.named(*scene.payer()), "from"});
    }
    meaning.fields.push_back({"Nonce", std::to_string(transaction.nonce), "nonce"});
    meaning.fields.push_back({"Type", typeText(transaction.type), "type"});
    const bool isWithoutData = hasDataFee(transaction.chainId);
    meaning.fields.push_back({isWithoutData ? "Fee at most, without that for data" : "Fee at most",
                              scene.native(facts.mostCost), std::nullopt});
    meaning.fields.push_back({"Gas limit", std::to_string(transaction.gasLimit), "gasLimit"});
    addPrice(meaning, "Gas price", transaction.gasPrice, "gasPrice");
    addPrice(meaning, "Gas price at most", transaction.maxFeePerGas, "maxFeePerGas");
    addPrice(meaning, "Tip at most", transaction.maxPriorityFeePerGas, "maxPriorityFeePerGas");
    addPrice(meaning, "Price of blobs at most", transaction.maxFeePerBlobGas, "maxFeePerBlobGas");
    for (const AccessListEntry& entry : transaction.accessList) {
        meaning.fields.push_back(
            {"Access list",
             scene.named(entry.address) + ", " + std::to_string(entry.storageKeys.size()) + " storage keys",
             "accessList"});
    }
    for (const Bytes32& hash : transaction.blobVersionedHashes) {
        meaning.fields.push_back({"Blob", toHexPrefixed(hash), "blobVersionedHashes"});
    }
    meaning.effects.push_back({Effect::Direction::Fee, scene.nativeAssetOf(), facts.mostCost,
                               scene.native(facts.mostCost), std::nullopt,
                               "At most " + scene.native(facts.mostCost) + " from " + scene.namedPayer() +
                                   " for gas" + (isWithoutData ? ", and a fee for data on top" : "")});
}

/// The code rules the account for good, whatever the call does: it comes first in the sentence.
void addAuthorityToIntent(const EvmScene& scene, const Authorization& authorization,
                          const EvmAddress& authority, std::string& intent)
{
    const std::string where = authorization.chainId.is_zero() ? " on every chain; " : "; ";
    if (authorization.address == EvmAddress{}) {
        intent += "Take the code from the account " + scene.brief(authority) + where;
    } else {
        intent += "Hand the account " + scene.brief(authority) + " to the code of " +
                  scene.brief(authorization.address) + where;
    }
}

void addAuthorizations(const EvmTransaction& transaction, const EvmScene& scene, Meaning& meaning)
{
    std::string handed;
    for (std::size_t i = 0; i < transaction.authorizationList.size(); ++i) {
        const Authorization& authorization = transaction.authorizationList[i];
        const Result<EvmAddress> found = authorityOf(authorization);
        const std::optional<EvmAddress> authority = found ? std::optional(*found) : std::nullopt;
        const std::string who = authority ? scene.named(*authority) : "nobody: it is skipped";
        const std::string where =
            authorization.chainId.is_zero() ? "every chain" : caip2OfEvm(authorization.chainId);
        const std::string text = authorization.address == EvmAddress{}
                                     ? "no code"
                                     : "the code of " + scene.named(authorization.address);
        meaning.fields.push_back(
            {"Authorisation",
             who + ": " + text + ", on " + where + ", nonce " + std::to_string(authorization.nonce),
             "authorizationList[" + std::to_string(i) + "]"});
        const bool isEnd = authorization.address == EvmAddress{};
        meaning.effects.push_back(
            powerGiven(isEnd ? authority : std::optional(authorization.address),
                       "The account of " + who + " is ruled by " + text + " on " + where));
        meaning.acts.push_back({.kind = IntentKind::DelegateCode});
        checkAuthorization(scene, authorization, authority, meaning);
        if (authority) {
            addAuthorityToIntent(scene, authorization, *authority, handed);
        }
    }
    if (!meaning.intent.empty()) {
        meaning.intent = handed + meaning.intent;
    }
}

Meaning createdContract(const EvmTransaction& transaction, const EvmScene& scene)
{
    Meaning meaning;
    meaning.acts = {{.kind = IntentKind::Create, .mayHoldMore = true}};
    meaning.fields.push_back({"Code", bytesText(transaction.data), "data"});
    if (!transaction.value.is_zero()) {
        Effect effect = nativeOut(scene, EvmAddress{}, transaction.value);
        effect.account.reset();
        effect.text =
            scene.native(transaction.value) + " from " + scene.namedPayer() + " to the new contract";
        meaning.effects.push_back(std::move(effect));
    }
    return meaning;
}

Meaning calledMeaning(const EvmTransaction& transaction, const EvmScene& scene, const Knowledge& knowledge)
{
    if (!transaction.to) {
        return createdContract(transaction, scene);
    }
    EvmCall call;
    call.chainId = transaction.chainId;
    call.from = scene.payer();
    call.to = *transaction.to;
    call.value = transaction.value;
    call.data = transaction.data;
    return explainCall(call, knowledge);
}

}  // namespace

Explanation explainTransaction(const EvmTransaction& transaction, const EvmContext& context,
                               const Knowledge& knowledge)
{
    std::optional<EvmAddress> signer;
    if (transaction.signature) {
        if (const Result<EvmAddress> found = senderOf(transaction)) {
            signer = *found;
        }
    }
    const EvmScene scene(knowledge.lists, transaction.chainId, signer ? signer : context.from);
    const TransactionFacts facts{transaction, context, scene, signer, mostCostOf(transaction)};

    Meaning meaning = calledMeaning(transaction, scene, knowledge);
    addTransactionEnvelope(facts, meaning);
    addAuthorizations(transaction, scene, meaning);
    checkTransactionFacts(facts, meaning);
    addEvmSources(knowledge.lists, meaning);
    if (transaction.signature && !signer) {
        meaning.understood = false;
    }
    return finished(std::move(meaning), serializeUnsigned(transaction));
}

}  // namespace countersign::meaning
