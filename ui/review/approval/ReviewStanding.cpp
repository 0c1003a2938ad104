#include "ui/review/approval/ReviewStanding.h"

namespace countersign {

namespace {

StandingControls::Sentence standingSentence(const StandingInputs& inputs)
{
    using Sentence = StandingControls::Sentence;
    return inputs.hasFailed                                            ? Sentence::Failed
           : !inputs.isKnown                                           ? Sentence::Reading
           : inputs.isBlocked                                          ? Sentence::Blocked
           : inputs.isRejected                                         ? Sentence::Rejected
           : inputs.needsOthers && !(inputs.canSay && !inputs.hasSaid) ? Sentence::Others
                                                                       : Sentence::None;
}

}  // namespace

StandingControls standingControls(const ReviewControls& review, const StandingInputs& inputs)
{
    StandingControls controls;
    controls.isApproveShown = review.isApproveShown;
    controls.isApproveEnabled = review.isApproveEnabled;
    controls.isConfirmEnabled = review.isConfirmEnabled;
    controls.isRejectEnabled = review.isRejectEnabled && !inputs.isSaying;
    const bool isOpen = review.isApproveShown || review.isConfirmationShown;
    if (!inputs.isAsked || !isOpen) {
        return controls;
    }
    using Sentence = StandingControls::Sentence;
    controls.sentence = standingSentence(inputs);
    const bool isFree = controls.sentence == Sentence::None;
    const bool isFrictionOver = !inputs.isWordMissing && !inputs.isReauthenticationMissing;
    controls.isApproveShown = review.isApproveShown && !controls.isReplaced();
    controls.isApproveEnabled = review.isApproveEnabled && isFree && isFrictionOver && !inputs.isSaying;
    controls.isConfirmEnabled = review.isConfirmEnabled && isFree && isFrictionOver && !inputs.isSaying;
    controls.isEndorsing = isFree && inputs.needsOthers;
    controls.isFrictionShown = isFree;
    controls.isCommentShown = controls.isEndorsing;
    controls.isTakeBackShown = inputs.isKnown && !inputs.hasFailed && inputs.hasSaid && !inputs.isRejected;
    controls.isTakeBackEnabled = controls.isTakeBackShown && review.isRejectEnabled && !inputs.isSaying;
    return controls;
}

}  // namespace countersign
