#include "core/base/encoding/Base58.h"
#include "core/meaning/solana/InstructionMeaning.h"
#include "core/meaning/solana/SolanaExplanation.h"
#include "core/meaning/solana/rules/SolanaTransactionRules.h"

// A transaction is its instructions in order, what it costs at most, and what stands around both: who signs,
// who pays, and until when it is valid.

namespace countersign::meaning {

namespace {

void addMessageEnvelope(const SolanaFacts& facts, Meaning& meaning)
{
    const SolanaMessage& message = facts.transaction.message;
    const auto lamports = [&facts](const Uint256& amount) {
        return nativeAmount(facts.scene.lists(), facts.scene.chain(), amount);
    };
    meaning.fields.push_back(
        {"Network", networkText(facts.scene.lists(), facts.scene.chain()), std::nullopt});
    meaning.fields.push_back(
        {"Version", message.version ? std::to_string(*message.version) : "legacy", "version"});
    meaning.fields.push_back({"Fee payer", facts.scene.named(facts.feePayer()), "feePayer"});
    for (std::size_t i = 1; i < message.requiredSignatures; ++i) {
        meaning.fields.push_back({"Further signer", facts.scene.named(message.addressOf(i)),
                                  "signers[" + std::to_string(i) + "]"});
    }
    meaning.fields.push_back(
        {facts.transaction.usesDurableNonce() ? "Nonce" : "Recent blockhash",
         facts.transaction.isBlockhashOpen() ? "left open" : toBase58(message.recentBlockhash),
         "recentBlockhash"});
    meaning.fields.push_back(
        {"Fee at most", facts.fee.isUnknown ? "not known" : lamports(facts.fee.total()), std::nullopt});
    if (!facts.fee.isUnknown && !facts.fee.priority.is_zero()) {
        meaning.fields.push_back({"Of that for priority", lamports(facts.fee.priority), std::nullopt});
    }
    for (std::size_t i = 0; i < message.lookups.size(); ++i) {
        meaning.fields.push_back(
            {"Lookup table", toText(message.lookups[i].table), "lookups[" + std::to_string(i) + "].table"});
    }
}

void addConfig(const SolanaMessage& message, Meaning& meaning)
{
    const auto add = [&meaning](const char* label, const auto& value, const char* path) {
        if (value) {
            meaning.fields.push_back({label, std::to_string(*value), path});
        }
    };
    add("Priority fee in lamports", message.config.priorityFeeLamports, "config.priorityFeeLamports");
    add("Compute units at most", grantedUnits(message.config), "config.computeUnitLimit");
    add("Bytes of accounts at most", message.config.loadedAccountsDataSizeLimit,
        "config.loadedAccountsDataSizeLimit");
    add("Heap size", message.config.heapSize, "config.heapSize");
}

void addFeeEffect(const SolanaFacts& facts, Meaning& meaning)
{
    if (facts.fee.isUnknown) {
        meaning.effects.push_back(
            {Effect::Direction::Fee, facts.scene.solAsset(), std::nullopt, std::nullopt, std::nullopt,
             "A fee that is not known from " + facts.scene.named(facts.feePayer()) + " for the network"});
        return;
    }
    const Uint256 total = facts.fee.total();
    const std::string amount = nativeAmount(facts.scene.lists(), facts.scene.chain(), total);
    meaning.effects.push_back(
        {Effect::Direction::Fee, facts.scene.solAsset(), total, amount, std::nullopt,
         "At most " + amount + " from " + facts.scene.named(facts.feePayer()) + " for the network"});
}

/// What is meant: the instructions that are no mere help, or these where there are no others.
std::string wholeIntent(const std::vector<ActionIntent>& actions, const std::vector<ActionIntent>& help)
{
    const std::string intent = intentOf(actions.empty() ? help : actions);
    return intent.empty() ? "Do nothing but pay the network's fee" : intent;
}

void addInstructions(const SolanaFacts& facts, Meaning& meaning)
{
    std::vector<ActionIntent> actions;
    std::vector<ActionIntent> help;
    for (std::size_t i = 0; i < facts.instructions.size(); ++i) {
        InstructionReading reading =
            explainInstruction(facts.instructions[i], facts.scene, "instructions[" + std::to_string(i) + "]",
                               std::to_string(i + 1));
        if (!reading.meaning().intent.empty()) {
            (reading.isAccessory() ? help : actions).push_back(actionOf(reading.meaning()));
        }
        meaning.absorb(std::move(reading.meaning()));
    }
    meaning.intent = wholeIntent(actions, help);
}

}  // namespace

Explanation explainTransaction(const SolanaTransaction& transaction, const SolanaContext& context,
                               const Knowledge& knowledge)
{
    const SolanaMessage& message = transaction.message;
    const std::vector<solana::DecodedInstruction> instructions = solana::decodeInstructions(message);
    SolanaScene scene(knowledge.lists, context.chain, context.wallet.value_or(message.accountKeys.front()));
    scene.learnTokenAccounts(instructions);
    const SolanaFacts facts{transaction, context, scene, instructions, feeOf(message, instructions)};

    Meaning meaning;
    meaning.understood = true;
    addMessageEnvelope(facts, meaning);
    addConfig(message, meaning);
    addInstructions(facts, meaning);
    addFeeEffect(facts, meaning);
    checkTransaction(facts, meaning);
    addSolanaSources(knowledge.lists, meaning);
    return finished(std::move(meaning), transaction.messageBytes);
}

}  // namespace countersign::meaning
