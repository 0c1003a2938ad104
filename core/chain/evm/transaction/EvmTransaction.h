#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/Uint256.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Keccak.h"
#include "core/crypto/primitives/Secp256k1.h"

#include <array>
#include <optional>
#include <vector>

// EVM transactions: encoding, decoding, hashing and validation. What the operator approves is the
// transaction's exact bytes. They are made and read here, strictly, so that there is one form for each
// transaction and the digest is the console's own (design.md §5).

namespace countersign {

using Bytes32 = std::array<std::uint8_t, 32>;

/// EIP-2930.
struct AccessListEntry
{
    EvmAddress address{};
    std::vector<Bytes32> storageKeys;

    bool operator==(const AccessListEntry&) const = default;
};

/// EIP-7702: an account hands its code over to address. The values are as the transaction carries them: an
/// authorisation that is not valid is skipped by the chain and does not make the transaction invalid.
struct Authorization
{
    Uint256 chainId;  ///< 0 is every chain
    EvmAddress address{};
    std::uint64_t nonce = 0;
    std::uint8_t yParity = 0;
    Uint256 r;
    Uint256 s;

    bool operator==(const Authorization&) const = default;
};

/// Types 0 (legacy, with or without EIP-155), 1 (EIP-2930), 2 (EIP-1559), 3 (EIP-4844), 4 (EIP-7702).
/// Amounts are in wei. Which members a type has is what checkTransaction says.
struct EvmTransaction
{
    int type = 2;
    std::optional<Uint256> chainId;  ///< absent only for legacy without EIP-155, valid on every chain
    std::uint64_t nonce = 0;
    std::optional<EvmAddress> to;  ///< absent: creates a contract
    Uint256 value;
    Bytes data;
    std::uint64_t gasLimit = 0;
    std::optional<Uint256> gasPrice;                ///< types 0 and 1
    std::optional<Uint256> maxFeePerGas;            ///< from type 2
    std::optional<Uint256> maxPriorityFeePerGas;    ///< from type 2
    std::optional<Uint256> maxFeePerBlobGas;        ///< type 3
    std::vector<Bytes32> blobVersionedHashes;       ///< type 3
    std::vector<AccessListEntry> accessList;        ///< from type 1
    std::vector<Authorization> authorizationList;   ///< type 4
    std::optional<secp256k1::Signature> signature;  ///< present when signed; no part of the unsigned forms

    bool operator==(const EvmTransaction&) const = default;
};

/// Largest transaction that is read, in bytes; nodes take 128 KiB.
inline constexpr std::size_t evmTransactionMaxBytes = 512 * 1024;

/// Whether the members fit the type and each other, as every node checks without looking at the chain's
/// state: exactly the members of the type; a chain id above 0; nonce below 2^64 − 1 (EIP-2681); gasLimit
/// times the highest price below 2^256; the tip not above the fee (EIP-1559); types 3 and 4 create nothing
/// and carry blobs (hashes of version 1) or authorisations; a signature has low s (EIP-2). InvalidInput
/// otherwise. What depends on a fork or the state (intrinsic gas, balances) is not checked.
Status checkTransaction(const EvmTransaction& transaction);

/// The bytes whose hash is signed; the signature is left out. Legacy with a chain id has the nine fields of
/// EIP-155 (… chainId, 0, 0), without one six. Members that the type does not have are ignored, missing ones
/// are written as zero: call checkTransaction for what comes from outside.
Bytes serializeUnsigned(const EvmTransaction& transaction);

/// Keccak-256 of the above.
Keccak256Digest signingHash(const EvmTransaction& transaction);

/// What is broadcast. Legacy: v = 35 + 2·chainId + parity, or 27 + parity without a chain id; else yParity.
/// InvalidInput when checkTransaction refuses it with this signature, a high s above all.
Result<Bytes> serializeSigned(const EvmTransaction& transaction, const secp256k1::Signature& signature);

/// The transaction's hash on chain: Keccak-256 of the signed bytes.
Keccak256Digest transactionHash(BytesView signedBytes);

/// Signed or unsigned, of types 0 to 4; what is accepted is what serializeUnsigned or serializeSigned writes,
/// byte by byte, so nothing trailing, no leading zeros, and checkTransaction holds. Nine legacy fields whose
/// r and s are both zero are the unsigned form of EIP-155. InvalidInput otherwise, with sentences of their
/// own for unknown types and for a blob transaction in network form (with its blobs).
Result<EvmTransaction> decodeTransaction(BytesView bytes);

/// Who signed it. InvalidInput when it is not signed, BadSignature when no key fits.
Result<EvmAddress> senderOf(const EvmTransaction& transaction);

/// Whose account hands itself over (EIP-7702: Keccak-256 of 0x05 ‖ rlp([chainId, address, nonce])).
/// InvalidInput or BadSignature when the chain would skip the authorisation.
Result<EvmAddress> authorityOf(const Authorization& authorization);

}  // namespace countersign
