#pragma once

#include "core/policy/document/PolicyDocument.h"
#include "ui/text/StateText.h"

#include <QStringList>

namespace countersign {

/// What a rule asks, a line for each condition; empty where it asks nothing.
QStringList conditionLines(const PolicyConditions& when);
/// What becomes of a job for which the rule holds, as a chip: "Blocks", "1 approval", "2 approvals".
StateText outcomeText(const PolicyRule& rule);
/// The same in one sentence, with everything that is asked for.
QString outcomeSentence(const PolicyRule& rule);

}  // namespace countersign
