#include "app/cli/commands/delegations/EmergencyDrill.h"

#include "core/crypto/envelopes/Dsse.h"
#include "core/revocation/emergency/DrillServices.h"
#include "core/revocation/proof/RevocationProof.h"
#include "core/vault/profile/ProfileCopy.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

struct EmergencyDrillText
{
    Q_DECLARE_TR_FUNCTIONS(EmergencyDrillText)
};

/// What outlives the context: it goes with the invocation.
struct Drill
{
    std::unique_ptr<ProfileCopy> copy;
    std::shared_ptr<TerminationSignals> terminationSignals = std::make_shared<TerminationSignals>();
    bool isCancelled = false;
};

/// Once whoever has the copy's files open is gone, which is with the next turn of the event loop.
void removeAtTheEnd(Invocation& invocation, const std::shared_ptr<Drill>& drill)
{
    invocation.setEnding([&invocation, drill](const std::function<void()>& ended) {
        QTimer::singleShot(0, QCoreApplication::instance(), [&invocation, drill, ended] {
            if (const auto removed = drill->copy->remove(); !removed) {
                invocation.terminal().message(removed.error());
            }
            ended();
        });
    });
}

RevocationContextPtr contextOf(const std::shared_ptr<ProfileSession>& session, const Drill& drill)
{
    auto context = std::make_shared<RevocationContext>();
    context->session = session;
    context->terminationSignals = drill.terminationSignals;
    context->desk = std::make_unique<JobDesk>(
        drillSigningServices(session->sharedVault(), session->database(), session->clock()));
    context->jobs = std::make_unique<DeskWalletJobs>(*context->desk, session->database(), session->vault());
    context->runner = std::make_unique<RevocationRunner>(
        drillRevocationServices(session->sharedVault(), session->database(), session->clock()),
        *context->jobs);
    return context;
}

}  // namespace

void openDrillContext(Invocation& invocation, const std::function<void(const RevocationContextPtr&)>& work)
{
    const auto drill = std::make_shared<Drill>();
    QObject::connect(drill->terminationSignals.get(), &TerminationSignals::received,
                     drill->terminationSignals.get(), [drill = drill.get()] { drill->isCancelled = true; });
    invocation.terminal().message(EmergencyDrillText::tr(
        "This is a drill, over a copy of the profile: Dynamic is simulated and answers "
        "at once, and nothing of the profile or at Dynamic changes."));
    auto copy = ProfileCopy::make(profilePaths(invocation.arguments()));
    if (!copy) {
        return ProfileSession::refuse(invocation, copy.error());
    }
    drill->copy = *std::move(copy);
    removeAtTheEnd(invocation, drill);
    const auto opened = [&invocation, work, drill](const std::shared_ptr<ProfileSession>& session) {
        if (drill->isCancelled) {
            return invocation.fail(
                {ErrorCode::Cancelled, EmergencyDrillText::tr("The drill was cancelled."), {}});
        }
        work(contextOf(session, *drill));
    };
    ProfileSession::openIn(drill->copy->paths(), invocation, opened, ProfileSession::Counter::LeaveAlone);
}

Json drillProof(std::string_view envelope)
{
    const auto parsed = parseDsse(envelope, revocationProofMaxBytes);
    auto statement =
        parsed ? parseJson(asText(parsed->payload),
                           {.maxBytes = revocationProofMaxBytes, .maxDepth = 6, .maxValues = 2'000'000})
               : Result<Json>(failure(parsed.error()));
    if (!statement || !statement->is_object()) {
        return {};
    }
    (*statement)["drill"] = true;
    return *std::move(statement);
}

}  // namespace countersign::cli
