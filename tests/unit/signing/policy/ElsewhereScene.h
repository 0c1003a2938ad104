#pragma once

#include "core/signing/statement/JobStatements.h"
#include "tests/unit/signing/policy/PolicyScene.h"
#include "tests/unit/signing/statement/RejectionSamples.h"

namespace countersign::testing {

/// Two desks: an operator of another one, whose word comes in here.
struct ElsewhereScene : PolicyScene
{
    samples::Person bob{"Bob"};

    ElsewhereScene() { samples::registerOperator(profile, audit, bob); }

    /// Somebody at another desk says it about what this desk would sign.
    void hear(const samples::Person& who, const Job& job, ApprovalDecision decision)
    {
        const auto verified = VerifiedJob::of(*store.load(job.jobId));
        ApprovalStatement statement = samples::saidBy(who, decision, profile.clock.now());
        statement.jobId = job.jobId;
        std::ranges::copy(verified->payload()->digest, statement.digest.begin());
        statement.policy =
            PolicyStore(*profile.database, *profile.vault, audit, profile.clock).rowInForce().value()->sha256;
        JobStatements statements(*profile.database, *profile.vault, audit, store, profile.clock);
        if (!statements.take(samples::signedBy(who, statement), ApprovalSource::Relay)) {
            qFatal("not taken in");
        }
    }
};

}  // namespace countersign::testing
