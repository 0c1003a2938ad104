#pragma once

#include "core/signing/ceremony/JobCeremony.h"
#include "tests/support/Patience.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <array>

namespace countersign::testing {

/// What the fakes call it.
inline constexpr const char* ceremonyRoom = "0123456789abcdef0123456789abcdef";

/// A ceremony for a job that was approved.
struct JobCeremonyScene : SigningScene
{
    SigningServices fakes = parts();
    WalletPathStore paths{*profile.database, profile.clock};
    std::optional<Result<Job>> ended;
    int endings = 0;
    std::unique_ptr<JobCeremony> ceremony;

    explicit JobCeremonyScene(bool onSolana = false)
    {
        if (onSolana) {
            api.wallet.always =
                WaasWallet{solanaWalletId, toText(solanaKey.address), "SVM", {}, "TWO_OF_TWO"};
        }
        const Job job = onSolana ? solanaJob() : message();
        plan = *VerifiedJob::of(job)->payload();
        JobChange change;
        change.approvedDigest = plan.digest;
        const Job approved =
            *store.move(job.jobId, std::array{JobState::Pending}, JobState::Approved, change);
        JobCeremony::Order order{*VerifiedJob::of(approved), "set-1", "relay.test"};
        jobId = job.jobId;
        ceremony = std::make_unique<JobCeremony>(std::move(order), hooks(), fakes, store, audit);
        QObject::connect(ceremony.get(), &JobCeremony::finished, [this](const Result<Job>& result) {
            ended = result;
            ++endings;
        });
    }

    JobCeremony::Hooks hooks()
    {
        return {[this](const Job& announced, Callback<void> done) {
                    announcedState = announced.state;
                    announcement = announcements.answer(std::move(done));
                },
                [this] { return mine; }};
    }

    bool isOver() const { return ended.has_value(); }
    Job job() { return *store.load(jobId); }

    std::string jobId;
    SigningPayload plan;
    Script<void> announcements{.always = {}};
    PendingCallPtr announcement;
    std::optional<JobState> announcedState;
    Status mine;
};

/// Begins the ceremony and waits for its end.
#define RUN_CEREMONY(scene)     \
    (scene).ceremony->start();  \
    QVERIFY(!(scene).isOver()); \
    QTRY_VERIFY_WITH_TIMEOUT((scene).isOver(), patienceMs)

}  // namespace countersign::testing
