#pragma once

#include "core/signing/job/JobContent.h"

namespace countersign {

/// Everything that follows from a job's content once nothing is open: what the console signs, and what
/// Dynamic's server is told so that it hashes the same bytes.
struct SigningPayload
{
    SigningScheme scheme = SigningScheme::Ecdsa;
    Bytes input;               ///< for the engine: 32-byte digest (ECDSA), message bytes (Ed25519)
    Bytes digest;              ///< 32 bytes, for people: the same digest, or SHA-256 of the message bytes
    Bytes prepared;            ///< unsigned transaction, prefixed message, typed data's digest, message bytes
    std::string message;       ///< for the server: always hex (protocol reference §4.2, §4.4)
    bool isFormatted = false;  ///< message is a digest
    Json context;              ///< for Dynamic's policies (§3.4); null when there is no form for it
    std::optional<std::string> chainId;  ///< decimal, of EVM transactions
    std::optional<std::string> nonce;    ///< decimal, of EVM transactions
};

/// content: nothing open (InvalidInput otherwise). EVM messages and transactions go as 0x-hex of the bytes
/// that are hashed, or, where that exceeds the endpoint's 16384 characters, as their digest; Solana's as hex
/// without 0x, because Dynamic's library reads 0x as an empty message.
Result<SigningPayload> signingPayloadOf(JobKind kind, const JobContent& content);

}  // namespace countersign
