#include "app/cli/commands/jobs/DecisionCommands.h"

#include "app/cli/commands/jobs/ApproverProof.h"
#include "app/cli/commands/jobs/JobContext.h"
#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/signing/desk/JobDesk.h"
#include "core/signing/job/JobJson.h"
#include "core/signing/store/JobCatalog.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView engineOption("engine");
constexpr QLatin1StringView digestOption("digest");
constexpr QLatin1StringView waitOption("wait");
constexpr QLatin1StringView againOption("again");
constexpr QLatin1StringView jobReasonOption("reason");

struct DecisionCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(DecisionCommandsText)
};

/// How far what was sent has come, while it is waited for.
QString progressWords(const BroadcastProgress& progress)
{
    if (progress.wanted > 0) {
        return progress.confirmations == 0 ? DecisionCommandsText::tr("The transaction is in no block yet.")
                                           : DecisionCommandsText::tr("%1 of %2 confirmations.")
                                                 .arg(progress.confirmations)
                                                 .arg(progress.wanted);
    }
    if (!progress.commitment) {
        return DecisionCommandsText::tr("The transaction was not executed yet.");
    }
    return *progress.commitment == SolanaStatus::Commitment::Processed
               ? DecisionCommandsText::tr(
                     "The node executed the transaction (processed); it is not confirmed yet.")
               : DecisionCommandsText::tr("The cluster confirmed the transaction.");
}

/// The job's own failure on standard error; the job on standard output.
void finishWith(Invocation& invocation, const Job& job, ExitStatus status)
{
    if (!job.error.empty()) {
        invocation.terminal().message(Error{ErrorCode::Internal, QString::fromStdString(job.error),
                                            QString::fromStdString(job.errorDetail)});
    }
    if (job.state == JobState::Signed && job.broadcast) {
        invocation.terminal().message(DecisionCommandsText::tr(
            "The transaction is signed and kept. Approving it again sends the same bytes."));
    }
    invocation.finish(jobWithResult(job), status);
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
                         invocation.terminal().message(DecisionCommandsText::tr(
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
    if (!job) {
        return invocation.finish(status);
    }
    Json output = jobWithResult(*job);
    // What is wrong with a judgement was told as the error.
    if (const auto verdict = context.desk->judge(jobId); verdict && verdict->isByOperators) {
        output["approvals"] = {{"have", verdict->have}, {"need", verdict->need}};
    }
    invocation.finish(output, status);
}

/// The job as the signal left it.
void failEnded(Invocation& invocation, const JobContext& context, const std::string& jobId,
               const Error& error)
{
    invocation.terminal().message(error);
    const auto job = JobCatalog(context.session->database()).find(jobId);
    job ? invocation.finish(jobWithResult(*job), ExitStatus::Failed) : invocation.finish(ExitStatus::Failed);
}

/// From here on the program ends with the job's decision.
void approveAs(Invocation& invocation, const std::shared_ptr<JobContext>& context,
               const ApprovalRequest& request)
{
    endOnSignal(invocation, context);
    if (request.wait) {
        QObject::connect(context->desk.get(), &JobDesk::broadcastProgressed, context->desk.get(),
                         [&invocation](const std::string&, const BroadcastProgress& progress) {
                             invocation.terminal().message(progressWords(progress));
                         });
    }
    QObject::connect(context->desk.get(), &JobDesk::statementNotPosted, context->desk.get(),
                     [&invocation](const std::string&, const Error& error) {
                         invocation.terminal().message(error);
                         invocation.terminal().message(DecisionCommandsText::tr(
                             "This desk's approval is kept here and did not reach the relay, so other desks "
                             "do not know of it yet. Approving again posts it once more."));
                     });
    context->desk->approve(request, [&invocation, context, jobId = request.jobId](const Result<Job>& done) {
        if (!done && context->wasAskedToEnd) {
            return failEnded(invocation, *context, jobId, done.error());
        }
        if (!done) {
            return failDecision(invocation, *context, jobId, done.error());
        }
        reportAndFinish(invocation, context, *done,
                        done->signature.empty() ? ExitStatus::Failed : ExitStatus::Done);
    });
}

}  // namespace

void DecisionCommands::addTo(CommandTable& table)
{
    const PositionalSpec id = {.name = DecisionCommandsText::tr("ID")};
    table.add(
        {.words = QStringLiteral("jobs approve"),
         .summary = DecisionCommandsText::tr(
             "Signs a job: fills in what is open, runs the ceremony, checks the signature."),
         .details = DecisionCommandsText::tr(
             "Where this desk has an operator, their approval is said first, for every desk. Signs once the\n"
             "policy's approvals are there. Exit status 0: it was signed (and sent, if it is to be). 1: the\n"
             "ceremony failed. 3: refused (expired, claimed elsewhere, blocked, interrupted, too few\n"
             "approvals: \"approvals\" has how many there are). For a job that was signed and not sent yet,\n"
             "the same bytes are sent again."),
         .options = {{.name = engineOption,
                      .valueName = QStringLiteral("sdk|enclave"),
                      .description = DecisionCommandsText::tr("instead of the profile's engine")},
                     {.name = digestOption,
                      .valueName = QStringLiteral("HEX"),
                      .description = DecisionCommandsText::tr(
                          "approve only if this is what would be signed (jobs show)")},
                     {.name = waitOption,
                      .valueName = {},
                      .description = DecisionCommandsText::tr(
                          "follow the broadcast until it is confirmed or has failed; "
                          "standard error tells how far it is")},
                     {.name = againOption,
                      .valueName = {},
                      .description =
                          DecisionCommandsText::tr("open another ceremony for an interrupted or failed job")},
                     ApproverProof::options().front(),
                     ApproverProof::options().back(),
                     passphraseOption()},
         .positionals = {id},
         .run = approve});
    table.add({.words = QStringLiteral("jobs reject"),
               .summary = DecisionCommandsText::tr("Rejects a job that waits."),
               .details = {},
               .options = {{.name = jobReasonOption,
                            .valueName = QStringLiteral("TEXT"),
                            .description = DecisionCommandsText::tr("goes into the record and into the job"),
                            .required = true},
                           passphraseOption()},
               .positionals = {id},
               .run = reject});
}

void DecisionCommands::approve(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    ApprovalRequest approval;
    approval.wait = arguments.has(waitOption);
    approval.again = arguments.has(againOption);
    if (arguments.has(engineOption)) {
        approval.engine = engineKindFrom(arguments.value(engineOption).toStdString());
        if (!approval.engine) {
            return invocation.usage(DecisionCommandsText::tr("--engine is sdk or enclave."));
        }
    }
    if (arguments.has(digestOption)) {
        auto digest = fromHex(arguments.value(digestOption).toStdString());
        if (!digest || digest->size() != sizeof(Sha256Digest)) {
            return invocation.usage(DecisionCommandsText::tr("--digest is 32 bytes in hex."));
        }
        approval.digest = *std::move(digest);
    }
    JobContext::open(invocation, [&invocation, approval](const std::shared_ptr<JobContext>& context) {
        const auto job = context->jobMeant(invocation);
        if (!job) {
            return invocation.fail(job.error());
        }
        ApprovalRequest request = approval;
        request.jobId = job->jobId;
        ApproverProof::obtain(invocation, context, std::move(request),
                              [&invocation, context](const ApprovalRequest& proven) {
                                  approveAs(invocation, context, proven);
                              });
    });
}

void DecisionCommands::reject(Invocation& invocation)
{
    const QString reason = invocation.arguments().value(jobReasonOption).trimmed();
    if (reason.isEmpty() || reason.size() > maxJobReasonCharacters) {
        return invocation.usage(DecisionCommandsText::tr("A reason has 1 to 2000 characters."));
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
