#pragma once

#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <string_view>
#include <variant>

namespace countersign::sandbox {

/// A signature made from both key shares: here the simulation of multi-party computation ends in a real
/// signature. The two additive shares are added up in guarded memory; the protocols that would avoid this are
/// not run.
struct JointSignature
{
    std::variant<secp256k1::Signature, ed25519::Signature> value;

    /// toSign: a 32-byte digest (EVM), the message (SVM). publicKey: the wallet's; Denied when the shares do
    /// not add up to its key.
    static Result<JointSignature> make(Chain chain, const SecretBytes& server, const SecretBytes& holder,
                                       BytesView toSign, BytesView publicKey);

    /// ECDSA: r ‖ s ‖ v (27 or 28) ‖ DER (protocol reference §4.3). Ed25519: 64 bytes.
    Bytes toWire() const;
    /// ECDSA: the same signature with the other s and v; Ed25519: unchanged.
    JointSignature withHighS() const;
    /// "ecdsa" or "ed25519".
    std::string_view algorithm() const;
};

}  // namespace countersign::sandbox
