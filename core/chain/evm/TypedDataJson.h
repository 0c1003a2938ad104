#pragma once

#include "core/base/Json.h"

#include <string_view>

// Why: libraries that have big integers (Python's, for one) write a uint256 into typed data as a plain JSON
// number. Read as floating point it would be another number.

namespace countersign {

/// parseJson with typedDataJsonLimits, except that an integer beyond 64 bits is kept as a binary value that
/// holds its digits, a minus before them if it had one. It is made for hashing: dumpJson writes no such value
/// as it was.
Result<Json> parseTypedDataJson(std::string_view text);

/// The digits, when value is such an integer; else empty. The view lasts as long as value.
std::string_view longIntegerDigits(const Json& value);

}  // namespace countersign
