#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Keccak.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace countersign::meaning {

/// Somebody's signed claim to have reviewed a descriptor (ERC-8176). It tells where a descriptor comes from
/// and makes it no truer: who the attester is, and whether the claim was revoked since, is not in it.
struct DescriptorAttestation
{
    EvmAddress attester{};
    std::uint64_t time = 0;     ///< seconds since 1970, by the attester's clock
    std::uint64_t expires = 0;  ///< the same; 0: never
    /// Whether the claim is about all that is used: the registry's are about a file as it lies there, and
    /// what it includes is another file.
    bool coversIncludes = true;

    bool operator==(const DescriptorAttestation&) const = default;
};

inline constexpr std::size_t maxAttestationBytes = std::size_t{32} * 1024;

/// What is attested: Keccak-256 of the JCS form (RFC 8785) of a descriptor. ERC-8176 wants its includes
/// merged into it; the registry hashes the file alone. Nothing for one with numbers that are no integers
/// below 2^53: their form is not ours to guess.
std::optional<Keccak256Digest> descriptorHash(const Json& descriptor);

/// An off-chain attestation of the Ethereum Attestation Service on mainnet, version 2, of the schema
/// "bytes32 descriptorHash", as the registry keeps it: {"sig": {domain, primaryType, types, message,
/// signature}, "signer"}. Its types are not believed: it is hashed with those of the service. InvalidInput
/// for anything else; BadSignature when it is for another descriptor or by another signer than it names.
Result<DescriptorAttestation> verifiedAttestation(std::string_view text, const Keccak256Digest& descriptor);

}  // namespace countersign::meaning
