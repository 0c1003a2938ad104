#pragma once

#include "ui/session/control/InspectionControl.h"
#include "ui/text/StateText.h"

namespace countersign {

/// What Dynamic said of one wallet.
StateText stateText(WalletVerdict verdict);

/// How far a run has come, or how it ended.
QString runSentence(const InspectionRun& run);

}  // namespace countersign
