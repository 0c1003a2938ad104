#include "core/meaning/solana/TokenAmounts.h"

namespace countersign::meaning {

namespace {

/// Where the tokens are, for an instruction that does not say which ones they are.
std::string holderText(const InstructionReading& reading, bool isBrief)
{
    const auto source = reading.account("source");
    const auto account = source ? source : reading.account("account");
    return "the token in account " + (isBrief ? briefAddress(account) : reading.scene().named(account));
}

TokenAmountText withName(const std::string& amount, const KnownToken* known, const SolanaAddress& mint)
{
    if (known == nullptr) {
        return {amount + " of token " + toText(mint), amount + " of token " + briefAddress(mint),
                amount + " of token " + toText(mint)};
    }
    const std::string named = amount + ' ' + known->symbol;
    return {named + " (" + toText(mint) + ")", named + " (" + briefAddress(mint) + ")", named};
}

}  // namespace

std::optional<SolanaAddress> mintOf(const InstructionReading& reading)
{
    return reading.account("mint");
}

std::optional<std::string> tokenAssetOf(const InstructionReading& reading)
{
    const auto mint = mintOf(reading);
    return mint ? std::optional(tokenAsset(reading.scene().chain(), toText(*mint))) : std::nullopt;
}

TokenAmountText amountText(const InstructionReading& reading, std::uint64_t raw)
{
    const auto mint = mintOf(reading);
    const std::string rawText = "raw " + std::to_string(raw);
    if (!mint) {
        return {rawText + " of " + holderText(reading, false), rawText + " of " + holderText(reading, true),
                rawText};
    }
    const KnownToken* known = reading.scene().token(*mint);
    const auto decimals = reading.instruction().number("decimals");
    if (!decimals && known == nullptr) {
        return withName(rawText, nullptr, *mint);
    }
    return withName(exactAmount(raw, decimals ? static_cast<int>(*decimals) : known->decimals), known, *mint);
}

void checkDecimals(InstructionReading& reading)
{
    const auto mint = mintOf(reading);
    const auto decimals = reading.instruction().number("decimals");
    const KnownToken* known = mint ? reading.scene().token(*mint) : nullptr;
    if (known == nullptr || !decimals || static_cast<int>(*decimals) == known->decimals) {
        return;
    }
    reading.doNotUnderstand("solana.token.decimals", Severity::Critical, "Decimals that do not fit the token",
                            "The instruction says that " + reading.scene().named(*mint) + " has " +
                                std::to_string(*decimals) + " decimals, the lists say " +
                                std::to_string(known->decimals) +
                                ". The amount cannot be shown, and the network refuses one of both.",
                            {mint});
}

}  // namespace countersign::meaning
