#pragma once

#include "core/health/HealthFinding.h"
#include "ui/text/StateText.h"

namespace countersign {

StateText stateText(HealthSeverity severity);

}  // namespace countersign
