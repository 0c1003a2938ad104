#pragma once

#include "core/base/PendingCall.h"
#include "core/chain/solana/spl/SplAccounts.h"
#include "core/rpc/SolanaRpc.h"

#include <memory>

// The look-up of an SPL token transfer's facts at a Solana node. Whether the transfer can arrive, in which
// unit it counts, and what it costs besides, only the chain knows. It is asked before anything is composed,
// and nothing that an operator types replaces its answer.

namespace countersign {

struct SplQuestion
{
    SolanaAddress wallet{};  ///< sends and pays
    SolanaAddress mint{};
    SolanaAddress recipient{};  ///< a wallet

    bool operator==(const SplQuestion&) const = default;
};

struct SplFacts
{
    SplQuestion question;
    SplMint mint;
    SolanaAddress source{};       ///< the wallet's associated account
    std::uint64_t balance = 0;    ///< what is in it, in the token's smallest unit
    SolanaAddress destination{};  ///< the recipient's associated account
    bool mustCreate = false;      ///< there is no such account yet
    std::uint64_t rent = 0;       ///< lamports that creating it takes from the wallet

    bool operator==(const SplFacts&) const = default;
};

/// Asks for the mint, the recipient, both associated accounts and, where the recipient's is missing, the
/// rent. InvalidInput or Unsupported with a sentence when such a transfer must not or cannot be made
/// (readMint, checkSplRecipient, a recipient that is no wallet, nothing to send from, frozen accounts,
/// accounts that have changed hands); else as SolanaRpc's questions fail.
[[nodiscard]] PendingCallPtr lookUpSpl(std::unique_ptr<SolanaRpc> rpc, const SplQuestion& question,
                                       Callback<SplFacts> done);

}  // namespace countersign
