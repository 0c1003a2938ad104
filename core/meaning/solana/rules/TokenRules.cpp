#include "core/meaning/solana/rules/TokenRules.h"

#include "core/meaning/solana/TokenAmounts.h"

#include <algorithm>
#include <limits>

namespace countersign::meaning {

namespace {

/// Accounts behind the signers: what a hook's program needs. Nobody else gives any.
bool hasFurtherAccounts(const InstructionReading& reading)
{
    return std::ranges::any_of(reading.instruction().accounts, [](const solana::InstructionAccount& account) {
        return account.role.empty();
    });
}

/// Signers beside those that a multisig as the authority asks for.
std::optional<SolanaAddress> furtherSigner(const InstructionReading& reading)
{
    const auto& accounts = reading.instruction().accounts;
    const auto isAuthority = [](const solana::InstructionAccount& account) {
        return (account.role == "authority" || account.role == "owner") && account.signs;
    };
    if (!hasFurtherAccounts(reading) && std::ranges::none_of(accounts, isAuthority)) {
        return std::nullopt;
    }
    for (const solana::InstructionAccount& account : accounts) {
        if (account.signs && (account.role == "signer" || account.role.empty())) {
            return account.address;
        }
    }
    return std::nullopt;
}

/// A hook's program gets them, with their signatures.
void checkFurtherAccounts(InstructionReading& reading)
{
    if (const auto signer = furtherSigner(reading)) {
        reading.doNotUnderstand(
            "solana.signer.unknownProgram", Severity::Critical, "An unknown program may get a signature",
            "The transfer may run a program of the token's issuer, which may act with the "
            "signature of " +
                reading.scene().named(*signer) + ".",
            {signer, mintOf(reading)});
    }
    if (hasFurtherAccounts(reading)) {
        reading.doNotUnderstand(
            "solana.token.hook", Severity::Warning, "The transfer may run another program",
            "Further accounts come along, as a token needs whose every transfer runs a program of its "
            "issuer. What it does cannot be told.",
            {mintOf(reading)});
    }
}

}  // namespace

void checkTokenTransfer(InstructionReading& reading)
{
    if (reading.instruction().name == "transferCheckedWithFee") {
        reading.find("solana.token.fee", Severity::Warning, "A fee is kept from the transfer",
                     "Of " + amountText(reading, reading.number("amount")).full +
                         " the recipient does not get " + amountText(reading, reading.number("fee")).full +
                         ", which the issuer keeps.",
                     {mintOf(reading)});
    }
    if (reading.instruction().program != "token2022") {
        return;
    }
    checkFurtherAccounts(reading);
    reading.find(
        "solana.token.extensions", Severity::Info, "A token with extensions",
        "The mint's extensions are not in what is signed: its issuer may keep a fee, run a program on "
        "each transfer, or have wallets show another amount.",
        {mintOf(reading)});
}

void closedAccount(InstructionReading& reading)
{
    const auto destination = reading.account("destination");
    const bool isOurs = reading.scene().isWallet(destination);
    reading.find(
        "solana.closeAccount", isOurs ? Severity::Info : Severity::Critical,
        isOurs ? "A token account is closed" : "A token account is closed in favour of somebody else",
        reading.who("account") + " is closed, and its SOL, wrapped SOL included, goes to " +
            reading.scene().named(destination) + ".",
        {reading.account("account"), destination});
}

void openAmount(InstructionReading& reading, const std::optional<SolanaAddress>& destination)
{
    if (!reading.scene().isWallet(destination)) {
        reading.find("solana.amount.open", Severity::Warning, "An amount that the bytes do not tell",
                     "How much goes to " + reading.scene().named(destination) +
                         " is decided when the transaction is carried out.",
                     {destination});
    }
}

bool isPracticallyAll(std::uint64_t amount)
{
    return amount > std::numeric_limits<std::uint64_t>::max() / 2;
}

void approval(InstructionReading& reading)
{
    const std::uint64_t amount = reading.number("amount");
    const bool isAll = isPracticallyAll(amount);
    reading.find(
        "solana.approve", isAll ? Severity::Critical : Severity::Warning,
        isAll ? "Somebody may take all tokens of an account" : "Somebody may take tokens of an account",
        reading.who("delegate") + " may move or burn " +
            (isAll ? "all that is, and ever will be," : amountText(reading, amount).full) +
            " in token account " + reading.who("account") + ", until it is revoked.",
        {reading.account("delegate"), reading.account("account")});
}

void authorityChange(InstructionReading& reading, const std::string& what,
                     const std::optional<SolanaAddress>& authority)
{
    const bool isOwn = reading.scene().isWallet(authority);
    reading.find("solana.setAuthority", isOwn ? Severity::Info : Severity::Critical,
                 "An authority changes hands",
                 what + " of " + reading.who("account") + " goes to " +
                     (authority ? reading.scene().named(authority) : "nobody, for ever") +
                     (authority ? ". Only the new one can give it back." : "."),
                 {reading.account("account"), authority});
}

void newAccountOfOther(InstructionReading& reading, const std::optional<SolanaAddress>& owner)
{
    static const SolanaAddress wrappedSol =
        *parseSolanaAddress("So11111111111111111111111111111111111111112");
    const bool isPayment = mintOf(reading) == wrappedSol;
    reading.find("solana.setAuthority", isPayment ? Severity::Critical : Severity::Warning,
                 isPayment ? "SOL for somebody else" : "A token account for somebody else",
                 "Token account " + reading.who("account") + " is paid for here and belongs to " +
                     reading.scene().named(owner) +
                     ", with the SOL in it: all of that in an account of wrapped SOL.",
                 {reading.account("account"), owner});
}

void newMintOfOther(InstructionReading& reading, const std::optional<SolanaAddress>& authority)
{
    reading.find("solana.setAuthority", Severity::Warning, "A mint that somebody else rules",
                 "Mint " + reading.who("mint") + " is paid for here, and " +
                     reading.scene().named(authority) + " makes its tokens or may freeze accounts with them.",
                 {reading.account("mint"), authority});
}

void permanentDelegate(InstructionReading& reading, const std::optional<SolanaAddress>& delegate)
{
    reading.find("solana.token.permanentDelegate", Severity::Critical, "Somebody rules everybody's tokens",
                 reading.scene().named(delegate) + " will be able to move and burn the tokens of mint " +
                     reading.who("mint") + " in everybody's accounts, for ever.",
                 {reading.account("mint"), delegate});
}

void transferHook(InstructionReading& reading, const std::optional<SolanaAddress>& program)
{
    reading.find(
        "solana.token.hook", program ? Severity::Critical : Severity::Warning, "What runs on each transfer",
        program ? "Each transfer of tokens of mint " + reading.who("mint") + " will run program " +
                      toText(*program) + ", which can refuse it."
                : "No program runs on transfers of tokens of mint " + reading.who("mint") + " from now on.",
        {reading.account("mint"), program});
}

void transferFee(InstructionReading& reading)
{
    reading.find("solana.token.fee", Severity::Warning, "A fee of each transfer",
                 "Of each transfer of tokens of mint " + reading.who("mint") + " " +
                     std::to_string(reading.number("transferFeeBasisPoints")) +
                     " hundredths of a per cent are kept, at most " +
                     amountText(reading, reading.number("maximumFee")).full + ".",
                 {reading.account("mint")});
}

void scaledAmount(InstructionReading& reading)
{
    reading.find("solana.token.scaledAmount", Severity::Warning, "Shown amounts are not what is sent",
                 "Wallets show amounts of mint " + reading.who("mint") +
                     " multiplied, by interest or a factor of the issuer's, while transfers count raw units.",
                 {reading.account("mint")});
}

void cpiGuardOff(InstructionReading& reading)
{
    reading.find("solana.token.cpiGuardOff", Severity::Warning, "A protection is switched off",
                 "Programs that are given a signature may again move the tokens of " +
                     reading.who("account") + ", close it and change its authorities.",
                 {reading.account("account")});
}

void issuerPower(InstructionReading& reading, std::string detail)
{
    reading.find("solana.token.issuer", Severity::Warning, "The issuer of a token uses its power",
                 std::move(detail), {reading.account("mint"), reading.account("account")});
}

}  // namespace countersign::meaning
