#include "app/cli/commands/delegations/RevocationBench.h"

#include "core/profile/ProfileServices.h"

#include <chrono>

namespace countersign::cli {

void openRevocationBench(Invocation& invocation, const std::function<void(const RevocationBenchPtr&)>& work)
{
    ProfileSession::open(invocation, [work](const std::shared_ptr<ProfileSession>& session) {
        auto bench = std::make_shared<RevocationBench>();
        bench->session = session;
        bench->desk = std::make_unique<JobDesk>(
            signingServicesOf(session->sharedVault(), session->database(), session->clock()));
        bench->jobs = std::make_unique<DeskWalletJobs>(*bench->desk, session->database(), session->vault());
        bench->runner = std::make_unique<RevocationRunner>(
            revocationServicesOf(session->sharedVault(), session->database(), session->clock()),
            *bench->jobs);
        work(bench);
    });
}

void recoverJobs(Invocation& invocation, const RevocationBenchPtr& bench)
{
    // A job that cannot be mended is no reason to leave a delegation in force; what it may be signing is
    // waited for.
    if (const auto recovered = bench->desk->recover(); !recovered) {
        invocation.terminal().message(recovered.error());
    }
}

void tellSubmitters(const RevocationBenchPtr& bench, std::function<void()> done)
{
    const auto end = [patience = &bench->patience, done = std::move(done)] {
        patience->stop();
        patience->disconnect();
        done();
    };
    QObject::connect(&bench->patience, &QTimer::timeout, bench->desk.get(), end);
    bench->patience.setSingleShot(true);
    bench->patience.start(std::chrono::seconds(1));
    bench->desk->report([bench, end](const Status&) {
        if (bench->patience.isActive()) {
            end();
        }
    });
}

}  // namespace countersign::cli
