#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "services/sandbox/state/MessageStore.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace countersign::sandbox {

/// The retry schedule of webhooks: when a message is tried again, and when no more. Receivers are written
/// against Dynamic's retries (protocol reference §1.3), so this is a rule of its own that tests can shorten.
class RetrySchedule
{
public:
    /// Sandbox environments: the first attempt, then 15 s and 1 min after it.
    RetrySchedule();
    /// Distances of the retries from the first attempt, ascending; empty: no retry.
    explicit RetrySchedule(std::vector<std::chrono::milliseconds> distances);
    /// "15,60": seconds, decimals allowed, ascending, at most 10 of at most one day. Otherwise InvalidInput.
    static Result<RetrySchedule> parse(std::string_view text);

    int maxAttempts() const { return static_cast<int>(m_distances.size()) + 1; }
    /// When to try again after so many attempts (at least one) of which the first began at firstAttempt;
    /// nothing when that was the last.
    std::optional<UnixMillis> nextAttempt(int attempts, UnixMillis firstAttempt) const;

    /// The message after an attempt: delivered, pending with its next time, or failed.
    void apply(const AttemptOutcome& outcome, Message& message) const;

private:
    std::vector<std::chrono::milliseconds> m_distances;
};

}  // namespace countersign::sandbox
