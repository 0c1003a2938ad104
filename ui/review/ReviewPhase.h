#pragma once

#include "core/signing/job/Job.h"

#include <optional>

namespace countersign {

/// Where a review stands.
enum class ReviewPhase {
    Loading,     ///< the job is being read and explained
    Preparing,   ///< open values are being asked of the node
    Obstructed,  ///< cannot be approved as it is; the notice says why
    Ready,       ///< may be approved once it was looked at for a moment
    Running,     ///< approved: the ceremony or the broadcast is under way
    Ended,       ///< nothing can be decided any more
};

/// Everything that decides what a review shows and allows.
struct ReviewInputs
{
    std::optional<JobState> state;  ///< expiry applied (stateNow); nothing before the job was read
    bool isBroadcast = false;       ///< it is sent to the network once it is signed
    bool hasDigest = false;         ///< its open values are known, so there is something to approve
    bool isStale = false;           ///< those values are older than freshFor
    bool hasJobError = false;       ///< its last attempt left an error
    bool isProfileOpen = true;
    bool isExplained = false;       ///< what it means is shown as it is now
    bool areAmountsHidden = false;  ///< AmountVisibility
    bool isUnsignable = false;      ///< what is in it cannot be signed (ReviewContent::obstacle)
    bool hasFailed = false;         ///< reading, preparing or deciding failed here
    bool hasChanged = false;        ///< values became different while it was looked at
    bool isLookedAt = false;        ///< long enough
    bool isPreparing = false;       ///< asked for, not answered
    bool isApproving = false;       ///< likewise
    bool isRejecting = false;       ///< likewise
    bool isEngineLowered = false;   ///< EngineChoice::isLowered
    bool isConfirming = false;      ///< the question about that engine was opened
    bool isAskedReason = false;     ///< the field for the reason of a rejection was opened
    bool isReasonTyped = false;     ///< it holds more than blanks
};

/// What is shown and what can be pressed.
struct ReviewControls
{
    enum class ApproveWord { Preparing, Again, ApproveAndSend, Approve };
    enum class Notice {
        None,
        Obstacle,  ///< why it cannot be decided now: locked, unsignable or failed
        JobError,  ///< what the last attempt left, and for an open job what "again" means
        Again,     ///< an attempt ended without an error that could be told
        Amounts,   ///< are hidden: nobody approves what cannot be read
        Changed,   ///< look at it again
    };

    ReviewPhase phase = ReviewPhase::Loading;
    bool isPreparingDue = false;  ///< the node is to be asked now
    bool isApproveShown = false;
    bool isApproveEnabled = false;
    ApproveWord approveWord = ApproveWord::Approve;
    bool isConfirmationShown = false;
    bool isConfirmEnabled = false;
    bool isRejectShown = false;
    bool isRejectEnabled = false;
    bool isReasonShown = false;
    bool isReasonEnough = false;  ///< rejecting can be confirmed
    bool isCancelShown = false;
    bool isEngineFixed = false;  ///< the engine is the one it was approved with
    bool isEngineChoosable = false;
    Notice notice = Notice::None;
    bool isRetryOffered = false;

    bool operator==(const ReviewControls&) const = default;
};

/// An attempt was made and ended without a result: approving opens another ceremony.
bool isAgain(std::optional<JobState> state);

/// The phase, and with it what can be done. Pure: the dialog gathers the inputs and draws what comes out.
ReviewControls reviewControls(const ReviewInputs& inputs);
ReviewPhase reviewPhase(const ReviewInputs& inputs);

}  // namespace countersign
