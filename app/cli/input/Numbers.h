#pragma once

#include "app/cli/input/Arguments.h"
#include "core/base/Result.h"

#include <cstdint>

namespace countersign::cli {

/// Plain decimal digits, at least 1; InvalidInput otherwise.
Result<std::int64_t> parsePositive(const QString& text);
/// The option's number, or fallback when it was not given; the sentence of a failure names the option.
Result<std::int64_t> positiveOption(const Arguments& arguments, QLatin1StringView option,
                                    std::int64_t fallback);

}  // namespace countersign::cli
