#include "app/cli/commands/jobs/StatementCommands.h"

#include "app/cli/commands/jobs/ApproverProof.h"
#include "app/cli/commands/jobs/JobContext.h"
#include "app/cli/commands/jobs/StatementJson.h"
#include "app/cli/input/InputFile.h"
#include "core/base/encoding/Hex.h"
#include "core/profile/ProfileServices.h"
#include "core/signing/explanation/JobExplainer.h"
#include "core/signing/job/JobDocument.h"
#include "core/signing/job/JobTransitions.h"
#include "core/signing/statement/JobStatements.h"
#include "core/vault/Settings.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView rejectOption("reject");
constexpr QLatin1StringView withdrawOption("withdraw");
constexpr QLatin1StringView statementReasonOption("reason");
constexpr QLatin1StringView outputOption("output");

struct StatementCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(StatementCommandsText)
};

/// The desk and what operators say at it.
struct StatementContext
{
    std::shared_ptr<JobContext> jobs;
    JobStore store;
    JobStatements statements;
    std::shared_ptr<const meaning::Descriptors> descriptors;
    std::unique_ptr<JobRelay> relay;
    PendingCallPtr call;

    explicit StatementContext(std::shared_ptr<JobContext> context)
        : jobs(std::move(context)),
          store(jobs->session->database(), jobs->session->audit(), jobs->session->clock()),
          statements(jobs->session->database(), jobs->session->vault(), jobs->session->audit(), store,
                     jobs->session->clock())
    {}

    /// Statements are about what `jobs explain` shows, so without the profile's descriptors there are none.
    Status useDescriptors()
    {
        JobExplainer explainer;
        explainer.useDescriptors(jobs->session->settings().get(settingKeys::descriptorsFolder));
        ASSIGN_OR_RETURN(descriptors, explainer.descriptors());
        statements.describeWith(descriptors.get());
        return {};
    }
};

void openStatements(Invocation& invocation,
                    const std::function<void(const std::shared_ptr<StatementContext>&)>& work)
{
    JobContext::open(invocation, [&invocation, work](const std::shared_ptr<JobContext>& context) {
        auto statements = std::make_shared<StatementContext>(context);
        const Status ready = statements->useDescriptors();
        ready ? work(statements) : invocation.fail(ready.error());
    });
}

/// What is refused is told apart from what failed, as `jobs approve` does.
void refuseOrFail(Invocation& invocation, const Error& error)
{
    const bool refused = error.code == ErrorCode::Denied || error.code == ErrorCode::Busy;
    invocation.terminal().message(error);
    invocation.finish(refused ? ExitStatus::Refused : exitStatusFor(error.code));
}

struct Endorsement
{
    ApprovalDecision decision = ApprovalDecision::Approve;
    std::string reason;
    std::string output;       ///< the bytes of a file's name; empty: to the relay
    ApprovalRequest request;  ///< what the policy may ask of whoever approves
};

/// The sentence is what is wrong with the line.
tl::expected<Endorsement, QString> endorsementOf(const Arguments& arguments)
{
    Endorsement wanted;
    if (arguments.has(rejectOption) && arguments.has(withdrawOption)) {
        return tl::unexpected(StatementCommandsText::tr("Give --reject or --withdraw, not both."));
    }
    if (arguments.has(rejectOption)) {
        wanted.decision = ApprovalDecision::Reject;
    } else if (arguments.has(withdrawOption)) {
        wanted.decision = ApprovalDecision::Withdraw;
    }
    const QString reason = arguments.value(statementReasonOption).trimmed();
    const bool needsReason = arguments.has(rejectOption) || arguments.has(statementReasonOption);
    if ((needsReason && reason.isEmpty()) || reason.size() > maxJobReasonCharacters) {
        return tl::unexpected(StatementCommandsText::tr(
            "A reason (--reason) has 1 to 2000 characters, and a rejection needs one."));
    }
    wanted.reason = reason.toStdString();
    wanted.output = arguments.bytes(outputOption);
    if (arguments.has(outputOption) && wanted.output.empty()) {
        return tl::unexpected(StatementCommandsText::tr("--output is the name of a file."));
    }
    return wanted;
}

/// The relay also hears of a rejection's end of the job, after the statement: it takes none of a finished
/// job.
void finishStated(Invocation& invocation, const std::shared_ptr<StatementContext>& context,
                  const SignedApproval& approval, const Status& posted, bool wasPosted)
{
    Json output = statementJson(approval.statement);
    output["statement"] = toHex(approval.envelope.digest);
    output["posted"] = wasPosted && posted.has_value();
    if (!posted) {
        invocation.terminal().message(posted.error());
        invocation.terminal().message(StatementCommandsText::tr(
            "The statement is kept at this desk and did not reach the relay. Try again, or hand it over as a "
            "file (--output)."));
    }
    const ExitStatus status = posted ? ExitStatus::Done : ExitStatus::Failed;
    // A relay that has heard of the end takes no statement any more: that one has to come first.
    if (approval.statement.decision != ApprovalDecision::Reject || !wasPosted || !posted) {
        return invocation.finish(output, status);
    }
    context->jobs->desk->report([&invocation, context, output, status](const Status& reported) {
        if (!reported) {
            invocation.terminal().message(reported.error());
        }
        invocation.finish(output, status);
    });
}

void handOver(Invocation& invocation, const std::shared_ptr<StatementContext>& context, const Job& job,
              const SignedApproval& approval, const std::string& output)
{
    if (!output.empty()) {
        if (const Status written = writeOutputFile(output, asBytes(approval.envelope.json)); !written) {
            return invocation.fail(written.error());
        }
        return finishStated(invocation, context, approval, {}, false);
    }
    if (job.origin != JobOrigin::Relay) {
        invocation.terminal().message(
            StatementCommandsText::tr("The job did not come through the relay, so no other desk hears of "
                                      "this statement by itself. Hand "
                                      "it over as a file: --output."));
        return finishStated(invocation, context, approval, {}, false);
    }
    ProfileSession& session = *context->jobs->session;
    auto relay = signingServicesOf(session.sharedVault(), session.database(), session.clock()).relay();
    if (!relay) {
        return finishStated(invocation, context, approval, failure(relay.error()), true);
    }
    context->relay = std::move(*relay);
    context->call = context->relay->postApproval(
        job.jobId, approval.envelope.json, [&invocation, context, approval](const Status& posted) {
            finishStated(invocation, context, approval, posted, true);
        });
}

/// By the policy in force. What says no is said whatever became of that.
Result<CountTerms> termsOf(JobDesk& desk, const std::string& jobId, ApprovalDecision decision,
                           const ApprovalRequest& request)
{
    const auto verdict = desk.judge(jobId);
    if (decision != ApprovalDecision::Approve) {
        return verdict ? verdict->judged.terms : CountTerms::ofBuiltInPolicy();
    }
    RETURN_IF_ERROR(verdict);
    RETURN_IF_ERROR(ApprovalGate::checkDemands(*verdict, request));
    return verdict->judged.terms;
}

void sayAndHandOver(Invocation& invocation, const std::shared_ptr<StatementContext>& context, const Job& job,
                    const Endorsement& wanted)
{
    const auto terms = termsOf(*context->jobs->desk, job.jobId, wanted.decision, wanted.request);
    // What the policy judged, and a typed word was about. What says no is said of the job, whatever it is
    // now.
    const BytesView judged =
        wanted.decision == ApprovalDecision::Approve ? BytesView(job.digest) : BytesView();
    const auto approval =
        terms ? context->statements.say(job.jobId, wanted.decision, wanted.reason, *terms, judged)
              : failure(terms.error());
    approval ? handOver(invocation, context, job, *approval, wanted.output)
             : refuseOrFail(invocation, approval.error());
}

void proveAndSay(Invocation& invocation, const std::shared_ptr<StatementContext>& context, const Job& job,
                 const Endorsement& wanted)
{
    ApproverProof::obtain(invocation, context->jobs, wanted.request,
                          [&invocation, context, job, wanted](const ApprovalRequest& proven) {
                              Endorsement given = wanted;
                              given.request = proven;
                              sayAndHandOver(invocation, context, job, given);
                          });
}

/// Whether a file holds an envelope; what it holds otherwise is a job document, or nothing.
bool isEnvelope(BytesView file)
{
    const auto json = parseJson(asText(file));
    return json && json->is_object() && json->contains("payloadType");
}

/// By the policy in force.
Result<JobStatements::Counted> countNow(StatementContext& context, const Job& job)
{
    ASSIGN_OR_RETURN(const auto verdict, context.jobs->desk->judge(job.jobId));
    return context.statements.count(job, verdict.judged.terms);
}

/// As `jobs approvals` lists it.
void finishTaken(Invocation& invocation, const std::shared_ptr<StatementContext>& context,
                 const SignedApproval& approval, const JobStatements::Taken& taken)
{
    const auto counted = countNow(*context, taken.job);
    if (!counted) {
        return invocation.fail(counted.error());
    }
    const auto& all = counted->count.statements;
    const auto found = std::ranges::find(all, approval.statement, &CountedApproval::statement);
    if (found == all.end()) {
        // Not stored: its operator said more than is kept later.
        Json outdated = statementJson(CountedApproval{approval.statement, {}, ApprovalDoubt::Repetition});
        outdated["jobId"] = approval.statement.jobId;
        return invocation.finish(outdated);
    }
    Json output = {{"jobId", approval.statement.jobId}};
    output.update(statementJson(*found));
    if (taken.job.state != JobState::Rejected || taken.job.origin != JobOrigin::Relay) {
        return invocation.finish(output);
    }
    context->jobs->desk->report([&invocation, context, output](const Status& reported) {
        if (!reported) {
            invocation.terminal().message(reported.error());
        }
        invocation.finish(output);
    });
}

void importStatement(Invocation& invocation, const std::shared_ptr<StatementContext>& context, BytesView file)
{
    const auto approval = readApproval(asText(file));
    const auto taken =
        approval ? context->statements.take(*approval, ApprovalSource::File) : failure(approval.error());
    if (!taken && approval && taken.error().code == ErrorCode::NotFound) {
        return refuseOrFail(
            invocation,
            {ErrorCode::NotFound,
             StatementCommandsText::tr("The job that this statement is about is not here. Take the job in "
                                       "first: sync, or jobs import with its document."),
             QString::fromStdString(approval->statement.jobId)});
    }
    if (!taken) {
        return refuseOrFail(invocation, taken.error());
    }
    if (taken->added == ApprovalStore::Added::NoRoomLeft && !taken->isRegistered) {
        return refuseOrFail(
            invocation, {ErrorCode::Denied,
                         StatementCommandsText::tr("There is no room for more statements of operators who "
                                                   "are not registered. Register this one first."),
                         QString::fromStdString(toHex(approval->statement.operatorKey))});
    }
    finishTaken(invocation, context, *approval, *taken);
}

}  // namespace

void StatementCommands::addTo(CommandTable& table)
{
    const PositionalSpec id = {.name = StatementCommandsText::tr("ID")};
    table.add(
        {.words = QStringLiteral("jobs endorse"),
         .summary =
             StatementCommandsText::tr("Signs this desk's operator's word about a job, for every desk."),
         .details = StatementCommandsText::tr(
             "An approval of exactly what \"jobs show\" and \"jobs explain\" show; what is open is filled "
             "in\n"
             "first. It goes through the relay if the job came from there. A rejection ends the job. An\n"
             "approval can be taken back until the ceremony begins. Signs nothing with the wallet."),
         .options = {{.name = rejectOption,
                      .valueName = {},
                      .description = StatementCommandsText::tr("say no; needs --reason")},
                     {.name = withdrawOption,
                      .valueName = {},
                      .description = StatementCommandsText::tr("take back what was said before")},
                     {.name = statementReasonOption,
                      .valueName = QStringLiteral("TEXT"),
                      .description = StatementCommandsText::tr("goes along, for the other operators")},
                     {.name = outputOption,
                      .valueName = QStringLiteral("FILE"),
                      .description =
                          StatementCommandsText::tr("write it there, for \"jobs import\", and post nothing"),
                      .kind = WordKind::Raw},
                     ApproverProof::options().front(),
                     ApproverProof::options().back(),
                     passphraseOption()},
         .positionals = {id},
         .run = endorse});
    table.add({.words = QStringLiteral("jobs approvals"),
               .summary =
                   StatementCommandsText::tr("Lists what operators said about a job, and whether it counts."),
               .details = StatementCommandsText::tr("[{\"operator\", \"name\", \"decision\", \"at\", "
                                                    "\"counts\", \"why\"?, \"reason\"?}], the name as\n"
                                                    "it is registered here."),
               .options = {passphraseOption()},
               .positionals = {id},
               .run = approvals});
    table.add(
        {.words = QStringLiteral("jobs import"),
         .summary = StatementCommandsText::tr(
             "Takes in what another desk handed over: a job document, or an operator's statement."),
         .details = StatementCommandsText::tr(
             "Whoever imports a job is not who asks for it, as with \"jobs submit\". - is standard input."),
         .options = {passphraseOption()},
         .positionals = {{.name = StatementCommandsText::tr("FILE"), .kind = WordKind::Raw}},
         .run = import});
}

void StatementCommands::endorse(Invocation& invocation)
{
    const auto wanted = endorsementOf(invocation.arguments());
    if (!wanted) {
        return invocation.usage(wanted.error());
    }
    openStatements(invocation, [&invocation, wanted = *wanted](const auto& context) {
        const auto job = context->jobs->jobMeant(invocation);
        if (!job) {
            return invocation.fail(job.error());
        }
        if (wanted.decision == ApprovalDecision::Withdraw || !mayBePrepared(job->state)) {
            return sayAndHandOver(invocation, context, *job, wanted);
        }
        // A job is complete before the first statement about it.
        context->jobs->desk->prepare(job->jobId, false,
                                     [&invocation, context, wanted](const Result<Job>& prepared) {
                                         prepared ? proveAndSay(invocation, context, *prepared, wanted)
                                                  : refuseOrFail(invocation, prepared.error());
                                     });
    });
}

void StatementCommands::approvals(Invocation& invocation)
{
    openStatements(invocation, [&invocation](const auto& context) {
        const auto job = context->jobs->jobMeant(invocation);
        const auto counted = job ? countNow(*context, *job) : failure(job.error());
        if (!counted) {
            return invocation.fail(counted.error());
        }
        if (counted->damaged > 0) {
            invocation.terminal().message(StatementCommandsText::tr(
                "Some stored statements were changed outside Countersign, so they are left out."));
        }
        Json output = Json::array();
        for (const CountedApproval& one : counted->count.statements) {
            output.push_back(statementJson(one));
        }
        invocation.finish(output);
    });
}

void StatementCommands::import(Invocation& invocation)
{
    const auto file = readInputFile(invocation.arguments().positionalBytes().front(), jobDocumentMaxBytes,
                                    invocation.terminal());
    if (!file) {
        return invocation.fail(file.error());
    }
    openStatements(invocation, [&invocation, file = *file](const auto& context) {
        if (isEnvelope(file)) {
            return importStatement(invocation, context, file);
        }
        const auto job = context->jobs->desk->importJob(file);
        job ? JobContext::prepareAndFinish(invocation, context->jobs, *job) : invocation.fail(job.error());
    });
}

}  // namespace countersign::cli
