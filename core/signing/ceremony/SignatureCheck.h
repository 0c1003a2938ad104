#pragma once

#include "core/signing/job/SigningPayload.h"

namespace countersign {

/// A signature that belongs to the wallet, in the forms that leave the console.
struct VerifiedSignature
{
    Bytes signature;          ///< EVM: r ‖ s ‖ v (65 bytes, low s, v 27 or 28); Solana: 64 bytes
    Bytes signedTransaction;  ///< empty for messages and typed data
    std::string
        hash;  ///< EVM: 0x-hex; Solana: base58 of the transaction's first signature, where it is there
};

/// raw: what an engine gave (SigningEngine::finished). Nothing that fails here exists for anybody else
/// (design.md §5): secp256k1 recovery over the digest must give the wallet's address after s was made low,
/// Ed25519 must verify under it. BadSignature otherwise; the sentence says that nothing was used. A recovery
/// id above 1 (v 29, 30) has no form on Ethereum and is BadSignature too: signing again gives another one.
Result<VerifiedSignature> checkSignature(const SigningPayload& plan, const JobContent& content,
                                         BytesView addressBytes, BytesView raw);

}  // namespace countersign
