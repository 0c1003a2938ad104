#pragma once

#include "core/chain/solana/message/SolanaMessage.h"
#include "core/chain/solana/spl/SplPrograms.h"

namespace countersign {

/// An SPL token transfer as an operator means it, from wallet to wallet. On the chain a token moves between
/// token accounts, not between wallets; splTransferMessage makes of this what the chain executes.
struct SplTransfer
{
    SolanaAddress wallet{};     ///< owns the tokens, signs, and pays fee and rent
    SolanaAddress recipient{};  ///< a wallet, not its token account
    SolanaAddress mint{};
    SplProgram program = SplProgram::Token;
    std::uint64_t amount = 0;   ///< in the smallest unit, not zero
    std::uint8_t decimals = 0;  ///< as the mint says: the program refuses the transfer when it differs
    /// Creates the recipient's associated account first unless there is one; the wallet pays its rent.
    bool createsAccount = false;
};

namespace solana {

/// Whether tokens of mint can be sent from wallet to recipient. InvalidInput with a sentence: recipient is
/// no point of the curve (a token account, another program's address), no key (nobody could sign for it), the
/// mint, the wallet itself, or a token program.
Status checkSplRecipient(const SolanaAddress& wallet, const SolanaAddress& mint,
                         const SolanaAddress& recipient);

/// A legacy message: CreateIdempotent of the associated token program if asked for, then TransferChecked
/// between the two associated accounts; the blockhash is left open (zeros). InvalidInput as above and for an
/// amount of zero.
Result<SolanaMessage> splTransferMessage(const SplTransfer& transfer);

}  // namespace solana

}  // namespace countersign
