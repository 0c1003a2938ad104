#include "app/cli/commands/delegations/RevocationContext.h"

#include "core/profile/ProfileServices.h"

#include <chrono>

namespace countersign::cli {

void openRevocationContext(Invocation& invocation,
                           const std::function<void(const RevocationContextPtr&)>& work)
{
    ProfileSession::open(invocation, [work](const std::shared_ptr<ProfileSession>& session) {
        auto context = std::make_shared<RevocationContext>();
        context->session = session;
        context->desk = std::make_unique<JobDesk>(
            signingServicesOf(session->sharedVault(), session->database(), session->clock()));
        context->jobs =
            std::make_unique<DeskWalletJobs>(*context->desk, session->database(), session->vault());
        context->runner = std::make_unique<RevocationRunner>(
            revocationServicesOf(session->sharedVault(), session->database(), session->clock()),
            *context->jobs);
        work(context);
    });
}

void recoverJobs(Invocation& invocation, const RevocationContextPtr& context)
{
    // A job that cannot be mended is no reason to leave a delegation in force; what it may be signing is
    // waited for.
    if (const auto recovered = context->desk->recover(); !recovered) {
        invocation.terminal().message(recovered.error());
    }
}

void tellSubmitters(const RevocationContextPtr& context, std::function<void()> done)
{
    const auto end = [patience = &context->patience, done = std::move(done)] {
        patience->stop();
        patience->disconnect();
        done();
    };
    QObject::connect(&context->patience, &QTimer::timeout, context->desk.get(), end);
    context->patience.setSingleShot(true);
    context->patience.start(std::chrono::seconds(1));
    context->desk->report([context, end](const Status&) {
        if (context->patience.isActive()) {
            end();
        }
    });
}

}  // namespace countersign::cli
