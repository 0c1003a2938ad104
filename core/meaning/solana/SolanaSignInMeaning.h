#pragma once

#include "core/chain/solana/offchain/SolanaSignIn.h"
#include "core/meaning/solana/SolanaExplanation.h"

namespace countersign::meaning {

/// A message of Sign-In with Solana: understood. Findings message.signIn.domainMismatch, addressMismatch,
/// userInfo (critical), chainMismatch, uriMismatch (warning): as for Ethereum.
Meaning solanaSignInMeaning(const SolanaSignIn& signIn, const SolanaContext& context);

/// Whether a text speaks like a sign-in, of whatever form.
bool looksLikeSolanaSignIn(std::string_view text);

}  // namespace countersign::meaning
