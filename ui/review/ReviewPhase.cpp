#include "ui/review/ReviewPhase.h"

#include "core/signing/job/JobTransitions.h"

namespace countersign {

namespace {

bool isObstructed(const ReviewInputs& inputs)
{
    return !inputs.isProfileOpen || inputs.isUnsignable || inputs.hasFailed;
}

/// It can still be decided about, locked or not.
bool isUndecided(const ReviewInputs& inputs)
{
    return inputs.state && (waitsForOperator(*inputs.state) || isAgain(inputs.state)) && !inputs.isApproving;
}

bool isUnderWay(const ReviewInputs& inputs)
{
    return inputs.state && (inputs.isApproving || isRunning(*inputs.state, inputs.isBroadcast));
}

bool isOver(const ReviewInputs& inputs)
{
    return inputs.state && isDone(*inputs.state, inputs.isBroadcast) && !isAgain(inputs.state);
}

ReviewControls::ApproveWord approveWordOf(const ReviewInputs& inputs, ReviewPhase phase)
{
    using Word = ReviewControls::ApproveWord;
    return phase == ReviewPhase::Preparing      ? Word::Preparing
           : isAgain(inputs.state)              ? Word::Again
           : inputs.state && inputs.isBroadcast ? Word::ApproveAndSend
                                                : Word::Approve;
}

ReviewControls::Notice noticeOf(const ReviewInputs& inputs, ReviewPhase phase)
{
    using Notice = ReviewControls::Notice;
    if (isObstructed(inputs) && phase != ReviewPhase::Ended) {
        return Notice::Obstacle;
    }
    if (inputs.state && inputs.hasJobError && !inputs.isApproving) {
        return Notice::JobError;
    }
    if (isAgain(inputs.state) && !inputs.isApproving) {
        return Notice::Again;
    }
    if (inputs.areAmountsHidden && phase == ReviewPhase::Ready) {
        return Notice::Amounts;
    }
    return inputs.hasChanged && phase == ReviewPhase::Ready ? Notice::Changed : Notice::None;
}

}  // namespace

bool isAgain(std::optional<JobState> state)
{
    return state && needsAgain(*state);
}

ReviewPhase reviewPhase(const ReviewInputs& inputs)
{
    const bool known = inputs.state && inputs.hasDigest && inputs.isExplained;
    return isUnderWay(inputs)     ? ReviewPhase::Running
           : isOver(inputs)       ? ReviewPhase::Ended
           : inputs.isPreparing   ? ReviewPhase::Preparing
           : isObstructed(inputs) ? ReviewPhase::Obstructed
           : known                ? ReviewPhase::Ready
                                  : ReviewPhase::Loading;
}

ReviewControls reviewControls(const ReviewInputs& inputs)
{
    ReviewControls controls;
    controls.phase = reviewPhase(inputs);
    const bool open = isUndecided(inputs);
    const bool signable = controls.phase == ReviewPhase::Ready && !inputs.isRejecting && !inputs.isStale &&
                          !inputs.areAmountsHidden;
    controls.isPreparingDue = open && !inputs.hasFailed && inputs.isProfileOpen && !inputs.isPreparing &&
                              (!inputs.hasDigest || inputs.isStale);
    controls.isConfirmationShown = inputs.isConfirming && open && inputs.isEngineLowered;
    controls.isConfirmEnabled = signable;
    controls.isApproveShown = (!inputs.state || open) && !controls.isConfirmationShown;
    controls.isApproveEnabled = signable && inputs.isLookedAt;
    controls.approveWord = approveWordOf(inputs, controls.phase);
    controls.isRejectShown = open && !controls.isConfirmationShown && !inputs.isAskedReason;
    controls.isRejectEnabled = inputs.isProfileOpen;
    controls.isReasonShown = inputs.isAskedReason && open;
    controls.isReasonEnough = open && inputs.isProfileOpen && !inputs.isRejecting && inputs.isReasonTyped;
    controls.isCancelShown = inputs.state && (inputs.isApproving || inputs.state == JobState::Signing ||
                                              inputs.state == JobState::Approved);
    controls.isEngineFixed = inputs.state && !open;
    controls.isEngineChoosable = open && inputs.isProfileOpen && !inputs.isRejecting;
    controls.notice = noticeOf(inputs, controls.phase);
    controls.isRetryOffered = controls.notice == ReviewControls::Notice::Obstacle && inputs.hasFailed &&
                              inputs.isProfileOpen && controls.phase == ReviewPhase::Obstructed;
    return controls;
}

}  // namespace countersign
