#include "ui/session/control/ApprovalControl.h"

#include <algorithm>

namespace countersign {

std::optional<ApprovalDecision> JobStanding::ownWord() const
{
    if (!own) {
        return std::nullopt;
    }
    std::optional<ApprovalDecision> word;
    for (const CountedApproval& one : count.statements) {
        if (one.statement.operatorKey == own->publicKey && one.counts()) {
            word = word == ApprovalDecision::Reject ? word : one.statement.decision;
        }
    }
    return word;
}

bool JobStanding::isByOperators() const
{
    return judged.terms.policy != CountTerms::ofBuiltInPolicy().policy;
}

bool JobStanding::needsOthers() const
{
    const bool canAdd = own && isOwnAsked && !ownWord();
    return !isBlocked() && isByOperators() && count.have + (canAdd ? 1 : 0) < count.need;
}

bool JobStanding::waitsForOwn() const
{
    if (isBlocked() || count.isRejected) {
        return false;
    }
    return !isByOperators() || (own && isOwnAsked && !ownWord() && !count.isReached());
}

WaitingTally tallyOf(const WaitingJobs& waiting)
{
    WaitingTally tally;
    for (const WaitingJob& one : waiting.jobs) {
        if (!one.standing || one.standing->isBlocked() || one.standing->count.isRejected) {
            continue;
        }
        const ApprovalCount& count = one.standing->count;
        tally.forOwn += one.standing->waitsForOwn() ? 1 : 0;
        tally.forSecond += one.standing->isByOperators() && count.need > 1 && count.have < count.need ? 1 : 0;
    }
    return tally;
}

}  // namespace countersign
