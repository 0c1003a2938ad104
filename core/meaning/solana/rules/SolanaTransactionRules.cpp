#include "core/meaning/solana/rules/SolanaTransactionRules.h"

#include "core/meaning/solana/InstructionReading.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

void checkNonce(const SolanaFacts& facts, Meaning& meaning)
{
    if (facts.transaction.usesDurableNonce()) {
        const auto nonce = facts.instructions.front().account("nonce");
        meaning.findings.push_back(finding("solana.nonce.durable", Severity::Critical,
                                           "It can be carried out at any time",
                                           "The transaction uses the nonce of " + facts.scene.named(nonce) +
                                               ": it does not expire after a minute or two. Whoever gets it "
                                               "can keep it and hand it in months "
                                               "later, as long as nobody advances that nonce.",
                                           {nonce}));
    }
}

/// An account for a program, or for nonces; a plain account's key belongs to somebody who is paid.
bool isForProgram(const SolanaFacts& facts, const solana::DecodedInstruction& instruction)
{
    const solana::FieldValue* owner = instruction.field("programId");
    const auto created = instruction.account("newAccount");
    return created && owner != nullptr &&
           (*owner != solana::FieldValue(SolanaAddress{}) || facts.scene.becomesNonce(*created));
}

bool isMadeHere(const SolanaFacts& facts, std::size_t index)
{
    return std::ranges::any_of(facts.instructions, [&](const solana::DecodedInstruction& instruction) {
        return instruction.program == "system" && isForProgram(facts, instruction) &&
               std::ranges::any_of(instruction.accounts, [index](const solana::InstructionAccount& account) {
                   return account.index == index && account.role == "newAccount";
               });
    });
}

void checkTransactionSigners(const SolanaFacts& facts, Meaning& meaning)
{
    const SolanaMessage& message = facts.transaction.message;
    const SolanaAddress wallet = facts.context.wallet.value_or(facts.feePayer());
    if (!facts.transaction.signerIndex(wallet)) {
        meaning.findings.push_back(
            finding("solana.wallet.notSigner", Severity::Warning, "The wallet does not sign",
                    toText(wallet) + " is none of those whose signature the transaction needs.", {wallet}));
        return;
    }
    if (facts.feePayer() != wallet) {
        meaning.findings.push_back(
            finding("solana.feePayer.other", Severity::Info, "Somebody else pays the fee",
                    facts.scene.named(facts.feePayer()) + " pays the network's fee, not the wallet.",
                    {facts.feePayer()}));
        return;
    }
    if (message.requiredSignatures < 2) {
        return;
    }
    bool isForNewAccounts = true;
    for (std::size_t i = 1; i < message.requiredSignatures; ++i) {
        isForNewAccounts = isForNewAccounts && isMadeHere(facts, i);
    }
    meaning.findings.push_back(finding(
        "solana.wallet.paysForOthers", isForNewAccounts ? Severity::Info : Severity::Warning,
        "The wallet pays where others act",
        "The wallet pays the fee of a transaction that " + std::to_string(message.requiredSignatures - 1) +
            " other keys sign too" + (isForNewAccounts ? ", each for an account that is made here." : ".")));
}

void checkVersion1(const SolanaFacts& facts, Meaning& meaning)
{
    const SolanaMessage& message = facts.transaction.message;
    if (message.version != 1) {
        return;
    }
    const bool hasBudget = std::ranges::any_of(
        facts.instructions,
        [](const solana::DecodedInstruction& instruction) { return instruction.program == "computeBudget"; });
    if (hasBudget) {
        meaning.findings.push_back(
            finding("solana.v1.computeBudgetIgnored", Severity::Warning, "Instructions without effect",
                    "In a transaction of version 1 the instructions for the compute budget have no effect: "
                    "what it may "
                    "cost is in its configuration, and that can be another fee than they name."));
    }
    if (message.config.computeUnitLimit.value_or(0) == 0) {
        meaning.findings.push_back(
            finding("solana.v1.noComputeLimit", Severity::Warning, "Nothing can be computed",
                    "The transaction's configuration asks for no compute units, and without them the network "
                    "carries out nothing but takes the fee."));
    }
}

void checkFee(const SolanaFacts& facts, Meaning& meaning)
{
    if (facts.fee.isAmbiguous) {
        meaning.doNotUnderstand(finding(
            "solana.computeBudget.repeated", Severity::Warning, "The cost is set twice",
            "Two instructions set the same part of what the transaction may cost: the network refuses "
            "it, and the fee cannot be told."));
    }
    if (facts.fee.total() > feeCapLamports) {
        meaning.findings.push_back(
            finding("fee.cap.absolute", Severity::Critical, "The fee is very high",
                    "The network may take " +
                        nativeAmount(facts.scene.lists(), facts.scene.chain(), facts.fee.total()) +
                        " for this transaction, more than " + facts.scene.sol(feeCapLamports) + ".",
                    {facts.feePayer()}));
    }
}

}  // namespace

void checkTransaction(const SolanaFacts& facts, Meaning& meaning)
{
    checkNonce(facts, meaning);
    checkTransactionSigners(facts, meaning);
    checkVersion1(facts, meaning);
    checkFee(facts, meaning);
}

}  // namespace countersign::meaning
