#pragma once

#include "core/base/Clock.h"

#include <QString>

// Spans of time in words, for findings.

namespace countersign {

QString daysText(UnixMillis span);  ///< "1 day", "400 days"
QString spanText(UnixMillis span);  ///< "5 minutes", "30 hours", "3 days"
QString agoText(UnixMillis span);   ///< "just now", "5 minutes ago", …

}  // namespace countersign
