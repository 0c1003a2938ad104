#pragma once

#include "core/base/Result.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string_view>

namespace countersign {

/// Keeps the order of members; integers beyond 64 bits become floating point, so amounts travel as strings.
using Json = nlohmann::ordered_json;

struct JsonLimits
{
    std::size_t maxBytes = 256 * 1024;
    int maxDepth = 32;               ///< a bare scalar has depth 0, [1] has depth 1
    std::size_t maxValues = 10'000;  ///< objects, arrays and scalars together
    /// Of one object: whoever looks a member up compares with each, since they keep their order.
    std::size_t maxMembers = 1'000;
};

/// RFC 8259 and nothing more: valid UTF-8, no comments, no trailing text, no member twice in one object (two
/// readers could otherwise understand one signed body differently). Violations, also of the limits, are
/// InvalidInput. The time grows with the text's length and nothing else (names are sorted).
Result<Json> parseJson(std::string_view text, const JsonLimits& limits = {});

/// Compact, UTF-8, in insertion order; invalid UTF-8 is replaced so that it never throws.
std::string dumpJson(const Json& json);

/// The member as text: nothing when json is no object or the member is absent or null. Any other type is
/// InvalidInput.
Result<std::optional<std::string>> optionalString(const Json& json, const char* member);
/// As above, but it must be there.
Result<std::string> requiredString(const Json& json, const char* member);

}  // namespace countersign
