#pragma once

#include "core/base/Clock.h"
#include "core/policy/document/PolicyDocument.h"

#include <string>

namespace countersign {

/// Whether the moment lies in the window, both ends included to the millisecond. Where clocks are set back
/// the same time of day comes twice, and both count.
bool isWithin(const PolicyTime& window, UnixMillis moment);

/// "Fri 22:30 in Europe/Zurich".
std::string timeInZone(const PolicyTime& window, UnixMillis moment);

}  // namespace countersign
