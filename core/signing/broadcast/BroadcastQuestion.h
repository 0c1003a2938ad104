#pragma once

#include "core/base/PendingCall.h"
#include "core/signing/broadcast/BroadcastStrategy.h"

#include <utility>

namespace countersign {

/// A question to a BroadcastStrategy that is under way: the node's answer that it waits for, what was learnt
/// so far, and who is told in the end.
class BroadcastQuestion
{
public:
    void begin(BroadcastStrategy::Answered answered)
    {
        m_answered = std::move(answered);
        m_progress.reset();
    }
    void waitFor(PendingCallPtr call) { m_call = std::move(call); }
    void learn(const BroadcastProgress& progress) { m_progress = progress; }
    /// Whoever calls it does nothing afterwards: the next question may have been asked.
    void answer(BroadcastOutcome::Verdict verdict)
    {
        const auto answered = std::exchange(m_answered, {});
        answered({std::move(verdict), std::exchange(m_progress, {})});
    }

private:
    BroadcastStrategy::Answered m_answered;
    std::optional<BroadcastProgress> m_progress;
    PendingCallPtr m_call;
};

}  // namespace countersign
