#include "core/chain/solana/ProgramAddress.h"
#include "core/meaning/solana/InstructionMeaning.h"
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
    const std::vector<std::string> intents = explainInner(reading, inside);
    proposal(reading, "Once enough members of " + multisig +
                          " agree, one of them can have this carried out with the assets of " +
                          (vault ? "vault " + reading.scene().named(*vault) : std::string("its vault")) +
                          ".");
    const std::string what = intents.empty() ? "nothing" : intentOf(intents);
    reading.intend("Propose to multisig " + reading.brief("multisig") + ": " + what);
}

void explainConfigTransaction(InstructionReading& reading)
{
    reading.givePower(reading.account("multisig"),
                      "If its members agree, the multisig " + reading.who("multisig") + " changes its rules");
    multisigChange(reading,
                   "Proposes to change members, threshold, time lock or spending limits of the multisig " +
                       reading.who("multisig") + ".");
    reading.intend("Propose to change the rules of multisig " + reading.brief("multisig"));
}

void explainChange(InstructionReading& reading)
{
    reading.givePower(reading.account("multisig"),
                      "The multisig " + reading.who("multisig") +
                          " changes its rules at once: " + reading.instruction().name);
    multisigChange(reading, "Changes the rules of the multisig " + reading.who("multisig") +
                                " at once, without its members: " + reading.instruction().name + ".");
    reading.intend("Change the rules of multisig " + reading.brief("multisig"));
}

void explainNewMultisig(InstructionReading& reading)
{
    reading.givePower(reading.account("multisig"),
                      std::to_string(reading.number("threshold")) +
                          " of the members must agree to what the new multisig " + reading.who("multisig") +
                          " does");
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
}

void explainOpaque(InstructionReading& reading)
{
    opaqueProposal(reading);
}

void explainBatch(InstructionReading& reading)
{
    reading.assist("Begin a batch for multisig " + reading.brief("multisig"));
}

constexpr InstructionKnowledge knowledge[] = {
    {"vaultTransactionCreate", explainVaultTransaction},
    {"vaultTransactionCreateFromBuffer", explainVaultTransaction},
    {"batchAddTransaction", explainVaultTransaction},
    {"batchCreate", explainBatch},
    {"configTransactionCreate", explainConfigTransaction},
    {"multisigCreateV2", explainNewMultisig},
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
    return knowledge;
}

}  // namespace countersign::meaning
