#include "app/cli/commands/jobs/JobCommands.h"

#include "app/cli/commands/JsonArrayWriter.h"
#include "app/cli/commands/jobs/JobContext.h"
#include "app/cli/input/InputFile.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/meaning/ExplanationJson.h"
#include "core/profile/ProfileServices.h"
#include "core/signing/desk/JobDesk.h"
#include "core/signing/explanation/JobExplainer.h"
#include "core/signing/job/JobJson.h"
#include "core/signing/job/JobTransitions.h"
#include "core/signing/local/LocalFindings.h"
#include "core/signing/store/JobCatalog.h"
#include "core/vault/Settings.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView stateOption("state");
constexpr QLatin1StringView engineOption("engine");
constexpr QLatin1StringView digestOption("digest");
constexpr QLatin1StringView waitOption("wait");
constexpr QLatin1StringView againOption("again");
constexpr QLatin1StringView descriptorsOption("descriptors");
constexpr QLatin1StringView jobReasonOption("reason");

struct JobCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(JobCommandsText)
};

Json withResult(const Job& job)
{
    Json output = jobToJson(job);
    output.update(jobResultToJson(job));
    return output;
}

/// How far what was sent has come, while it is waited for.
QString progressWords(const BroadcastProgress& progress)
{
    if (progress.wanted > 0) {
        return progress.confirmations == 0 ? JobCommandsText::tr("The transaction is in no block yet.")
                                           : JobCommandsText::tr("%1 of %2 confirmations.")
                                                 .arg(progress.confirmations)
                                                 .arg(progress.wanted);
    }
    if (!progress.commitment) {
        return JobCommandsText::tr("The transaction was not executed yet.");
    }
    return *progress.commitment == SolanaStatus::Commitment::Processed
               ? JobCommandsText::tr(
                     "The node executed the transaction (processed); it is not confirmed yet.")
               : JobCommandsText::tr("The cluster confirmed the transaction.");
}

/// With the folder of the profile, as the review, or the one that was given: that one must be there.
Status chooseDescriptors(JobExplainer& explainer, const Invocation& invocation, ProfileSession& session)
{
    const Arguments& arguments = invocation.arguments();
    if (!arguments.has(descriptorsOption)) {
        explainer.useDescriptors(session.settings().get(settingKeys::descriptorsFolder));
        return {};
    }
    explainer.useDescriptors(std::optional(arguments.bytes(descriptorsOption)));
    RETURN_IF_ERROR(explainer.openDescriptors());
    return {};
}

/// The job's own failure on standard error; the job on standard output.
void finishWith(Invocation& invocation, const Job& job, ExitStatus status)
{
    if (!job.error.empty()) {
        invocation.terminal().message(Error{ErrorCode::Internal, QString::fromStdString(job.error),
                                            QString::fromStdString(job.errorDetail)});
    }
    if (job.state == JobState::Signed && job.broadcast) {
        invocation.terminal().message(JobCommandsText::tr(
            "The transaction is signed and kept. Approving it again sends the same bytes."));
    }
    invocation.finish(withResult(job), status);
}

/// The relay hears of it before the program ends; if it cannot, the next command or the window tells it.
void reportAndFinish(Invocation& invocation, const std::shared_ptr<JobContext>& context, const Job& job,
                     ExitStatus status)
{
    if (context->wasAskedToEnd) {
        return finishWith(invocation, job, status);
    }
    context->endNow = [&invocation, job, status] { finishWith(invocation, job, status); };
    context->desk->report([&invocation, context, job, status](const Status& reported) {
        if (!reported) {
            invocation.terminal().message(reported.error());
        }
        if (!context->wasAskedToEnd) {
            finishWith(invocation, job, status);
        }
    });
}

/// Ctrl+C and SIGTERM: what has not begun is cancelled, what may have made a signature is waited for
/// (JobDesk::stop), and the job is printed as it is then. The second one ends the program at once, which is
/// safe too: the job is interrupted where its outcome is not known.
void endOnSignal(Invocation& invocation, const std::shared_ptr<JobContext>& context)
{
    context->terminationSignals = std::make_unique<TerminationSignals>();
    QObject::connect(context->terminationSignals.get(), &TerminationSignals::received, context->desk.get(),
                     [&invocation, context = context.get()] {
                         context->wasAskedToEnd = true;
                         if (context->endNow) {
                             return context->endNow();
                         }
                         invocation.terminal().message(JobCommandsText::tr(
                             "Ending. A ceremony that has begun is waited for; once more ends at once."));
                         context->desk->stop();
                     });
}

/// What was refused before anything was approved (design.md §7: exit 3), told apart from what failed. The job
/// is printed as it is now.
void failDecision(Invocation& invocation, const JobContext& context, const std::string& jobId,
                  const Error& error)
{
    const bool refused = error.code == ErrorCode::Denied || error.code == ErrorCode::Busy;
    const ExitStatus status = refused ? ExitStatus::Refused : exitStatusFor(error.code);
    invocation.terminal().message(error);
    const auto job = JobCatalog(context.session->database()).find(jobId);
    job ? invocation.finish(withResult(*job), status) : invocation.finish(status);
}

/// The job as the signal left it.
void failEnded(Invocation& invocation, const JobContext& context, const std::string& jobId,
               const Error& error)
{
    invocation.terminal().message(error);
    const auto job = JobCatalog(context.session->database()).find(jobId);
    job ? invocation.finish(withResult(*job), ExitStatus::Failed) : invocation.finish(ExitStatus::Failed);
}

}  // namespace

void JobCommands::addTo(CommandTable& table)
{
    const PositionalSpec id = {.name = JobCommandsText::tr("ID")};
    table.add({.words = QStringLiteral("jobs list"),
               .summary = JobCommandsText::tr("Lists the signing jobs, the newest first."),
               .details = JobCommandsText::tr(
                   "state: pending, approved, signing, signed, broadcast, confirmed, rejected, expired,\n"
                   "failed, withdrawn, blocked, interrupted."),
               .options = {{.name = stateOption,
                            .valueName = QStringLiteral("STATE"),
                            .description = JobCommandsText::tr("only jobs in this state")},
                           passphraseOption()},
               .positionals = {},
               .run = list});
    table.add({.words = QStringLiteral("jobs show"),
               .summary = JobCommandsText::tr("Shows one job with its result and its time line."),
               .details = JobCommandsText::tr(
                   "An id may be cut to its first 8 digits or more where that is unambiguous."),
               .options = {passphraseOption()},
               .positionals = {id},
               .run = show});
    table.add(
        {.words = QStringLiteral("jobs explain"),
         .summary = JobCommandsText::tr("Says what a job means, as the review shows it."),
         .details = JobCommandsText::tr(
             "The output of \"evm explain\" or \"solana explain\" for what would be signed. As long as\n"
             "something is open (see \"open\"), the fee and the explanation's hash are missing.\n"
             "\"local\" has what depends on this profile, outside the hash: what it knows of the "
             "recipients,\n"
             "and how the job relates to others."),
         .options = {passphraseOption(),
                     {.name = descriptorsOption,
                      .valueName = QStringLiteral("DIR"),
                      .description = JobCommandsText::tr(
                          "a folder of ERC-7730 descriptors in place of the profile's descriptors.folder"),
                      .kind = WordKind::Raw}},
         .positionals = {id},
         .run = explain});
    table.add({.words = QStringLiteral("jobs submit"),
               .summary = JobCommandsText::tr("Takes in a job document; it then waits for approval."),
               .details = JobCommandsText::tr(
                   "{\"wallet\", \"kind\", \"payload\", \"broadcast\"?, \"reason\"?, \"expiresAt\"?,\n"
                   "\"submitter\"?}; - is standard input. The same file again is the same job. Without\n"
                   "expiresAt it waits for 24 hours."),
               .options = {passphraseOption()},
               .positionals = {{.name = JobCommandsText::tr("FILE"), .kind = WordKind::Raw}},
               .run = submit});
    table.add(
        {.words = QStringLiteral("jobs approve"),
         .summary = JobCommandsText::tr(
             "Signs a job: fills in what is open, runs the ceremony, checks the signature."),
         .details = JobCommandsText::tr(
             "Exit status 0: it was signed (and sent, if it is to be). 1: the ceremony failed.\n"
             "3: refused (expired, claimed elsewhere, blocked, interrupted). For a job that was\n"
             "signed and not sent yet, the same bytes are sent again."),
         .options = {{.name = engineOption,
                      .valueName = QStringLiteral("sdk|enclave"),
                      .description = JobCommandsText::tr("instead of the profile's engine")},
                     {.name = digestOption,
                      .valueName = QStringLiteral("HEX"),
                      .description =
                          JobCommandsText::tr("approve only if this is what would be signed (jobs show)")},
                     {.name = waitOption,
                      .valueName = {},
                      .description =
                          JobCommandsText::tr("follow the broadcast until it is confirmed or has failed; "
                                              "standard error tells how far it is")},
                     {.name = againOption,
                      .valueName = {},
                      .description =
                          JobCommandsText::tr("open another ceremony for an interrupted or failed job")},
                     passphraseOption()},
         .positionals = {id},
         .run = approve});
    table.add({.words = QStringLiteral("jobs reject"),
               .summary = JobCommandsText::tr("Rejects a job that waits."),
               .details = {},
               .options = {{.name = jobReasonOption,
                            .valueName = QStringLiteral("TEXT"),
                            .description = JobCommandsText::tr("goes into the record and into the job"),
                            .required = true},
                           passphraseOption()},
               .positionals = {id},
               .run = reject});
}

void JobCommands::list(Invocation& invocation)
{
    JobFilter filter;
    if (invocation.arguments().has(stateOption)) {
        filter.state = jobStateFrom(invocation.arguments().value(stateOption).toStdString());
        if (!filter.state) {
            return invocation.usage(JobCommandsText::tr("--state is not one of the states of a job."));
        }
    }
    JobContext::open(invocation, [&invocation, filter](const std::shared_ptr<JobContext>& context) {
        const JobCatalog catalog(context->session->database());
        const auto ids = catalog.ids(filter, {});
        if (!ids) {
            return invocation.fail(ids.error());
        }
        const Status written =
            writeRows(invocation.terminal(), catalog, *ids, [](const Job& job) { return jobToJson(job); });
        if (!written) {
            return invocation.fail(written.error());
        }
        invocation.finish();
    });
}

void JobCommands::show(Invocation& invocation)
{
    JobContext::open(invocation, [&invocation](const std::shared_ptr<JobContext>& context) {
        const JobCatalog catalog(context->session->database());
        const auto job = catalog.find(invocation.arguments().positionals().first().toStdString());
        const auto steps = job ? catalog.steps(job->id) : failure(job.error());
        if (!steps) {
            return invocation.fail(steps.error());
        }
        Json output = withResult(*job);
        // What will be signed, for whoever approves on the command line: the payload as it was submitted, and
        // the bytes that follow from it and from what was filled in.
        const auto verified = VerifiedJob::of(*job);
        output["payload"] = verified ? verified->document().payload : Json();
        output["prepared"] = job->prepared.empty() ? Json() : Json(toHexPrefixed(job->prepared));
        output["steps"] = Json::array();
        for (const JobHistoryEntry& step : *steps) {
            output["steps"].push_back(
                {{"at", toIso8601(step.at)}, {"state", toText(step.state)}, {"note", step.note}});
        }
        invocation.finish(output);
    });
}

void JobCommands::explain(Invocation& invocation)
{
    JobContext::open(invocation, [&invocation](const std::shared_ptr<JobContext>& context) {
        auto& database = context->session->database();
        auto job = context->jobMeant(invocation);
        JobExplainer explainer;
        const Status chosen = chooseDescriptors(explainer, invocation, *context->session);
        if (!job || !chosen) {
            return invocation.fail(job ? chosen.error() : job.error());
        }
        explainer.useProfile(context->session->sharedVault(), context->session->clock());
        const ExplainedJob explained = explainer.explain(database, std::move(*job));
        if (!explained.explanation) {
            return invocation.fail(explained.explanation.error());
        }
        Json output = meaning::toJson(explained.explanation->explanation);
        if (!explained.explanation->open.empty()) {
            output["open"] = explained.explanation->open;
            output.erase("explanation");
            output.erase("bytes");
        }
        output["local"] = localFindingsJson(explained.local);
        invocation.finish(output);
    });
}

void JobCommands::submit(Invocation& invocation)
{
    const auto document = readInputFile(invocation.arguments().positionalBytes().front(), jobDocumentMaxBytes,
                                        invocation.terminal());
    if (!document) {
        return invocation.fail(document.error());
    }
    JobContext::open(invocation,
                     [&invocation, document = *document](const std::shared_ptr<JobContext>& context) {
                         const auto job = context->desk->submit(document, JobOrigin::File);
                         if (!job) {
                             return invocation.fail(job.error());
                         }
                         JobContext::prepareAndFinish(invocation, context, *job);
                     });
}

void JobCommands::approve(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    JobDesk::Approval approval;
    approval.wait = arguments.has(waitOption);
    approval.again = arguments.has(againOption);
    if (arguments.has(engineOption)) {
        approval.engine = engineKindFrom(arguments.value(engineOption).toStdString());
        if (!approval.engine) {
            return invocation.usage(JobCommandsText::tr("--engine is sdk or enclave."));
        }
    }
    if (arguments.has(digestOption)) {
        auto digest = fromHex(arguments.value(digestOption).toStdString());
        if (!digest || digest->size() != sizeof(Sha256Digest)) {
            return invocation.usage(JobCommandsText::tr("--digest is 32 bytes in hex."));
        }
        approval.digest = *std::move(digest);
    }
    JobContext::open(invocation, [&invocation, approval](const std::shared_ptr<JobContext>& context) {
        const auto job = context->jobMeant(invocation);
        if (!job) {
            return invocation.fail(job.error());
        }
        JobDesk::Approval order = approval;
        order.jobId = job->jobId;
        endOnSignal(invocation, context);
        if (order.wait) {
            QObject::connect(context->desk.get(), &JobDesk::broadcastProgressed, context->desk.get(),
                             [&invocation](const std::string&, const BroadcastProgress& progress) {
                                 invocation.terminal().message(progressWords(progress));
                             });
        }
        context->desk->approve(order, [&invocation, context, jobId = job->jobId](const Result<Job>& done) {
            if (!done && context->wasAskedToEnd) {
                return failEnded(invocation, *context, jobId, done.error());
            }
            if (!done) {
                return failDecision(invocation, *context, jobId, done.error());
            }
            reportAndFinish(invocation, context, *done,
                            done->signature.empty() ? ExitStatus::Failed : ExitStatus::Done);
        });
    });
}

void JobCommands::reject(Invocation& invocation)
{
    const QString reason = invocation.arguments().value(jobReasonOption).trimmed();
    if (reason.isEmpty() || reason.size() > maxJobReasonCharacters) {
        return invocation.usage(JobCommandsText::tr("A reason has 1 to 2000 characters."));
    }
    JobContext::open(invocation, [&invocation, reason](const std::shared_ptr<JobContext>& context) {
        const auto job = context->jobMeant(invocation);
        if (!job) {
            return invocation.fail(job.error());
        }
        const auto rejected = context->desk->reject(job->jobId, reason.toStdString());
        if (!rejected) {
            return failDecision(invocation, *context, job->jobId, rejected.error());
        }
        reportAndFinish(invocation, context, *rejected, ExitStatus::Done);
    });
}

}  // namespace countersign::cli
