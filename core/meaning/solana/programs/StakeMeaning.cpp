#include "core/meaning/solana/InstructionMeaning.h"
#include "core/meaning/solana/rules/AuthorityRules.h"
#include "core/meaning/solana/rules/SolanaRecipientRules.h"

// Stake and vote accounts: who rules them, and what leaves them.

namespace countersign::meaning {

namespace {

struct StakeAuthority
{
    std::string what;
    std::optional<SolanaAddress> address;
};

/// By a field, or by an account that signs for it (the checked forms).
StakeAuthority newAuthorityOf(const InstructionReading& reading)
{
    const std::string type = reading.text("authorizationType");
    const auto field = reading.addressField("newAuthorized");
    return {(type.empty() ? "control" : "the power of the " + type),
            field ? field : reading.account("newAuthorized")};
}

void explainAuthorization(InstructionReading& reading)
{
    const bool isVote = reading.instruction().program == "vote";
    const StakeAuthority authority = newAuthorityOf(reading);
    const char* role = isVote ? "vote" : "stake";
    const std::string what = authority.what + " over the " + role + " account " + reading.who(role);
    reading.givePower(authority.address, reading.scene().named(authority.address) + " gets " + what);
    authorization(reading, what, authority.address);
    reading.intend("Give " + briefAddress(authority.address) + " " + authority.what + " over " + role +
                   " account " + reading.brief(role));
}

void explainInitialization(InstructionReading& reading)
{
    const bool isChecked = reading.instruction().name == "initializeChecked";
    const auto staker = isChecked ? reading.account("staker") : reading.addressField("authorized.staker");
    const auto withdrawer =
        isChecked ? reading.account("withdrawer") : reading.addressField("authorized.withdrawer");
    reading.givePower(staker, reading.scene().named(staker) + " may stake with " + reading.who("stake"));
    reading.givePower(withdrawer,
                      reading.scene().named(withdrawer) + " may withdraw from " + reading.who("stake"));
    if (!reading.scene().isWallet(withdrawer)) {
        authorization(reading, "the power to withdraw from the new stake account " + reading.who("stake"),
                      withdrawer);
    }
    checkLockup(reading);
    reading.intend("Set up stake account " + reading.brief("stake") + ", from which " +
                   briefAddress(withdrawer) + " may withdraw");
}

void explainDelegation(InstructionReading& reading)
{
    reading.givePower(reading.account("vote"), "The stake in " + reading.who("stake") +
                                                   " is delegated to vote account " + reading.who("vote"));
    reading.intend("Delegate stake account " + reading.brief("stake") + " to vote account " +
                   reading.brief("vote"));
}

void explainDeactivation(InstructionReading& reading)
{
    reading.givePower({}, "The stake in " + reading.who("stake") + " is no longer delegated");
    reading.intend("Deactivate stake account " + reading.brief("stake"));
}

void explainSplit(InstructionReading& reading)
{
    const std::string amount = reading.scene().sol(reading.number("lamports"));
    reading.moveSol(reading.account("stake"), reading.account("splitStake"), reading.number("lamports"));
    reading.intend("Split " + amount + " of stake account " + reading.brief("stake") + " off to " +
                   reading.brief("splitStake"));
}

void explainMerge(InstructionReading& reading)
{
    reading.moveUnknownSol(
        reading.account("sourceStake"), reading.account("stake"),
        "All SOL in stake account " + reading.who("sourceStake") + " goes to " + reading.who("stake"));
    reading.intend("Merge stake account " + reading.brief("sourceStake") + " into " + reading.brief("stake"));
}

void explainMove(InstructionReading& reading)
{
    const std::string amount = reading.scene().sol(reading.number("lamports"));
    reading.moveSol(reading.account("sourceStake"), reading.account("destinationStake"),
                    reading.number("lamports"));
    reading.intend("Move " + amount + " from stake account " + reading.brief("sourceStake") + " to " +
                   reading.brief("destinationStake"));
}

void withdraw(InstructionReading& reading, const char* role)
{
    const auto to = reading.account("to");
    const std::string amount = reading.scene().sol(reading.number("lamports"));
    reading.moveSol(reading.account(role), to, reading.number("lamports"));
    checkSolRecipient(reading, reading.account(role), to);
    reading.intend("Withdraw " + amount + " from " + role + " account " + reading.brief(role) + " to " +
                   briefAddress(to));
}

void explainStakeWithdrawal(InstructionReading& reading)
{
    withdraw(reading, "stake");
}

void explainVoteWithdrawal(InstructionReading& reading)
{
    withdraw(reading, "vote");
}

void explainLockup(InstructionReading& reading)
{
    const auto field = reading.addressField("lockup.custodian");
    const auto custodian = field ? field : reading.account("newCustodian");
    reading.givePower(custodian,
                      "The lockup of stake account " + reading.who("stake") + " changes" +
                          (custodian ? ", and " + reading.scene().named(custodian) + " becomes its custodian"
                                     : std::string()));
    lockup(reading);
    reading.intend("Change the lockup of stake account " + reading.brief("stake"));
}

void explainHelp(InstructionReading& reading)
{
    reading.assist("Ask for the least that can be staked");
}

constexpr InstructionKnowledge ofStake[] = {
    {"initialize", explainInitialization},
    {"initializeChecked", explainInitialization},
    {"authorize", explainAuthorization},
    {"authorizeChecked", explainAuthorization},
    {"authorizeWithSeed", explainAuthorization},
    {"authorizeCheckedWithSeed", explainAuthorization},
    {"delegate", explainDelegation},
    {"deactivate", explainDeactivation},
    {"deactivateDelinquent", explainDeactivation},
    {"split", explainSplit},
    {"merge", explainMerge},
    {"moveStake", explainMove},
    {"moveLamports", explainMove},
    {"withdraw", explainStakeWithdrawal},
    {"setLockup", explainLockup},
    {"setLockupChecked", explainLockup},
    {"getMinimumDelegation", explainHelp},
};

constexpr InstructionKnowledge ofVote[] = {
    {"authorize", explainAuthorization},         {"authorizeChecked", explainAuthorization},
    {"authorizeWithSeed", explainAuthorization}, {"authorizeCheckedWithSeed", explainAuthorization},
    {"withdraw", explainVoteWithdrawal},
};

}  // namespace

std::span<const InstructionKnowledge> stakeKnowledge()
{
    return ofStake;
}

std::span<const InstructionKnowledge> voteKnowledge()
{
    return ofVote;
}

}  // namespace countersign::meaning
