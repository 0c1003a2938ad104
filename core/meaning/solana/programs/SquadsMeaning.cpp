#include "core/chain/solana/spl/ProgramAddress.h"
#include "core/meaning/solana/InstructionMeaning.h"
#include "core/meaning/solana/TokenAmounts.h"
#include "core/meaning/solana/rules/AuthorityRules.h"
#include "core/meaning/solana/rules/SolanaRecipientRules.h"

#include <array>

// Squads v4: what a multisig's members propose, agree to and change. A proposal of a vault's transaction is a
// container: what is in it happens later, with the vault's assets.

namespace countersign::meaning {

namespace {

/// Seeds "multisig", multisig, "vault", its number (Squads-Protocol/v4, state/seeds.rs).
std::optional<SolanaAddress> vaultOf(const InstructionReading& reading)
{
    const auto multisig = reading.account("multisig");
    const auto index = reading.instruction().number("vaultIndex");
    if (!multisig || !index) {
        return std::nullopt;  // a batch says in another account which vault it is
    }
    const std::array<std::uint8_t, 1> number = {static_cast<std::uint8_t>(*index)};
    const std::array<BytesView, 4> seeds = {asBytes("multisig"), *multisig, asBytes("vault"), number};
    const auto vault = solana::findProgramAddress(seeds, reading.instruction().programId);
    return vault ? std::optional(vault->address) : std::nullopt;
}

void explainVaultTransaction(InstructionReading& reading)
{
    const auto vault = vaultOf(reading);
    const std::string multisig = "multisig " + reading.who("multisig");
    const SolanaScene inside = reading.scene().inside("If the members of " + multisig + " agree: ", vault,
                                                      reading.instruction().inner);
    if (vault) {
        reading.meaning().fields.push_back({"Vault", toText(*vault), reading.path() + ".vaultIndex"});
    }
    if (reading.instruction().inner.empty()) {
        opaqueProposal(reading);  // it comes from a buffer on the chain
        return;
    }
    const std::vector<ActionIntent> actions = explainInner(reading, inside);
    proposal(reading, "Once enough members of " + multisig +
                          " agree, one of them can have this carried out with the assets of " +
                          (vault ? "vault " + reading.scene().named(*vault) : std::string("its vault")) +
                          ".");
    const std::string what = actions.empty() ? "nothing" : intentOf(actions);
    reading.intend("Propose to multisig " + reading.brief("multisig") + ": " + what);
}

/// "up to 5 USDC" of a spending limit.
std::string limitText(const InstructionReading& reading, const std::string& prefix)
{
    const std::uint64_t raw = reading.number(prefix + "amount");
    const auto mint = reading.addressField(prefix + "mint");
    if (!mint || *mint == SolanaAddress{}) {  // the program's sign for SOL
        return reading.scene().sol(raw);
    }
    const KnownToken* known = reading.scene().token(*mint);
    return known == nullptr
               ? "raw " + std::to_string(raw) + " of token " + toText(*mint)
               : exactAmount(raw, known->decimals) + ' ' + known->symbol + " (" + toText(*mint) + ")";
}

std::string destinationsText(const InstructionReading& reading, const std::string& prefix)
{
    std::string text;
    for (std::size_t i = 0;; ++i) {
        const auto destination = reading.addressField(prefix + "destinations[" + std::to_string(i) + "]");
        if (!destination) {
            return text.empty() ? "anybody" : text;
        }
        text += (text.empty() ? "" : ", ") + reading.scene().named(*destination);
    }
}

void tellSpendingLimit(InstructionReading& reading, const std::string& prefix, const std::string& condition)
{
    const std::string period = reading.text(prefix + "period");
    const std::string what = " alone may send up to " + limitText(reading, prefix) +
                             (period == "oneTime" ? " once" : " each " + period) + " from vault number " +
                             std::to_string(reading.number(prefix + "vaultIndex")) + " of multisig " +
                             reading.who("multisig") + " to " + destinationsText(reading, prefix);
    for (std::size_t i = 0;; ++i) {
        const auto member = reading.addressField(prefix + "members[" + std::to_string(i) + "]");
        if (!member) {
            break;
        }
        reading.givePower(member, condition + reading.scene().named(*member) + what);
    }
    if (!reading.has(prefix + "members[0]")) {
        reading.givePower({}, condition + "Nobody" + what);
    }
}

/// type: the action's; names of fields differ a little between actions and instructions.
void tellChange(InstructionReading& reading, std::string_view type, const std::string& prefix,
                const std::string& condition)
{
    const std::string multisig = " multisig " + reading.who("multisig");
    const auto give = [&](const std::optional<SolanaAddress>& account, const std::string& text) {
        reading.givePower(account, condition + text);
    };
    const auto either = [&](const char* ofAction, const char* ofInstruction) {
        return prefix + (prefix.empty() ? ofInstruction : ofAction);
    };
    if (type == "addMember") {
        const auto member = reading.addressField(prefix + "newMember.key");
        give(member, reading.scene().named(member) + " becomes a member of" + multisig +
                         ", who may: " + reading.text(prefix + "newMember.permissions"));
    } else if (type == "removeMember") {
        const auto member = reading.addressField(prefix + "oldMember");
        give(member, reading.scene().named(member) + " is no longer a member of" + multisig);
    } else if (type == "changeThreshold") {
        give(reading.account("multisig"), std::to_string(reading.number(prefix + "newThreshold")) +
                                              " of the members must agree to what is done by" + multisig);
    } else if (type == "setTimeLock") {
        give(reading.account("multisig"),
             "What the members agree to waits " +
                 std::to_string(reading.number(either("newTimeLock", "timeLock"))) + " seconds in" +
                 multisig);
    } else if (type == "addSpendingLimit") {
        tellSpendingLimit(reading, prefix, condition);
    } else if (type == "removeSpendingLimit") {
        const auto limit = prefix.empty() ? reading.account("spendingLimit")
                                          : reading.addressField(prefix + "spendingLimit");
        give(limit, "The spending limit " + reading.scene().named(limit) + " ends in" + multisig);
    } else if (type == "setRentCollector") {
        const auto collector = reading.addressField(either("newRentCollector", "rentCollector"));
        give(collector, (collector ? reading.scene().named(*collector) : std::string("Nobody")) +
                            " gets the rent of closed accounts of" + multisig);
    } else {
        reading.doNotUnderstand("solana.squads.config", Severity::Critical, "Who rules a multisig",
                                "A change of the multisig's rules that is not known here.",
                                {reading.account("multisig")});
    }
}

void explainConfigTransaction(InstructionReading& reading)
{
    for (std::size_t i = 0;; ++i) {
        const std::string action = "actions[" + std::to_string(i) + "].";
        if (!reading.has(action + "type")) {
            break;
        }
        tellChange(reading, reading.text(action + "type"), action, "If the members agree: ");
    }
    multisigChange(reading,
                   "Proposes to change members, threshold, time lock or spending limits of the multisig " +
                       reading.who("multisig") + ".");
    reading.intend("Propose to change the rules of multisig " + reading.brief("multisig"));
}

/// Whoever may change all rules, and with them send what the vaults hold.
void tellConfigAuthority(InstructionReading& reading)
{
    const auto authority = reading.addressField("configAuthority");
    if (!authority || *authority == SolanaAddress{}) {  // the program's sign for nobody
        reading.givePower(reading.account("multisig"),
                          "Only its members together may change the multisig " + reading.who("multisig"));
        return;
    }
    const std::string what = reading.scene().named(*authority) +
                             " alone may change members, threshold and spending limits of the multisig " +
                             reading.who("multisig");
    reading.givePower(authority, what);
    reading.find("solana.squads.config", Severity::Critical, "Somebody alone rules a multisig",
                 what + ", and so take what its vaults hold.", {authority, reading.account("multisig")});
}

void explainChange(InstructionReading& reading)
{
    constexpr std::string_view prefix = "multisig";
    std::string type = reading.instruction().name.substr(prefix.size());
    type.front() = static_cast<char>(type.front() | 0x20);
    if (type == "setConfigAuthority") {
        tellConfigAuthority(reading);
    } else {
        tellChange(reading, type, {}, {});
    }
    multisigChange(reading, "Changes the rules of the multisig " + reading.who("multisig") +
                                " at once, without its members: " + reading.instruction().name + ".");
    reading.intend("Change the rules of multisig " + reading.brief("multisig"));
}

void tellMembers(InstructionReading& reading)
{
    for (std::size_t i = 0;; ++i) {
        const std::string name = "members[" + std::to_string(i) + "]";
        const auto member = reading.addressField(name + ".key");
        if (!member) {
            return;
        }
        reading.givePower(member, reading.scene().named(*member) +
                                      " is a member, who may: " + reading.text(name + ".permissions"));
    }
}

void explainNewSquad(InstructionReading& reading)
{
    reading.givePower(reading.account("multisig"),
                      std::to_string(reading.number("threshold")) +
                          " of the members must agree to what the new multisig " + reading.who("multisig") +
                          " does");
    tellMembers(reading);
    tellConfigAuthority(reading);
    reading.cost("Rent of the multisig and the fee that the program asks for, from " +
                 reading.who("creator"));
    multisigChange(reading, "Makes the multisig " + reading.who("multisig") + " with the members shown.");
    reading.intend("Create multisig " + reading.brief("multisig"));
}

void explainProposal(InstructionReading& reading)
{
    reading.givePower({}, "Members of the multisig " + reading.who("multisig") + " may vote on transaction " +
                              std::to_string(reading.number("transactionIndex")));
    reading.assist("Open the vote on transaction " + std::to_string(reading.number("transactionIndex")) +
                   " of multisig " + reading.brief("multisig"));
}

void explainRefusal(InstructionReading& reading)
{
    const bool isRejection = reading.instruction().name == "proposalReject";
    reading.givePower({}, std::string("A vote ") + (isRejection ? "against" : "to cancel") + " proposal " +
                              reading.who("proposal") + " of the multisig " + reading.who("multisig"));
    reading.intend((isRejection ? "Vote against proposal " : "Vote to cancel proposal ") +
                   reading.brief("proposal") + " of multisig " + reading.brief("multisig"));
}

void explainSpendingLimit(InstructionReading& reading)
{
    const auto vault = reading.account("vault");
    const auto destination = reading.account("destination");
    const auto mint = reading.account("mint");
    const auto decimals = static_cast<int>(reading.number("decimals"));
    const std::uint64_t raw = reading.number("amount");
    const SolanaScene& scene = reading.scene();
    const std::string to = scene.named(destination);
    if (!mint) {
        reading.moveSol(vault, destination, raw);
        reading.intend("Send " + scene.sol(raw) + " from vault " + briefAddress(vault) + " to " +
                       briefAddress(destination));
    } else {
        const std::string amount = exactAmount(raw, decimals);
        const KnownToken* known = scene.token(*mint);
        const std::string symbol = known == nullptr ? " of token " : ' ' + known->symbol + " (";
        const std::string end = known == nullptr ? "" : ")";
        reading.add(
            {Effect::Direction::Out, tokenAsset(scene.chain(), toText(*mint)), raw,
             amount + (known == nullptr ? "" : ' ' + known->symbol),
             destination ? std::optional(toText(*destination)) : std::nullopt,
             amount + symbol + toText(*mint) + end + " from vault " + scene.named(vault) + " to " + to});
        reading.intend("Send " + amount + symbol + briefAddress(*mint) + end + " from vault " +
                       briefAddress(vault) + " to " + briefAddress(destination));
    }
    checkSolRecipient(reading, vault, destination);
    checkDecimals(reading);
    constexpr int solDecimals = 9;
    if (!mint && decimals != solDecimals) {
        reading.doNotUnderstand("solana.token.decimals", Severity::Critical,
                                "Decimals that do not fit the token",
                                "The instruction says that SOL has " + std::to_string(decimals) +
                                    " decimals, and it has 9: the program refuses that.");
    }
}

void explainOpaque(InstructionReading& reading)
{
    opaqueProposal(reading);
}

void explainSquadsBatch(InstructionReading& reading)
{
    reading.assist("Begin a batch for multisig " + reading.brief("multisig"));
}

constexpr InstructionKnowledge ofSquads[] = {
    {"vaultTransactionCreate", explainVaultTransaction},
    {"vaultTransactionCreateFromBuffer", explainVaultTransaction},
    {"batchAddTransaction", explainVaultTransaction},
    {"batchCreate", explainSquadsBatch},
    {"configTransactionCreate", explainConfigTransaction},
    {"multisigCreateV2", explainNewSquad},
    {"multisigAddMember", explainChange},
    {"multisigRemoveMember", explainChange},
    {"multisigSetTimeLock", explainChange},
    {"multisigChangeThreshold", explainChange},
    {"multisigSetConfigAuthority", explainChange},
    {"multisigSetRentCollector", explainChange},
    {"multisigAddSpendingLimit", explainChange},
    {"multisigRemoveSpendingLimit", explainChange},
    {"proposalCreate", explainProposal},
    {"proposalActivate", explainProposal},
    {"proposalReject", explainRefusal},
    {"proposalCancel", explainRefusal},
    {"proposalCancelV2", explainRefusal},
    {"proposalApprove", explainOpaque},
    {"vaultTransactionExecute", explainOpaque},
    {"configTransactionExecute", explainOpaque},
    {"batchExecuteTransaction", explainOpaque},
    {"spendingLimitUse", explainSpendingLimit},
};

}  // namespace

std::span<const InstructionKnowledge> squadsKnowledge()
{
    return ofSquads;
}

}  // namespace countersign::meaning
