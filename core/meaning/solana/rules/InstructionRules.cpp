#include "core/meaning/solana/rules/InstructionRules.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

void checkProgram(InstructionReading& reading)
{
    const solana::DecodedInstruction& instruction = reading.instruction();
    if (instruction.isRead()) {
        return;
    }
    const bool isKnown = !instruction.program.empty();
    // Of an unknown program's signers checkUnknownSigners() tells.
    const bool isGrave = isKnown && std::ranges::any_of(instruction.accounts, [](const auto& account) {
                             return account.signs && account.writes;
                         });
    reading.doNotUnderstand(isKnown ? "solana.instruction.unread" : "solana.program.unknown",
                            isGrave ? Severity::Critical : Severity::Warning,
                            isKnown ? "An instruction that cannot be read" : "A program that is not known",
                            isKnown ? "An instruction for " + programText(instruction.programId) +
                                          " could not be read in full: " + instruction.error + "."
                                    : "What an instruction for program " + toText(instruction.programId) +
                                          " does cannot be told from its bytes.",
                            {instruction.programId});
}

/// Whoever signs lends his signature to the program: it can move his tokens and SOL with it.
void checkUnknownSigners(InstructionReading& reading)
{
    const solana::DecodedInstruction& instruction = reading.instruction();
    if (!instruction.program.empty()) {
        return;
    }
    for (const solana::InstructionAccount& account : instruction.accounts) {
        if (account.signs) {
            reading.find(
                "solana.signer.unknownProgram", account.writes ? Severity::Critical : Severity::Warning,
                "An unknown program gets a signature",
                "Program " + toText(instruction.programId) + " may act with the signature of " +
                    reading.scene().named(account.address) +
                    (account.writes ? " and may change that account: it can move what it holds." : "."),
                {account.address, instruction.programId});
        }
    }
}

/// Whether it matters to anybody which account it is.
bool isDecisive(const solana::InstructionAccount& account)
{
    return account.writes || (!account.role.empty() && !account.role.ends_with("Sysvar"));
}

void checkResolved(InstructionReading& reading)
{
    std::string roles;
    bool isCritical = false;
    for (const solana::InstructionAccount& account : reading.instruction().accounts) {
        if (!account.address) {
            roles += (roles.empty() ? "" : ", ") + (account.role.empty() ? "an account" : account.role);
            isCritical = isCritical || isDecisive(account);
        }
    }
    if (roles.empty()) {
        return;
    }
    reading.doNotUnderstand("solana.account.unresolved", isCritical ? Severity::Critical : Severity::Warning,
                            "An account that the bytes do not tell",
                            "Only a lookup table on the chain knows which account this is (" + roles +
                                "), and the table can be changed until the transaction is carried out.");
}

}  // namespace

void checkInstruction(InstructionReading& reading)
{
    checkProgram(reading);
    checkUnknownSigners(reading);
    checkResolved(reading);
}

void effectUnknown(InstructionReading& reading)
{
    const solana::DecodedInstruction& instruction = reading.instruction();
    reading.doNotUnderstand("solana.instruction.effectUnknown", Severity::Warning,
                            "An instruction whose effect is not known here",
                            instruction.name + " of " + programText(instruction.programId) +
                                " was read, but what it does to accounts is not written down here.",
                            {instruction.programId});
}

}  // namespace countersign::meaning
