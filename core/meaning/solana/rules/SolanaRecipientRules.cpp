#include "core/meaning/solana/rules/SolanaRecipientRules.h"

#include "core/meaning/solana/TokenAmounts.h"

namespace countersign::meaning {

namespace {

void checkIsSomebody(InstructionReading& reading, const SolanaAddress& recipient, const char* as)
{
    const std::string what = reading.scene().nobodyAt(recipient);
    if (!what.empty()) {
        reading.find(
            "recipient.program", Severity::Critical, "The recipient cannot own anything",
            toText(recipient) + " is " + what + ", and here it is " + as + ": what goes there is lost.",
            {recipient});
    }
}

void tellSelf(InstructionReading& reading, const SolanaAddress& recipient)
{
    reading.find("recipient.self", Severity::Info, "The recipient is the sender",
                 reading.scene().named(recipient) + " belongs to who sends.", {recipient});
}

/// Whose an account was, or is to be, says nothing once it is handed over.
void tellHandedOver(InstructionReading& reading, const SolanaAddress& recipient)
{
    reading.find("recipient.ownerUnproven", Severity::Critical, "The recipient changes hands",
                 "Token account " + toText(recipient) +
                     " is handed over in the same transaction: what is sent there goes to whoever gets it.",
                 {recipient});
}

}  // namespace

void checkSolRecipient(InstructionReading& reading, const std::optional<SolanaAddress>& from,
                       const std::optional<SolanaAddress>& to)
{
    static const SolanaAddress wrappedSol =
        *parseSolanaAddress("So11111111111111111111111111111111111111112");
    if (!to) {
        return;
    }
    checkIsSomebody(reading, *to, "the recipient");
    if (reading.scene().isHandedOver(*to)) {
        tellHandedOver(reading, *to);
    }
    const auto account = reading.scene().tokenAccount(*to, wrappedSol);
    if (from == to || (account && reading.scene().isWallet(account->owner))) {
        tellSelf(reading, *to);
    }
}

void checkTokenRecipient(InstructionReading& reading, const std::optional<SolanaAddress>& destination)
{
    if (!destination) {
        return;
    }
    checkIsSomebody(reading, *destination, "a token account");
    if (reading.scene().isHandedOver(*destination)) {
        tellHandedOver(reading, *destination);
        return;
    }
    const auto account = reading.scene().tokenAccount(*destination, mintOf(reading));
    if (!account) {
        reading.find("recipient.ownerUnproven", Severity::Warning, "Whose token account it is",
                     "Nothing in what is signed tells who owns token account " + toText(*destination) +
                         ". Ask the recipient for it, or compare it with the account that belongs to the "
                         "recipient's address.",
                     {destination});
        return;
    }
    checkIsSomebody(reading, account->owner, "the owner of the token account");
    if (reading.scene().isWallet(account->owner) || destination == reading.account("source")) {
        tellSelf(reading, *destination);
    }
}

}  // namespace countersign::meaning
