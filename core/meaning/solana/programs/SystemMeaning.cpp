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

/// For intents: the name of a program that is known, the address of another.
std::string briefProgram(const std::optional<SolanaAddress>& program)
{
    return program && isKnownProgram(*program) ? programText(*program) : "program " + briefAddress(program);
}

/// The account is, or can be, the one whose assets move here.
bool canBeOwn(const InstructionReading& reading, const char* role)
{
    return reading.scene().isWallet(reading.account(role)) || !reading.scene().knowsWallet();
}

void giveAway(InstructionReading& reading, const char* role)
{
    const auto owner = reading.addressField("programId");
    const std::string program = owner ? programText(*owner) : std::string();
    reading.givePower(owner, program + " gets full control over " + reading.who(role));
    reading.find("solana.assign", Severity::Critical, "An account is given away",
                 reading.who(role) + " and all that it holds will belong to " + program +
                     ". The key of the account then has no power over it.",
                 {reading.account(role), owner});
    reading.intend("Give account " + reading.brief(role) + " to " + briefProgram(owner));
}

/// The System program sends no SOL from an account with data.
void lockIn(InstructionReading& reading, const char* role)
{
    reading.givePower(reading.account(role), reading.who(role) + " gets " +
                                                 std::to_string(reading.number("space")) +
                                                 " bytes and can no longer send SOL by itself");
    reading.find("solana.assign", Severity::Critical, "An account can no longer send its SOL",
                 reading.who(role) + " gets " + std::to_string(reading.number("space")) +
                     " bytes of data. The System program sends nothing from such an account: its SOL is "
                     "shut in for good.",
                 {reading.account(role)});
}

/// A new account of the System program is a plain account: its key, or for an address from a seed the key of
/// base, can send on what it gets.
void explainPlainCreation(InstructionReading& reading)
{
    const auto from = reading.account("from");
    const auto created = reading.account("newAccount");
    const std::string amount = reading.scene().sol(reading.number("lamports"));
    if (reading.number("lamports") > 0) {
        reading.moveSol(from, created, reading.number("lamports"));
        checkSolRecipient(reading, from, created);
    }
    const auto base = reading.addressField("base");
    reading.givePower(base ? base : created, reading.scene().named(base ? base : created) +
                                                 " decides on what account " + reading.who("newAccount") +
                                                 " holds");
    if (reading.number("space") > 0) {
        lockIn(reading, "newAccount");
    }
    const std::string source = !from || reading.scene().isWallet(from) ? "" : " from " + briefAddress(from);
    reading.intend("Send " + amount + source + " to " + briefAddress(created) +
                   (base ? ", an account of " + briefAddress(base) : ""));
}

/// What a new account needs so as to stay (Solana documentation, "Rent"): a deposit for its bytes and for 128
/// more.
Uint256 rentOf(std::uint64_t space)
{
    constexpr std::uint64_t lamportsPerByte = 6'960;
    constexpr std::uint64_t furtherBytes = 128;
    return (Uint256(space) + furtherBytes) * lamportsPerByte;
}

/// The wallet's SOL in a new account: its program, or whoever the program lets, disposes of it.
void checkNewOwner(InstructionReading& reading, const std::optional<SolanaAddress>& owner)
{
    const auto created = reading.account("newAccount");
    const std::uint64_t lamports = reading.number("lamports");
    if (!owner || !created || lamports == 0 || !canBeOwn(reading, "from") ||
        reading.scene().isSetUp(*created)) {
        return;
    }
    const std::string what =
        reading.scene().sol(lamports) + " in the new account " + reading.who("newAccount");
    if (letsAnybodySetUp(*owner)) {
        reading.find("solana.account.unclaimed", Severity::Critical, "A new account that anybody can have",
                     "Nothing here sets up " + what + " of " + programText(*owner) +
                         ": whoever does so first, without any signature of yours, has it with its SOL.",
                     {created, owner});
        return;
    }
    const bool isMore = lamports > rentOf(reading.number("space"));
    reading.find("solana.account.foreignProgram", isMore ? Severity::Critical : Severity::Warning,
                 isMore ? "SOL goes to an account of a program" : "A new account of a program",
                 "Over " + what + " nobody but " + programText(*owner) + " decides" +
                     (isMore ? ", and it is more than the account needs." : "."),
                 {created, owner});
}

void explainAccountCreation(InstructionReading& reading)
{
    const auto owner = reading.addressField("programId");
    const auto created = reading.account("newAccount");
    // The prefunded form takes accounts that hold SOL already: it is an assignment of any of them.
    const bool isAssignment =
        reading.instruction().name == "createAccountAllowPrefund" || canBeOwn(reading, "newAccount");
    const bool isPlain = owner == SolanaAddress{} && created && !reading.scene().becomesNonce(*created);
    if (isPlain) {
        explainPlainCreation(reading);
        if (isAssignment) {
            giveAway(reading, "newAccount");
        }
        return;
    }
    const std::string amount = reading.scene().sol(reading.number("lamports"));
    const std::string program = owner ? programText(*owner) : std::string();
    if (reading.number("lamports") > 0) {
        reading.moveSol(reading.account("from"), created, reading.number("lamports"));
    }
    if (isAssignment) {
        giveAway(reading, "newAccount");
        return;
    }
    if (owner != SolanaAddress{}) {  // one that becomes a nonce account is the System program's
        checkNewOwner(reading, owner);
    }
    reading.givePower(
        owner, "New account " + reading.who("newAccount") + " with " + amount + " belongs to " + program);
    reading.intend("Create account " + briefAddress(created) + " with " + amount + " for " +
                   briefProgram(owner));
}

void explainAssignment(InstructionReading& reading)
{
    giveAway(reading, "account");
}

void explainAllocation(InstructionReading& reading)
{
    if (canBeOwn(reading, "account")) {
        lockIn(reading, "account");
    } else {
        reading.givePower(reading.account("account"), reading.who("account") + " gets " +
                                                          std::to_string(reading.number("space")) +
                                                          " bytes and can no longer send SOL by itself");
    }
    reading.intend("Allocate " + std::to_string(reading.number("space")) + " bytes in account " +
                   reading.brief("account"));
}

void explainSeededAllocation(InstructionReading& reading)
{
    explainAllocation(reading);
    explainAssignment(reading);
}

/// In first place it is what makes the transaction durable, and a finding about the transaction tells that.
/// Anywhere else it is an action: what others signed with the nonce is void.
void explainNonceAdvance(InstructionReading& reading)
{
    reading.givePower({}, "The nonce of " + reading.who("nonce") +
                              " is replaced: what was signed with the one before can no longer be carried "
                              "out");
    const std::string intent = "Advance the nonce of " + reading.brief("nonce");
    if (reading.path() == "instructions[0]") {
        reading.assist(intent);
        return;
    }
    reading.find(
        "solana.nonce.advanced", Severity::Warning, "A nonce is used up",
        "The nonce of " + reading.who("nonce") +
            " is replaced. Not in first place, this does not make the transaction durable; but every "
            "transaction that was signed with the nonce becomes void.",
        {reading.account("nonce")});
    reading.intend(intent);
}

void explainNonceCreation(InstructionReading& reading)
{
    const auto authority = reading.addressField("authorized");
    reading.givePower(
        authority, reading.scene().named(authority) + " controls the nonce account " + reading.who("nonce"));
    const auto nonce = reading.account("nonce");
    if (nonce && reading.scene().isFunded(*nonce) && !reading.scene().isWallet(authority)) {
        reading.find("solana.nonce.authority", Severity::Critical, "A nonce account for somebody else",
                     "The nonce account " + reading.who("nonce") + " is paid for here, and " +
                         reading.scene().named(authority) + " can take its SOL.",
                     {nonce, authority});
    }
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

constexpr InstructionKnowledge ofSystem[] = {
    {"transfer", explainTransfer},
    {"transferWithSeed", explainTransfer},
    {"createAccount", explainAccountCreation},
    {"createAccountWithSeed", explainAccountCreation},
    {"createAccountAllowPrefund", explainAccountCreation},
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
    return ofSystem;
}

}  // namespace countersign::meaning
