#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/crypto/keys/Address.h"

#include <array>
#include <cstdint>
#include <optional>

// Calls by which the owner of withdrawal credentials tells Ethereum's consensus layer what to do with a
// validator. The contracts have no ABI: their calldata are fixed fields without a selector. They exist at
// these addresses on Ethereum and its test networks; what lies there on another chain is for the caller to
// know.

namespace countersign {

/// EIP-7002: withdrawals and exits.
inline constexpr EvmAddress withdrawalRequestContract = {0x00, 0x00, 0x09, 0x61, 0xef, 0x48, 0x0e,
                                                         0xb5, 0x5e, 0x80, 0xd1, 0x9a, 0xd8, 0x35,
                                                         0x79, 0xa6, 0x4c, 0x00, 0x70, 0x02};
/// EIP-7251: one validator's balance moves to another.
inline constexpr EvmAddress consolidationRequestContract = {0x00, 0x00, 0xbb, 0xdd, 0xc7, 0xce, 0x48,
                                                            0x86, 0x42, 0xfb, 0x57, 0x9f, 0x8b, 0x00,
                                                            0xf3, 0xa5, 0x90, 0x00, 0x72, 0x51};

enum class SystemContract { WithdrawalRequest, ConsolidationRequest };

std::optional<SystemContract> systemContractAt(const EvmAddress& to);

/// A compressed point of BLS12-381. Whether it is one, and whether there is such a validator, is not checked;
/// neither does the contract.
using ValidatorPublicKey = std::array<std::uint8_t, 48>;

struct WithdrawalRequest
{
    ValidatorPublicKey validator{};
    std::uint64_t amountGwei = 0;  ///< 0: the validator exits, and all of its balance is withdrawn

    bool isFullExit() const { return amountGwei == 0; }
    bool operator==(const WithdrawalRequest&) const = default;
};

struct ConsolidationRequest
{
    ValidatorPublicKey source{};  ///< exits
    ValidatorPublicKey target{};  ///< gets the source's balance

    /// The consensus layer takes a source that is its own target as the wish for compounding credentials
    /// (0x02), or not at all; nothing exits.
    bool switchesToCompounding() const { return source == target; }
    bool operator==(const ConsolidationRequest&) const = default;
};

/// Exactly 56 bytes: public key ‖ amount (8 bytes, big-endian, Gwei). InvalidInput otherwise: the contract
/// reverts at every other length but 0, at which it returns its fee.
Result<WithdrawalRequest> parseWithdrawalRequest(BytesView calldata);

/// Exactly 96 bytes: the source's public key ‖ the target's. InvalidInput otherwise, as above.
Result<ConsolidationRequest> parseConsolidationRequest(BytesView calldata);

}  // namespace countersign
