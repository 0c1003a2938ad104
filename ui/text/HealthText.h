#pragma once

#include "core/health/HealthFinding.h"
#include "ui/text/StateText.h"

namespace countersign {

/// A finding's gravity, as it is said everywhere in the window.
StateText stateText(HealthSeverity severity);

}  // namespace countersign
