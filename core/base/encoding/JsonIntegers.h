#pragma once

#include "core/base/encoding/Json.h"

#include <optional>
#include <string>
#include <string_view>

// Parsing JSON with big integers, beyond 64 bits. Libraries that have them (Python's, for one) write amounts
// of 256 bits as plain JSON numbers. Json keeps integers of 64 bits only; read as floating point they would
// be other numbers. Wherever such an amount may come in, it is read by the one parser here, and its digits
// are kept.

namespace countersign {

/// parseJson, except that an integer beyond 64 bits is kept as a binary value that holds its digits, a minus
/// before them if it had one. dumpJson does not write such a value as it was: see the two functions below.
Result<Json> parseJsonKeepingIntegers(std::string_view text, const JsonLimits& limits = {});

/// The digits, when value is such an integer; else empty. The view lasts as long as value.
std::string_view longIntegerDigits(const Json& value);

/// A JSON integer of any length in decimal, with a minus where it is negative (not for -0); nothing for 1.0,
/// 1e3 and for what is no number.
std::optional<std::string> integerText(const Json& value);

/// dumpJson, with long integers as the numbers that they were. indent: spaces for each level, negative:
/// compact.
std::string dumpJsonExactly(const Json& json, int indent = -1);

/// For readers that know doubles only (JavaScript's): every integer that one cannot hold exactly is decimal
/// text instead, everything else as it was.
Json withLargeIntegersAsText(Json json);

}  // namespace countersign
