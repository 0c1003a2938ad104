#include "core/chain/solana/spl/SplPrograms.h"
#include "core/meaning/solana/InstructionMeaning.h"

// What accompanies other instructions: token accounts that are made for a transfer, what the network may
// charge, memos, and signatures of others.

namespace countersign::meaning {

namespace {

/// The program would fail, and the transaction with it. Whoever shows "the recipient's account" relies on
/// this.
void checkDerivation(InstructionReading& reading)
{
    const auto account = reading.account("associatedToken");
    const auto owner = reading.account("owner");
    const auto mint = reading.account("mint");
    const auto tokens = reading.account("tokenProgram");
    if (!account || !owner || !mint || !tokens) {
        return;
    }
    const auto program = solana::splProgramAt(*tokens);
    const auto derived = program ? solana::associatedTokenAccount(*owner, *program, *mint)
                                 : Result<SolanaAddress>(SolanaAddress{});
    if (!program || !derived || *derived != *account) {
        reading.doNotUnderstand("solana.associatedToken.mismatch", Severity::Critical,
                                "A token account that is not whose it is said to be",
                                toText(*account) + " is not the account that belongs to owner " +
                                    toText(*owner) + " and mint " + toText(*mint) +
                                    ": the network refuses the transaction.",
                                {account, owner});
    }
}

void explainTokenAccountCreation(InstructionReading& reading)
{
    reading.cost("Rent of token account " + reading.who("associatedToken") + " of " + reading.who("owner") +
                 ", from " + reading.who("payer") +
                 (reading.instruction().name == "createIdempotent" ? ", unless it exists" : ""));
    checkDerivation(reading);
    reading.assist("Create the token account of " + reading.brief("owner") + " for mint " +
                   reading.brief("mint"));
}

void explainRecovery(InstructionReading& reading)
{
    const auto destination = reading.account("destinationAssociatedToken");
    Effect effect;
    effect.direction = Effect::Direction::Out;
    effect.text = "All tokens in " + reading.who("nestedAssociatedToken") + " go to token account " +
                  reading.scene().named(destination) + ", and its SOL to " + reading.who("owner");
    if (const auto mint = reading.account("nestedMint")) {
        effect.asset = tokenAsset(reading.scene().chain(), toText(*mint));
    }
    if (const auto owner = reading.account("owner")) {
        effect.account = toText(*owner);
    }
    reading.add(std::move(effect));
    reading.intend("Recover the tokens in " + reading.brief("nestedAssociatedToken"));
}

/// The fee that follows from these is told once, for the whole transaction.
void explainBudget(InstructionReading& reading)
{
    reading.assist("Set what the transaction may cost");
}

void explainMemo(InstructionReading& reading)
{
    reading.assist("Add a memo");
}

void explainVerification(InstructionReading& reading)
{
    reading.assist("Verify signatures");
}

constexpr InstructionKnowledge ofAssociatedToken[] = {
    {"create", explainTokenAccountCreation},
    {"createIdempotent", explainTokenAccountCreation},
    {"recoverNested", explainRecovery},
};

constexpr InstructionKnowledge ofComputeBudget[] = {
    {"requestHeapFrame", explainBudget},
    {"setComputeUnitLimit", explainBudget},
    {"setComputeUnitPrice", explainBudget},
    {"setLoadedAccountsDataSizeLimit", explainBudget},
};

constexpr InstructionKnowledge ofMemo[] = {{"addMemo", explainMemo}};

constexpr InstructionKnowledge ofPrecompile[] = {{"verify", explainVerification}};

}  // namespace

std::span<const InstructionKnowledge> associatedTokenKnowledge()
{
    return ofAssociatedToken;
}

std::span<const InstructionKnowledge> computeBudgetKnowledge()
{
    return ofComputeBudget;
}

std::span<const InstructionKnowledge> memoKnowledge()
{
    return ofMemo;
}

std::span<const InstructionKnowledge> precompileKnowledge()
{
    return ofPrecompile;
}

}  // namespace countersign::meaning
