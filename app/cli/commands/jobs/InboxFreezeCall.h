#pragma once

#include "app/cli/ProfileSession.h"
#include "core/base/PendingCall.h"
#include "core/signing/approval/InboxFreeze.h"

#include <memory>
#include <string>

namespace countersign::cli {

/// What became of a freeze of every desk.
struct InboxFreezeOutcome
{
    SigningFreeze freeze;  ///< of this desk, which is frozen whatever the relay says
    std::string inbox;
    Status posted;  ///< whether the relay has it for the others
};

/// Freezes this desk and tells the others of its inbox (InboxFreeze), through the relay that the profile
/// names. done comes once; an error: nothing was done, not here either.
void freezeInbox(const std::shared_ptr<ProfileSession>& session, const std::string& reason,
                 const Callback<InboxFreezeOutcome>& done);

/// The sentence for an operator whose word did not reach the relay.
QString notToldSentence();

}  // namespace countersign::cli
