#pragma once

#include "core/base/Bytes.h"
#include "core/crypto/primitives/Keccak.h"

// EIP-191 message hashing (version 0x45, `personal_sign`). Messages are signed under a prefix that no
// transaction can begin with, so that nobody can be made to sign a transaction as a "message".

namespace countersign {

/// 0x19, "Ethereum Signed Message:\n", the number of BYTES of the message in decimal, the message.
Bytes eip191Prefixed(BytesView message);

/// Keccak-256 of the above: what is signed.
Keccak256Digest eip191Digest(BytesView message);

}  // namespace countersign
