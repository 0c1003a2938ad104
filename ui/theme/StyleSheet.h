#pragma once

#include "ui/theme/ThemeColors.h"

#include <QString>

namespace countersign {

/// What the palette cannot say: corners, spaces, hover and focus. Widgets opt in by object name or by the
/// dynamic properties "role" ("primary", "flat", "title", "muted", "card").
QString styleSheetOf(const ThemeColors& colors);

}  // namespace countersign
