#pragma once

#include "ui/session/control/ApprovalControl.h"
#include "ui/text/StateText.h"

namespace countersign {

/// What a job waits for, seen from this desk: "Waits for you", "You approved", "Others are asked", ….
StateText standingText(const JobStanding& standing);
/// The same where it cannot be told.
StateText standingText(const Result<JobStanding>& standing);
/// Who may approve, of those who have not; in one sentence.
QString mayApproveText(const JobStanding& standing);
/// "2 jobs wait for a second approval"; empty where none does.
QString tallyText(const WaitingTally& tally);
/// What became of a statement that was brought as a file, in a sentence.
QString takenText(const StatementTaken& taken);
/// What became of this desk's own statement: whether other desks hear of it, and how they can otherwise.
QString saidText(const StatementSaid& said);

/// The policy's decision in one sentence: "Rule payout asks for 2 approvals, a typed word and …".
QString decisionText(const PolicyDecision& decision);

}  // namespace countersign
