#pragma once

#include "ui/review/ReviewPhase.h"

namespace countersign {

/// What of the policy and of operators' statements decides what a review allows. By itself a review allows
/// what ReviewControls says; this only takes away from it, or turns approving into endorsing.
struct StandingInputs
{
    bool isAsked = false;        ///< there is something that tells how the job stands; else nothing changes
    bool isKnown = false;        ///< it told, about exactly what is shown
    bool hasFailed = false;      ///< it cannot tell: nothing may be signed then
    bool isBlocked = false;      ///< the policy forbids the job
    bool isRejected = false;     ///< an operator rejected it
    bool needsOthers = false;    ///< approvals are missing even with this desk's
    bool canSay = false;         ///< an approval of this desk's operator would count
    bool hasSaid = false;        ///< it was given already
    bool isSaying = false;       ///< asked for, not answered
    bool isWordMissing = false;  ///< the policy asks for a typed word, and it is not there
    bool isReauthenticationMissing = false;  ///< likewise
};

/// What is shown and what can be pressed.
struct StandingControls
{
    enum class Sentence {
        None,
        Reading,   ///< what the policy asks is being found out
        Failed,    ///< why it cannot be told
        Blocked,   ///< the policy's sentence, in place of Approve
        Rejected,  ///< likewise
        Others,    ///< whose approval is missing, in place of Approve
    };

    Sentence sentence = Sentence::None;
    bool isApproveShown = false;
    bool isApproveEnabled = false;
    bool isConfirmEnabled = false;
    bool isEndorsing = false;      ///< the button says something to other desks and opens no ceremony
    bool isFrictionShown = false;  ///< typed word and re-authentication, where the policy asks for them
    bool isCommentShown = false;
    bool isTakeBackShown = false;
    bool isTakeBackEnabled = false;
    bool isRejectEnabled = false;

    /// A sentence stands in place of Approve.
    bool isReplaced() const
    {
        return sentence == Sentence::Blocked || sentence == Sentence::Rejected ||
               sentence == Sentence::Others;
    }

    bool operator==(const StandingControls&) const = default;
};

/// Pure, as reviewControls.
StandingControls standingControls(const ReviewControls& review, const StandingInputs& inputs);

}  // namespace countersign
