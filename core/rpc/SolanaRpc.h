#pragma once

#include "core/base/Bytes.h"
#include "core/base/PendingCall.h"

#include <cstdint>
#include <optional>
#include <string>

namespace countersign {

struct SolanaBlockhash
{
    std::string blockhash;                              ///< base58 of 32 bytes
    std::optional<std::uint64_t> lastValidBlockHeight;  ///< nobody here needs it, so a node may leave it out
};

struct SolanaStatus
{
    enum class Commitment { Processed, Confirmed, Finalized };
    std::uint64_t slot = 0;
    Commitment commitment = Commitment::Processed;
    std::optional<std::string> error;  ///< compact JSON of "err": executed, and failed
};

struct SolanaAccount
{
    std::string owner;  ///< the program it belongs to, base58 of 32 bytes
    std::uint64_t lamports = 0;
    bool isExecutable = false;
    Bytes data;

    bool operator==(const SolanaAccount&) const = default;
};

/// The calls to a Solana node that signing needs, under the rules of EvmRpc.
class SolanaRpc
{
public:
    SolanaRpc() = default;
    virtual ~SolanaRpc() = default;
    SolanaRpc(const SolanaRpc&) = delete;
    SolanaRpc& operator=(const SolanaRpc&) = delete;

    /// getLatestBlockhash, commitment "confirmed".
    [[nodiscard]] virtual PendingCallPtr latestBlockhash(Callback<SolanaBlockhash> answered) = 0;
    /// isBlockhashValid, commitment "confirmed".
    [[nodiscard]] virtual PendingCallPtr isBlockhashValid(const std::string& blockhash,
                                                          Callback<bool> answered) = 0;
    /// sendTransaction, base64, preflight at "confirmed"; the transaction's signature in base58. "Already
    /// processed" counts as sent; an empty text is returned then.
    [[nodiscard]] virtual PendingCallPtr sendTransaction(const Bytes& transaction,
                                                         Callback<std::string> answered) = 0;
    /// getSignatureStatuses with searchTransactionHistory; nothing while the node does not know it.
    [[nodiscard]] virtual PendingCallPtr signatureStatus(const std::string& signature,
                                                         Callback<std::optional<SolanaStatus>> answered) = 0;
    /// getAccountInfo, base64, commitment "confirmed"; nothing where there is no account. address: base58.
    [[nodiscard]] virtual PendingCallPtr account(const std::string& address,
                                                 Callback<std::optional<SolanaAccount>> answered) = 0;
    /// getMinimumBalanceForRentExemption: the lamports that an account of so many bytes must hold.
    [[nodiscard]] virtual PendingCallPtr rentExemption(std::size_t bytes,
                                                       Callback<std::uint64_t> answered) = 0;
};

}  // namespace countersign
