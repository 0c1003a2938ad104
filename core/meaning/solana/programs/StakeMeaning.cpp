#include "core/base/Clock.h"
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

/// "2030-01-01T00:00:00Z", with the number where the calendar has no such day.
std::string dayText(std::int64_t unixSeconds)
{
    constexpr std::int64_t lastSecond = 253'402'300'799;  // of the year 9999
    constexpr std::int64_t millisInSecond = 1'000;
    if (unixSeconds < 0 || unixSeconds > lastSecond) {
        return "second " + std::to_string(unixSeconds) + " since 1970";
    }
    const std::string text = toIso8601(unixSeconds * millisInSecond);
    return text.substr(0, text.find('.')) + 'Z';
}

/// Until when: the later of a time and an epoch. A change need not name both, and what it does not name
/// stays.
std::string lockupEnd(const InstructionReading& reading, bool isChange)
{
    const solana::FieldValue* field = reading.instruction().field("lockup.unixTimestamp");
    const auto* time = field == nullptr ? nullptr : std::get_if<std::int64_t>(field);
    const std::uint64_t epoch = reading.number("lockup.epoch");
    std::string text;
    if (time != nullptr && (*time != 0 || isChange)) {
        text = *time == 0 ? "no date" : dayText(*time);
    }
    if (epoch > 0 || (isChange && reading.has("lockup.epoch"))) {
        text += text.empty() ? "" : " and ";
        text += epoch == 0 ? "no epoch" : "epoch " + std::to_string(epoch);
    }
    return text;
}

/// The program's sign for nobody are zeros: no key signs for the System program.
std::string custodianText(const InstructionReading& reading, const std::optional<SolanaAddress>& custodian)
{
    return custodian == SolanaAddress{} ? "nobody" : reading.scene().named(custodian);
}

/// Before the end, nothing is withdrawn without the custodian's signature, and only the custodian can change
/// the lockup (the program's set_lockup and withdraw). Without an end a custodian can do nothing.
std::string explainFirstLockup(InstructionReading& reading)
{
    const std::string end = lockupEnd(reading, false);
    if (end.empty()) {
        return {};
    }
    const auto custodian = reading.addressField("lockup.custodian");
    const std::string text = "Until " + end + ", nothing can be withdrawn from stake account " +
                             reading.who("stake") + " unless its custodian signs, and the custodian is " +
                             custodianText(reading, custodian);
    reading.givePower(custodian, text);
    lockup(reading, text + ".", custodian);
    return ", locked until " + end;
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
    if (!reading.scene().isWallet(staker) && staker != withdrawer) {
        foreignStaker(reading, staker);
    }
    const std::string locked = explainFirstLockup(reading);
    reading.intend("Set up stake account " + reading.brief("stake") + ", from which " +
                   briefAddress(withdrawer) + " may withdraw" + locked);
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
    const bool isNamed = field || reading.hasRole("newCustodian");
    const std::string end = lockupEnd(reading, true);
    const std::string until = end.empty() ? "" : ", and its end becomes " + end;
    reading.givePower({}, "The lockup of stake account " + reading.who("stake") + " changes" + until +
                              ": before its end, nothing can be withdrawn unless the custodian signs");
    if (isNamed) {
        reading.givePower(custodian, "Custodian of stake account " + reading.who("stake") +
                                         ", who alone may lift the lockup, becomes " +
                                         custodianText(reading, custodian));
    }
    lockup(reading,
           "Nobody can withdraw from " + reading.who("stake") +
               " before its lockup ends unless the custodian signs. The lockup changes" + until +
               (isNamed ? "; its custodian becomes " + custodianText(reading, custodian) : std::string()) +
               ".",
           custodian);
    reading.intend("Change the lockup of stake account " + reading.brief("stake") +
                   (end.empty() ? "" : ": its end becomes " + end) +
                   (!isNamed                       ? ""
                    : custodian == SolanaAddress{} ? ", with nobody as custodian"
                                                   : ", with custodian " + briefAddress(custodian)));
}

void explainStakeHelp(InstructionReading& reading)
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
    {"getMinimumDelegation", explainStakeHelp},
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
