#include "core/meaning/solana/InstructionMeaning.h"
#include "core/meaning/solana/rules/SolanaRecipientRules.h"

// The System program: SOL, new accounts, and nonce accounts.

namespace countersign::meaning {

namespace {

void sendSol(InstructionReading& reading, const char* fromRole)
{
    const auto from = reading.account(fromRole);
    const auto to = reading.account("to");
    const std::string amount = reading.scene().sol(reading.number("lamports"));
    reading.moveSol(from, to, reading.number("lamports"));
    checkSolRecipient(reading, from, to);
    const std::string source = reading.scene().isWallet(from) ? "" : " from " + briefAddress(from);
    reading.intend("Send " + amount + source + " to " + briefAddress(to));
}

void explainTransfer(InstructionReading& reading)
{
    sendSol(reading, "from");
}

void explainNonceWithdrawal(InstructionReading& reading)
{
    sendSol(reading, "nonce");
}

void explainCreation(InstructionReading& reading)
{
    const auto owner = reading.addressField("programId");
    const auto created = reading.account("newAccount");
    const std::string amount = reading.scene().sol(reading.number("lamports"));
    const std::string program = owner ? programText(*owner) : std::string();
    if (reading.number("lamports") > 0) {
        reading.moveSol(reading.account("from"), created, reading.number("lamports"));
    }
    reading.givePower(
        owner, "New account " + reading.who("newAccount") + " with " + amount + " belongs to " + program);
    reading.intend("Create account " + briefAddress(created) + " with " + amount + " for " +
                   (owner && isKnownProgram(*owner) ? program : "program " + briefAddress(owner)));
}

void explainAssignment(InstructionReading& reading)
{
    const auto owner = reading.addressField("programId");
    const std::string program = owner ? programText(*owner) : std::string();
    reading.givePower(owner, program + " gets full control over " + reading.who("account"));
    reading.find("solana.assign", Severity::Critical, "An account is given away",
                 reading.who("account") + " and all that it holds will belong to " + program +
                     ". The key of the account then has no power over it.",
                 {reading.account("account"), owner});
    reading.intend("Give account " + reading.brief("account") + " to " +
                   (owner && isKnownProgram(*owner) ? program : "program " + briefAddress(owner)));
}

void explainAllocation(InstructionReading& reading)
{
    reading.givePower(reading.account("account"), reading.who("account") + " gets " +
                                                      std::to_string(reading.number("space")) +
                                                      " bytes and can no longer send SOL by itself");
    reading.intend("Allocate " + std::to_string(reading.number("space")) + " bytes in account " +
                   reading.brief("account"));
}

void explainSeededAllocation(InstructionReading& reading)
{
    explainAllocation(reading);
    explainAssignment(reading);
}

void explainNonceAdvance(InstructionReading& reading)
{
    // What a durable nonce means to a transaction is a finding about the transaction.
    reading.assist("Advance the nonce of " + reading.brief("nonce"));
}

void explainNonceCreation(InstructionReading& reading)
{
    const auto authority = reading.addressField("authorized");
    reading.givePower(
        authority, reading.scene().named(authority) + " controls the nonce account " + reading.who("nonce"));
    reading.intend("Set up nonce account " + reading.brief("nonce") + ", controlled by " +
                   briefAddress(authority));
}

void explainNonceAuthority(InstructionReading& reading)
{
    const auto authority = reading.addressField("newAuthorized");
    reading.givePower(authority, reading.scene().named(authority) + " gets control over the nonce account " +
                                     reading.who("nonce"));
    reading.find("solana.nonce.authority", Severity::Critical, "A nonce account changes hands",
                 reading.scene().named(authority) + " will decide when transactions with the nonce of " +
                     reading.who("nonce") + " are carried out, and can take its SOL.",
                 {reading.account("nonce"), authority});
    reading.intend("Give control over nonce account " + reading.brief("nonce") + " to " +
                   briefAddress(authority));
}

void explainNonceUpgrade(InstructionReading& reading)
{
    reading.assist("Upgrade the nonce account " + reading.brief("nonce"));
}

constexpr InstructionKnowledge knowledge[] = {
    {"transfer", explainTransfer},
    {"transferWithSeed", explainTransfer},
    {"createAccount", explainCreation},
    {"createAccountWithSeed", explainCreation},
    {"createAccountAllowPrefund", explainCreation},
    {"assign", explainAssignment},
    {"assignWithSeed", explainAssignment},
    {"allocate", explainAllocation},
    {"allocateWithSeed", explainSeededAllocation},
    {"advanceNonceAccount", explainNonceAdvance},
    {"withdrawNonceAccount", explainNonceWithdrawal},
    {"initializeNonceAccount", explainNonceCreation},
    {"authorizeNonceAccount", explainNonceAuthority},
    {"upgradeNonceAccount", explainNonceUpgrade},
};

}  // namespace

std::span<const InstructionKnowledge> systemKnowledge()
{
    return knowledge;
}

}  // namespace countersign::meaning
