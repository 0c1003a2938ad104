#pragma once

#include "core/chain/evm/message/SignInMessage.h"
#include "core/meaning/evm/EvmExplanation.h"

namespace countersign::meaning {

/// A sign-in of EIP-4361: understood, unless it carries capabilities (EIP-5573), which are not read.
/// Findings message.signIn.domainMismatch, addressMismatch, userInfo (critical), chainMismatch, uriMismatch,
/// punycode and capability.
Meaning signInMeaning(const SignInMessage& signIn, const EvmContext& context, const Knowledge& knowledge);

}  // namespace countersign::meaning
