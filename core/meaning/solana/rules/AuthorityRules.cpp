#include "core/meaning/solana/rules/AuthorityRules.h"

namespace countersign::meaning {

void authorization(InstructionReading& reading, const std::string& what,
                   const std::optional<SolanaAddress>& authority)
{
    reading.find("solana.authorize", Severity::Critical, "Control over stake or votes",
                 reading.scene().named(authority) + " gets " + what + ".", {authority});
}

void lockup(InstructionReading& reading)
{
    reading.find("solana.stake.lockup", Severity::Warning, "A stake is kept back",
                 "Nobody but a custodian can withdraw from " + reading.who("stake") +
                     " before its lockup ends; this sets when that is, or who the custodian is.",
                 {reading.account("stake")});
}

void checkLockup(InstructionReading& reading)
{
    const solana::FieldValue* time = reading.instruction().field("lockup.unixTimestamp");
    const bool hasTime = time != nullptr && *time != solana::FieldValue(std::int64_t{0});
    if (hasTime || reading.number("lockup.epoch") > 0) {
        lockup(reading);
    }
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
