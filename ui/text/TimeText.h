#pragma once

#include "core/base/Clock.h"

#include <QString>

namespace countersign {

/// "just now", "12 s ago", "5 min ago", "3 h ago", "2 days ago", then the local date; "in the future" is said
/// as such.
QString relativeTime(UnixMillis time, UnixMillis now);

/// Both zones, for tool tips and details: "2026-02-03 12:00:00 UTC" and the local time on a second line.
QString absoluteTime(UnixMillis time);
/// The same on one line: "2026-02-03 12:00:00 UTC".
QString utcTime(UnixMillis time);

/// "340 ms", "4.2 s", "3 min", "2 h"; negative spans (clocks that differ) keep their sign.
QString durationText(UnixMillis span);

}  // namespace countersign
