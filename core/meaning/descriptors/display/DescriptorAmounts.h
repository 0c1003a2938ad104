#pragma once

#include "core/meaning/descriptors/display/DescriptorFormats.h"

// Amounts of coins and tokens, and what other formats share with them.

namespace countersign::meaning {

/// Formats "amount" and "tokenAmount".
Result<ShownValue> shownAmount(const Operand& operand, const FieldParameters& parameters);
Result<ShownValue> shownTokenAmount(const Operand& operand, const FieldParameters& parameters);

/// Why a value or a parameter does not fit its format; for the log, untranslated.
tl::unexpected<Error> invalidField(const char* detail);
ShownValue plain(std::string text);
/// "descriptor.raw".
Finding rawFinding(Severity severity, std::string detail);
/// A field of the console's own beside the descriptor's: its label is what, then a name.
Field besideOf(const char* what, const std::string& name, std::string value);

/// CAIP-2 of chainId, or else of the container; "eip155" where neither is known.
std::string caip2Of(const FieldParameters& parameters, const std::optional<Operand>& chainId);
/// The lists' token of that chain, or a data provider's, whose tokens have no chain.
const KnownToken* tokenAt(const FieldParameters& parameters, const std::string& caip2,
                          const EvmAddress& address);
/// The address, with the chain where it is another one than the container's.
std::string onChain(const EvmAddress& address, const std::string& caip2, const FieldParameters& parameters);

}  // namespace countersign::meaning
