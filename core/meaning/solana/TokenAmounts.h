#pragma once

#include "core/meaning/solana/InstructionReading.h"

namespace countersign::meaning {

/// An amount of tokens in the ways in which it is shown; always exact.
struct TokenAmountText
{
    std::string full;     ///< "5 USDC (EPjF…whole…)", "raw 5 of the token in account <source>"
    std::string brief;    ///< "5 USDC (EPjF…Dt1v)", for the intent
    std::string display;  ///< "5 USDC", for an effect whose asset names the mint
};

/// The mint that a token instruction is about; nothing where it does not name it.
std::optional<SolanaAddress> mintOf(const InstructionReading& reading);
std::optional<std::string> tokenAssetOf(const InstructionReading& reading);

/// raw units of the instruction's token: with the decimals that it carries and the program checks, else with
/// those of the lists, else as a raw integer.
TokenAmountText amountText(const InstructionReading& reading, std::uint64_t raw);

/// solana.token.decimals: the instruction and the lists have different decimals for one mint. The program
/// would refuse one of them, and the other shows a wrong amount: not understood.
void checkDecimals(InstructionReading& reading);

}  // namespace countersign::meaning
