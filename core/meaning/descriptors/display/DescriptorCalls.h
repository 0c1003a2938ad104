#pragma once

#include "core/meaning/Meaning.h"
#include "core/meaning/descriptors/binding/DescriptorScope.h"

#include <optional>
#include <vector>

namespace countersign::meaning {

/// A call within the data, explained.
struct ShownCall
{
    std::vector<Field> fields;  ///< the call itself, then what is in it
    Field callee;
    Meaning meaning;  ///< the rest; its fields are in the above
};

/// Bytes that call another contract (format "calldata"), explained like any other call: what is built in
/// comes first, then descriptors. Nothing for what is no bytes of the data, for a callee that cannot be told,
/// and below maxCallDepth.
std::optional<ShownCall> shownCall(const Operand& operand, const FieldParameters& parameters);

}  // namespace countersign::meaning
