#pragma once

#include "core/policy/approvals/ApprovalStore.h"
#include "core/policy/operators/OperatorRegister.h"
#include "tests/support/fixtures/profile/TestProfile.h"
#include "tests/unit/policy/approvals/ApprovalSamples.h"

#include <QTest>

#include <string>

namespace countersign::samples {

/// What came of an operator of another desk while a job could not be ended: a stored statement.
inline void storeStatement(const TestProfile& profile, const Person& who, const std::string& jobId,
                           ApprovalDecision decision)
{
    ApprovalStatement statement = saidBy(who, decision);
    statement.jobId = jobId;
    statement.reason = decision == ApprovalDecision::Reject ? "wrong supplier" : "";
    const auto stored =
        ApprovalStore(*profile.database).add(signedBy(who, statement), ApprovalSource::Relay, noon, {});
    QVERIFY(stored.has_value() && *stored == ApprovalStore::Added::New);
}

inline void registerOperator(const TestProfile& profile, AuditLog& audit, const Person& who)
{
    QVERIFY(OperatorRegister(*profile.database, *profile.vault, audit, profile.clock)
                .add(who.name, who.key, {})
                .has_value());
}

}  // namespace countersign::samples
