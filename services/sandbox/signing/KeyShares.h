#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "services/sandbox/state/SandboxTypes.h"

namespace countersign::sandbox {

/// The two additive shares of a wallet's key, of which a delegation hands one to the console. The sandbox
/// simulates Dynamic's MPC: both shares are made, and known, in this one process. The sum of the two scalars
/// modulo the group order is the private key; it is put together only in guarded memory, to derive the public
/// key.
///
/// EVM: secp256k1 scalars, 32 bytes big-endian. SVM: Ed25519 scalars (not seeds), 32 bytes little-endian.
struct KeyShares
{
    SecretBytes server;
    SecretBytes holder;

    /// A new wallet: two random shares.
    static KeyShares generate(Chain chain);

    /// New shares of the same key: one random offset is added to one share and taken from the other, so that
    /// a share of the old set together with one of the new set yields nothing.
    Result<KeyShares> reshared(Chain chain) const;

    /// Public key of the shared private key. EVM: 64 bytes x‖y; SVM: 32 bytes.
    Result<Bytes> publicKey(Chain chain) const;
};

}  // namespace countersign::sandbox
