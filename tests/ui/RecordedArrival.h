#pragma once

#include "core/audit/AuditLog.h"
#include "tests/support/Patience.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/ConsoleFixture.h"

#include <QTest>

namespace countersign::testing {

/// What the record says of a job's arrival, for a row that JobFixture wrote: without it the row passes for
/// one that somebody else put in, and nothing may be approved. For fixtures without a passphrase.
inline void recordArrival(ProfileFixture& profile, const Job& job, const Clock& clock)
{
    const auto vault = Vault::open(ProfilePaths(profile.folder()),
                                   std::make_shared<FixedRootKeys>(KeychainState::Available));
    std::optional<Status> unlocked;
    (*vault)->unlock(SecretBytes(), [&unlocked](const Status& status) { unlocked = status; });
    if (!QTest::qWaitFor([&unlocked] { return unlocked.has_value(); }, patienceMs) || !*unlocked) {
        qFatal("not unlocked for the record");
    }
    Json detail = {{"wallet", job.walletId}, {"kind", toText(job.kind)}, {"origin", toText(job.origin)}};
    if (!job.submitter.empty()) {
        detail["submitter"] = job.submitter;
    }
    detail["createdAt"] = toIso8601(job.createdAt);
    detail["imported"] = false;
    const auto recorded =
        AuditLog(profile.database(), **vault, clock).record("job.received", job.jobId, dumpJson(detail), [] {
            return Status();
        });
    if (!recorded) {
        qFatal("not recorded: %s", qUtf8Printable(recorded.error().sentence + recorded.error().detail));
    }
}

}  // namespace countersign::testing
