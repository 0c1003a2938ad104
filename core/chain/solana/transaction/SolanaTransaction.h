#pragma once

#include "core/chain/solana/message/SolanaMessage.h"
#include "core/crypto/primitives/Ed25519.h"

#include <string>

namespace countersign {

/// A Solana transaction: a message with the signatures of its first keys, of which any may still be missing
/// (64 zero bytes). What is signed are messageBytes, kept as they came, never a re-encoding.
struct SolanaTransaction
{
    std::vector<ed25519::Signature> signatures;  ///< as many as message.requiredSignatures
    Bytes messageBytes;
    SolanaMessage message;

    bool operator==(const SolanaTransaction&) const = default;

    /// Where this address signs; nothing if it need not.
    std::optional<std::size_t> signerIndex(const SolanaAddress& signer) const;
    /// Whether there is a signature at all; whether it verifies is another question.
    bool isSigned(std::size_t index) const;
    std::vector<SolanaAddress> missingSigners() const;
    /// BadSignature, with the signer's address in detail, if one that is there does not verify.
    Status verifyPresentSignatures() const;
    /// Puts a signature of 64 bytes over messageBytes into its place. BadSignature if it does not verify;
    /// InvalidInput for an address that need not sign; AlreadyExists if another valid one is in its place
    /// (the same one again is no error, one that does not verify is replaced).
    Status placeSignature(const SolanaAddress& signer, BytesView signature);

    /// As the network takes it: the signatures first, of version 1 last. Nothing may be missing there.
    Bytes serialize() const;
    /// Base58 of the first signature, by which the network knows it; empty while that is missing.
    std::string id() const;

    /// 32 zero bytes: left open, to be filled in right before signing.
    bool isBlockhashOpen() const;
    /// The same with another blockhash (or nonce, see usesDurableNonce). InvalidInput once anybody has
    /// signed: the signature would be void.
    Result<SolanaTransaction> withBlockhash(const std::array<std::uint8_t, 32>& blockhash) const;
    /// The first instruction advances a nonce account, as the runtime recognises it: the blockhash is that
    /// account's nonce and does not expire with time.
    bool usesDurableNonce() const;
};

namespace solana {

/// Signatures and message (of version 1 message and signatures) under parseMessage's rules; as many
/// signatures as the message requires; nothing trailing. InvalidInput otherwise; a bare message, an off-chain
/// message and text are called what they are. Signatures are not verified.
Result<SolanaTransaction> parseTransaction(BytesView bytes);

/// A bare message too, with every signature missing (design.md §7). Bytes that can be read as both are
/// InvalidInput: somebody made them for that.
Result<SolanaTransaction> parseTransactionOrMessage(BytesView bytes);

}  // namespace solana

}  // namespace countersign
