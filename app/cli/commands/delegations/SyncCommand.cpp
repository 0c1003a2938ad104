#include "app/cli/commands/delegations/SyncCommand.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/RelayConnection.h"
#include "app/cli/commands/delegations/IngestReportJson.h"
#include "core/inbox/source/Synchronizer.h"
#include "core/profile/ProfileServices.h"
#include "core/signing/desk/JobDesk.h"
#include "core/signing/intake/DeskEntries.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView fromStartOption("from-start");

struct SyncCommandText
{
    Q_DECLARE_TR_FUNCTIONS(SyncCommandText)
};

/// No input was refused when the relay or its inbox is not there: that is a failure like a relay that is
/// down.
void failSync(Invocation& invocation, const Error& error)
{
    invocation.terminal().message(error);
    invocation.finish(error.code == ErrorCode::NotFound ? ExitStatus::Failed : exitStatusFor(error.code));
}

/// Everything that lives as long as the synchronisation.
struct Run
{
    std::shared_ptr<ProfileSession> session;
    std::unique_ptr<RelaySource> source;
    std::unique_ptr<DeskEntries> entries;
    std::unique_ptr<Ingestor> ingestor;
    std::unique_ptr<Synchronizer> synchronizer;
    std::unique_ptr<JobDesk> desk;
};

/// What the relay was not told of its jobs (a crash, a relay that was away) is told now; that it still cannot
/// be told is no failure of the synchronisation.
void report(Invocation& invocation, const std::shared_ptr<Run>& run, const IngestReport& total)
{
    run->desk = std::make_unique<JobDesk>(
        signingServicesOf(run->session->sharedVault(), run->session->database(), run->session->clock()));
    (void)run->desk->recover();
    run->desk->report([&invocation, total](const Status& reported) {
        if (!reported) {
            invocation.terminal().message(reported.error());
        }
        invocation.finish(ingestReportJson(total));
    });
}

}  // namespace

void SyncCommand::addTo(CommandTable& table)
{
    table.add({.words = QStringLiteral("sync"),
               .summary = SyncCommandText::tr("Takes everything that waits at the relay, then ends."),
               .details = SyncCommandText::tr(
                   "Prints {\"received\", \"applied\", \"duplicates\", \"quarantined\", \"cursor\"}. "
                   "Pings and unknown\n"
                   "events count as applied. Exit status 0 also when nothing is new. Nothing is lost or\n"
                   "doubled when it is killed: run it again. Where the relay's database was replaced or\n"
                   "restored, everything is read from the start by itself, which is said on standard\n"
                   "error; --from-start does it in any case. What is here already counts as duplicate."),
               .options = {{.name = QLatin1StringView("once"),
                            .valueName = {},
                            .description =
                                SyncCommandText::tr("end when nothing is new; there is no other way here"),
                            .required = true},
                           {.name = fromStartOption,
                            .valueName = {},
                            .description = SyncCommandText::tr(
                                "read the whole feed again, for instance after the relay was replaced")},
                           passphraseOption()},
               .positionals = {},
               .run = run});
}

void SyncCommand::run(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const std::shared_ptr<ProfileSession>& session) {
        auto source = makeRelaySource(*session);
        if (!source) {
            return failSync(invocation, source.error());
        }
        auto run = std::make_shared<Run>();
        run->session = session;
        run->source = std::move(*source);
        run->ingestor =
            std::make_unique<Ingestor>(session->sharedVault(), session->database(), session->clock());
        run->entries = std::make_unique<DeskEntries>(session->database(), session->vault(), session->clock());
        run->ingestor->setEntryHandler(run->entries.get());
        run->synchronizer = std::make_unique<Synchronizer>(*run->source, *run->ingestor);
        if (invocation.arguments().has(fromStartOption)) {
            if (auto begun = run->ingestor->startOver(run->source->url(), run->source->inbox(), "asked for");
                !begun) {
                return failSync(invocation, begun.error());
            }
        }
        QObject::connect(run->synchronizer.get(), &Synchronizer::noticed, QCoreApplication::instance(),
                         [&invocation](const Error& notice) { invocation.terminal().message(notice); });
        // The connection keeps the run alive until the program ends.
        QObject::connect(run->synchronizer.get(), &Synchronizer::finished, QCoreApplication::instance(),
                         [&invocation, run](const Result<IngestReport>& total) {
                             if (!total) {
                                 return failSync(invocation, total.error());
                             }
                             while (run->ingestor->sweep().value_or(false)) {
                             }
                             // What is taken in without them is set aside, which must not look like a
                             // forgery.
                             run->session->tellFindings(invocation.terminal(),
                                                        {trustedTables::secret, trustedTables::key});
                             report(invocation, run, *total);
                         });
        run->synchronizer->drain();
    });
}

}  // namespace countersign::cli
