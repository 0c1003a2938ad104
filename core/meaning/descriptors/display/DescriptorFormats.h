#pragma once

#include "core/base/Result.h"
#include "core/meaning/Meaning.h"
#include "core/meaning/descriptors/binding/DescriptorScope.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::meaning {

/// A value as its format writes it.
struct ShownValue
{
    std::string text;
    /// What the text leaves out: the contract behind a symbol, the address behind a name, the exact number
    /// behind a word. The console's own words; shown behind the descriptor's fields.
    std::vector<Field> beside;
    std::vector<Finding> findings;
    std::optional<Effect> effect;
    /// Bytes of which nobody says what they mean: shown, and not understood.
    bool isOpaque = false;
};

/// A value of a field in the format that a descriptor asks for ("Field formats" of ERC-7730, and the texts
/// that the registry's tests expect): raw, amount, tokenAmount, nftName, date, duration, unit, enum, chainId,
/// addressName, interoperableAddressName, tokenTicker. Symbols and names are those of the lists alone.
/// InvalidInput for other formats and for a value or a parameter that a format cannot have.
Result<ShownValue> shownValue(std::string_view format, const Operand& operand,
                              const FieldParameters& parameters);

/// A descriptor's text in one line, bounded: what it says is not trusted.
std::string descriptorText(std::string_view text);

}  // namespace countersign::meaning
