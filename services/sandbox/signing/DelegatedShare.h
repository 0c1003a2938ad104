#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Sha256.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <string>

namespace countersign::sandbox {

/// The console's key share as the sandbox reads and writes it. What Dynamic's SDK calls the key share is a
/// JSON object whose secretShare is opaque to everybody but Dynamic (protocol reference §2.3). The sandbox
/// needs its own inside: the holder's additive share with the wallet and share set that it belongs to, so
/// that its signing side can tell a dead share from a live one. A real ceremony fails when any of it was
/// changed; here both shares are known to one process, which therefore remembers the digest of what it gave
/// out.
///
/// Inside of secretShare: 208 bytes as 416 lower-case hex digits, the length seen for ECDSA shares.
///   0..15  "countersign-sbx1"      16  algorithm, 1 ECDSA, 2 Ed25519
///   17..32 wallet id               33..48  share set id (UUIDs, 16 bytes)
///   49..80 scalar as in KeyShares  81..207 random filler
struct DelegatedShare
{
    Chain chain = Chain::Evm;
    std::string walletId;
    std::string shareSetId;
    SecretBytes scalar;     ///< 32 bytes
    Sha256Digest digest{};  ///< of the whole object that it was read from, see fromKeyShare

    /// The plaintext of encryptedDelegatedShare: {"pubkey":{"0":n,…},"secretShare":"…"}, compact.
    /// publicKey: 64 bytes x‖y or 32 bytes. InvalidInput when an id is no UUID or the scalar has another
    /// length.
    Result<SecretBytes> toJson(BytesView publicKey) const;

    /// Of every member of the object that toJson made for this public key.
    static Sha256Digest digestOf(const SecretBytes& json, BytesView publicKey);

    /// Reads the object back. The order of its members may be another; anything else that toJson would not
    /// have written is InvalidInput, or gives another digest.
    static Result<DelegatedShare> fromKeyShare(const Json& keyShare);
    /// Reads a secretShare text; anything that toJson would not have written is InvalidInput.
    static Result<DelegatedShare> fromSecretShare(std::string_view hex);
};

}  // namespace countersign::sandbox
