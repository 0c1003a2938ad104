#include "app/cli/commands/jobs/PolicyTryCommand.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/input/InputFile.h"
#include "core/base/Clock.h"
#include "core/delegation/WalletCatalog.h"
#include "core/policy/evaluation/PolicyJson.h"
#include "core/profile/ProfileServices.h"
#include "core/signing/policy/JobFacts.h"
#include "core/signing/policy/JobPolicy.h"
#include "core/signing/policy/PolicyBackTest.h"
#include "core/signing/store/JobCatalog.h"

#include <QCoreApplication>

#include <memory>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView triedDocumentOption("document");
constexpr QLatin1StringView triedJobOption("job");
constexpr QLatin1StringView triedHistoryOption("history");

struct PolicyTryCommandText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyTryCommandText)
};

using PolicyPtr = std::shared_ptr<const PolicyDocument>;

/// What is to be tried on; which of them, the options say.
struct TriedOn
{
    Bytes document;     ///< of --document
    std::string jobId;  ///< of --job, or its beginning
};

Result<VerifiedJob> draftOf(BytesView document, ProfileSession& session)
{
    ASSIGN_OR_RETURN(const JobDocument read, parseJobDocument(document));
    ASSIGN_OR_RETURN(const Wallet wallet, WalletCatalog(session.database()).find(read.wallet));
    return draftJob(document, wallet, session.clock().now());
}

Result<VerifiedJob> storedJob(const std::string& jobId, ProfileSession& session)
{
    ASSIGN_OR_RETURN(Job job, JobCatalog(session.database()).find(jobId));
    return VerifiedJob::of(std::move(job));
}

SigningServices servicesOf(ProfileSession& session)
{
    return signingServicesOf(session.sharedVault(), session.database(), session.clock());
}

void tryOnOne(Invocation& invocation, ProfileSession& session, const PolicyPtr& policy, const TriedOn& tried)
{
    const auto job = tried.jobId.empty() ? draftOf(tried.document, session) : storedJob(tried.jobId, session);
    if (!job) {
        return invocation.fail(job.error());
    }
    const SigningServices services = servicesOf(session);
    const auto decision = JobPolicy(services).decide(*job, policy);
    if (!decision) {
        return invocation.fail(decision.error());
    }
    invocation.finish(toJson(*decision), decision->block ? ExitStatus::Refused : ExitStatus::Done);
}

/// Without the trace: `--job` tells it.
Json lineOf(const BackTestedJob& tested)
{
    Json line = {{"jobId", tested.jobId}, {"at", toIso8601(tested.at)}, {"had", toText(tested.had)}};
    if (!tested.decision) {
        line["error"] = tested.decision.error().sentence.toStdString();
        return line;
    }
    Json decision = toJson(*tested.decision);
    decision.erase("trace");
    line.update(decision);
    return line;
}

QString summarySentence(const BackTestSummary& summary)
{
    QString sentence = PolicyTryCommandText::tr(
                           "Of %1 jobs, %2 would have been blocked, %3 would have needed a second approval.")
                           .arg(summary.jobs)
                           .arg(summary.blocked)
                           .arg(summary.secondApproval);
    if (summary.unreadable > 0) {
        sentence +=
            QLatin1Char(' ') + PolicyTryCommandText::tr("%1 could not be read.").arg(summary.unreadable);
    }
    return sentence;
}

void tryOnHistory(Invocation& invocation, ProfileSession& session, const PolicyPtr& policy)
{
    Terminal& terminal = invocation.terminal();
    const SigningServices services = servicesOf(session);
    // Whoever reads no further wants no more.
    const auto summary =
        PolicyBackTest(services, policy)
            .run([&terminal](const BackTestedJob& tested) { terminal.print(lineOf(tested)); },
                 [&terminal](std::size_t) { return terminal.isIntact(); });
    if (!summary) {
        return invocation.fail(summary.error());
    }
    terminal.message(summarySentence(*summary));
    invocation.finish();
}

}  // namespace

Result<Bytes> readPolicyFile(Invocation& invocation)
{
    return readInputFile(invocation.arguments().positionalBytes().front(), policyMaxBytes,
                         invocation.terminal());
}

void PolicyTryCommand::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("policy try"),
         .summary = PolicyTryCommandText::tr("Says what a policy would decide about jobs, and why."),
         .details = PolicyTryCommandText::tr(
             "Nothing is stored. Of one job it prints {\"outcome\", \"approvals\", \"reauthenticate\",\n"
             "\"typedWord\", \"rule\", \"trace\"}, with what was signed until now; exit status 3 where it "
             "would be\n"
             "blocked. --history prints one line for every job that ended, each at its time with what was "
             "signed\n"
             "before it, and on standard error how many would have been blocked."),
         .options = {{.name = triedDocumentOption,
                      .valueName = QStringLiteral("F"),
                      .description = PolicyTryCommandText::tr("a job's document, which is not stored"),
                      .kind = WordKind::Raw},
                     {.name = triedJobOption,
                      .valueName = QStringLiteral("ID"),
                      .description = PolicyTryCommandText::tr("a job of this profile")},
                     {.name = triedHistoryOption,
                      .valueName = {},
                      .description = PolicyTryCommandText::tr("every job that ended")},
                     passphraseOption()},
         .positionals = {{.name = QStringLiteral("FILE"), .kind = WordKind::Raw}},
         .run = run});
}

void PolicyTryCommand::run(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const bool isHistory = arguments.has(triedHistoryOption);
    const bool isDocument = arguments.has(triedDocumentOption);
    const int given = int{isHistory} + int{isDocument} + int{arguments.has(triedJobOption)};
    if (given != 1) {
        return invocation.usage(PolicyTryCommandText::tr("Give one of --document, --job and --history."));
    }
    TriedOn tried;
    tried.jobId = arguments.value(triedJobOption).toStdString();
    if (!isHistory && !isDocument && tried.jobId.empty()) {
        return invocation.usage(PolicyTryCommandText::tr("--job is the id of a job, or its beginning."));
    }
    const auto bytes = readPolicyFile(invocation);
    auto policy = bytes ? parsePolicy(*bytes) : failure(bytes.error());
    if (!policy) {
        return invocation.fail(policy.error());
    }
    if (isDocument) {
        auto document =
            readInputFile(arguments.bytes(triedDocumentOption), jobDocumentMaxBytes, invocation.terminal());
        if (!document) {
            return invocation.fail(document.error());
        }
        tried.document = *std::move(document);
    }
    const auto shared = std::make_shared<const PolicyDocument>(*std::move(policy));
    ProfileSession::open(invocation, [&invocation, shared, tried, isHistory](const auto& session) {
        isHistory ? tryOnHistory(invocation, *session, shared)
                  : tryOnOne(invocation, *session, shared, tried);
    });
}

}  // namespace countersign::cli
