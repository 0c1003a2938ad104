#pragma once

#include "ui/session/control/InspectionControl.h"
#include "ui/text/StateText.h"

#include <string>

namespace countersign {

/// What Dynamic said of one wallet.
StateText stateText(WalletVerdict verdict);
/// The same of a whole answer: an "ok" with a detail left something open (WalletComparison.h), and must not
/// read as if Dynamic had vouched for it.
StateText stateText(WalletVerdict verdict, const std::string& detail);

/// How far a run has come, or how it ended.
QString runSentence(const InspectionRun& run);

}  // namespace countersign
