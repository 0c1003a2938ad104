#pragma once

#include "core/base/encoding/Json.h"
#include "core/meaning/descriptors/binding/DescriptorScope.h"

#include <optional>

namespace countersign::meaning {

/// What becomes of a value by its field's rule.
enum class Visibility {
    Shown,
    Hidden,   ///< "never", or excluded
    Known,    ///< not shown because it is one of ifNotIn
    Matches,  ///< not shown because it is one of mustMatch, as it must
    Differs,  ///< must be one of mustMatch and is not
};

/// "visible" of a field: "always", "optional" (shown), "never", {ifNotIn: […]} or {mustMatch: […]} (notIn and
/// mustBe in the schema's words). Nothing for a rule that is not known.
std::optional<Visibility> visibilityOf(const Json& field, const Operand& operand,
                                       const DescriptorScope& scope);

}  // namespace countersign::meaning
