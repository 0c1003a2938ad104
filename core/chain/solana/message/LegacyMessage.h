#pragma once

#include "core/chain/solana/message/SolanaMessage.h"

#include <span>

namespace countersign {

struct SolanaAccountUse
{
    SolanaAddress address{};
    bool signs = false;
    bool writes = false;
};

/// An instruction that names its accounts, before a message gives them numbers.
struct SolanaCall
{
    SolanaAddress program{};
    std::vector<SolanaAccountUse> accounts;
    Bytes data;
};

namespace solana {

/// The legacy message of these calls, paid by payer, its blockhash left open (zeros). Each account is listed
/// once, with the most that any call asks of it: the payer, then signers that write, signers that read,
/// others that write, others that read, each in the order of their first use, as @solana/web3.js compiles it.
/// InvalidInput when parseMessage would refuse it (too long, above all).
Result<SolanaMessage> legacyMessage(const SolanaAddress& payer, std::span<const SolanaCall> calls);

}  // namespace solana

}  // namespace countersign
