#pragma once

#include "core/base/Bytes.h"
#include "core/chain/ByteSpan.h"
#include "core/signing/job/VerifiedJob.h"

namespace countersign {

/// The bytes that are signed or hashed for signing, and what each of them is.
struct SignedBytes
{
    Bytes bytes;                  ///< empty as long as something is open
    std::vector<ByteSpan> spans;  ///< cover all of them, in order

    bool operator==(const SignedBytes&) const = default;
};

/// Of an EVM transaction its unsigned form, of a message the prefixed one (EIP-191), of typed data the 66
/// bytes of EIP-712, of Solana the message. Nothing where the payload cannot be computed.
SignedBytes signedBytesOf(const VerifiedJob& job);

}  // namespace countersign
