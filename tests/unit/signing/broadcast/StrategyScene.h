#pragma once

#include "core/signing/broadcast/BroadcastStrategy.h"
#include "tests/support/fakes/SigningFakes.h"
#include "tests/support/fixtures/profile/TestProfile.h"

namespace countersign::testing {

/// Test fixture of a strategy: a node's script, a clock, and the questions of JobBroadcast. No database.
struct StrategyScene
{
    ManualClock clock{1'750'000'000'000};
    SigningServices services;
    Job job;
    bool hasNode = true;
    std::unique_ptr<BroadcastStrategy> strategy;

    BroadcastOutcome send() { return send(clock.now()); }
    BroadcastOutcome send(UnixMillis since)
    {
        return waitFor<BroadcastOutcome>([&](auto done) { strategy->send(since, done); });
    }
    BroadcastOutcome look() { return look(clock.now()); }
    BroadcastOutcome look(UnixMillis since)
    {
        return waitFor<BroadcastOutcome>([&](auto done) { strategy->look(since, done); });
    }
};

template <typename Verdict>
bool is(const BroadcastOutcome& outcome)
{
    return std::holds_alternative<Verdict>(outcome.verdict);
}

/// The error of a verdict that has one.
template <typename Verdict>
Error errorOf(const BroadcastOutcome& outcome)
{
    const auto* verdict = std::get_if<Verdict>(&outcome.verdict);
    return verdict == nullptr ? Error{ErrorCode::Internal, QStringLiteral("another verdict"), {}}
                              : verdict->error;
}

inline Error scripted(ErrorCode code, const char* detail = "scripted")
{
    return {code, QStringLiteral("said the test"), QString::fromLatin1(detail)};
}

}  // namespace countersign::testing
