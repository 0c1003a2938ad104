#include "core/meaning/solana/rules/AuthorityRules.h"

namespace countersign::meaning {

void authorization(InstructionReading& reading, const std::string& what,
                   const std::optional<SolanaAddress>& authority)
{
    // The third kind of voter brings a key along that is nobody's address.
    const bool isOwn =
        reading.scene().isWallet(authority) && reading.text("authorizationType") != "voterWithBls";
    reading.find("solana.authorize", isOwn ? Severity::Info : Severity::Critical,
                 "Control over stake or votes", reading.scene().named(authority) + " gets " + what + ".",
                 {authority});
}

void foreignStaker(InstructionReading& reading, const std::optional<SolanaAddress>& staker)
{
    reading.find("solana.authorize", Severity::Warning, "Somebody else decides on the stake",
                 reading.scene().named(staker) +
                     " may delegate, split and deactivate the new stake account " + reading.who("stake") +
                     ", but not withdraw from it.",
                 {reading.account("stake"), staker});
}

void lockup(InstructionReading& reading, std::string detail, const std::optional<SolanaAddress>& custodian)
{
    const bool isForeign = custodian && !reading.scene().isWallet(custodian);
    reading.find("solana.stake.lockup", isForeign ? Severity::Critical : Severity::Warning,
                 isForeign ? "A stake is kept back for somebody else to release" : "A stake is kept back",
                 std::move(detail), {reading.account("stake"), custodian});
}

void programUpgrade(InstructionReading& reading, std::string detail,
                    const std::optional<SolanaAddress>& program)
{
    reading.find("solana.loader.upgrade", Severity::Critical, "A program gets other code", std::move(detail),
                 {program});
}

void programAuthority(InstructionReading& reading, std::string detail,
                      const std::optional<SolanaAddress>& authority)
{
    reading.find("solana.loader.authority", Severity::Critical, "Who may change a program", std::move(detail),
                 {authority});
}

void programClosed(InstructionReading& reading, std::string detail,
                   const std::optional<SolanaAddress>& recipient)
{
    reading.find("solana.loader.close", Severity::Critical, "A program is closed", std::move(detail),
                 {recipient});
}

void lookupTableChange(InstructionReading& reading, std::string detail)
{
    reading.find("solana.lookupTable.change", Severity::Warning, "A lookup table changes", std::move(detail),
                 {reading.account("lookupTable")});
}

void newLookupTable(InstructionReading& reading)
{
    const bool isOwn = reading.scene().isWallet(reading.account("authority"));
    reading.find("solana.lookupTable.change", isOwn ? Severity::Info : Severity::Warning,
                 "A new lookup table",
                 "Lookup table " + reading.who("lookupTable") + " is made, which is empty yet; " +
                     reading.who("authority") + " may change it.",
                 {reading.account("lookupTable"), reading.account("authority")});
}

void multisigChange(InstructionReading& reading, std::string detail)
{
    reading.find("solana.squads.config", Severity::Critical, "Who rules a multisig", std::move(detail),
                 {reading.account("multisig")});
}

void opaqueProposal(InstructionReading& reading)
{
    reading.doNotUnderstand(
        "solana.squads.opaque", Severity::Critical, "What is agreed to is not here",
        "This agrees to, or carries out, a proposal of the multisig " + reading.who("multisig") +
            " that stands on the chain alone. What it does cannot be told from these bytes.",
        {reading.account("multisig"), reading.account("proposal")});
}

void proposal(InstructionReading& reading, std::string detail)
{
    reading.find("solana.squads.proposal", Severity::Warning, "A proposal to a multisig", std::move(detail),
                 {reading.account("multisig")});
}

}  // namespace countersign::meaning
