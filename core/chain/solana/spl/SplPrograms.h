#pragma once

#include "core/base/Result.h"
#include "core/crypto/keys/Address.h"

#include <optional>

// The SPL token programs and their associated token accounts. Tokens on Solana live in accounts of two
// programs, which differ in what a token may do besides being transferred, and a third one gives every wallet
// one account per token at an address that can be computed. Addresses of the programs: Solana documentation,
// "Tokens on Solana"; github.com/solana-program, token, token-2022 and associated-token-account
// (declare_id!).

namespace countersign {

enum class SplProgram {
    Token,      ///< the original one
    Token2022,  ///< "Token Extensions"
};

namespace solana {

const SolanaAddress& tokenProgram();
const SolanaAddress& token2022Program();
const SolanaAddress& associatedTokenProgram();

const SolanaAddress& addressOf(SplProgram program);
/// Nothing for any other address.
std::optional<SplProgram> splProgramAt(const SolanaAddress& address);

/// The account that holds wallet's tokens of this mint: program-derived, seeds wallet, token program, mint
/// (spl-associated-token-account-interface, get_associated_token_address_with_program_id).
Result<SolanaAddress> associatedTokenAccount(const SolanaAddress& wallet, SplProgram program,
                                             const SolanaAddress& mint);

}  // namespace solana

}  // namespace countersign
