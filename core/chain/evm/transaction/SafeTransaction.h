#pragma once

#include "core/base/Bytes.h"
#include "core/base/Uint256.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Keccak.h"

#include <cstdint>

namespace countersign {

/// What the owners of a Safe (a contract that is a wallet of several owners) sign, and what its
/// execTransaction runs.
struct SafeTransaction
{
    EvmAddress to{};
    Uint256 value;  ///< wei
    Bytes data;
    std::uint8_t operation = 0;  ///< 0 a call, 1 a delegate call; the contract knows no other
    Uint256 safeTxGas;
    Uint256 baseGas;
    Uint256 gasPrice;  ///< 0: nobody is refunded
    EvmAddress gasToken{};
    EvmAddress refundReceiver{};
    Uint256 nonce;  ///< the Safe's, not an account's

    bool operator==(const SafeTransaction&) const = default;
};

/// The EIP-712 digest of it (safeTxHash) for the Safe at that address, as Safe contracts from version 1.3.0
/// make it: their domain is {chainId, verifyingContract}. Earlier versions leave the chain out and so have
/// other hashes.
Keccak256Digest safeTxHash(const Uint256& chainId, const EvmAddress& safe,
                           const SafeTransaction& transaction);

}  // namespace countersign
