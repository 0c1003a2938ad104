#pragma once

#include "core/base/Uint256.h"

#include <string>

namespace countersign::meaning {

/// "2026-03-04 16:25:38Z" of seconds since 1970; decimal for what lies behind the year 9999.
std::string dateText(const Uint256& seconds);

/// "02:17:30"; hours have as many digits as they need, and two at least.
std::string durationText(const Uint256& seconds);

/// The number divided by 10^decimals (0 to 77), exact; with hasPrefix as a small number and a prefix of the
/// SI: 36000 is "36k".
std::string unitText(const Uint256& number, int decimals, bool hasPrefix);

}  // namespace countersign::meaning
