#include "app/cli/commands/jobs/JobCommands.h"

#include "app/cli/commands/JsonArrayWriter.h"
#include "app/cli/commands/jobs/JobContext.h"
#include "app/cli/input/InputFile.h"
#include "core/base/encoding/Hex.h"
#include "core/meaning/ExplanationJson.h"
#include "core/signing/explanation/JobExplainer.h"
#include "core/signing/job/JobJson.h"
#include "core/signing/local/LocalFindings.h"
#include "core/signing/store/JobCatalog.h"
#include "core/vault/Settings.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView stateOption("state");
constexpr QLatin1StringView descriptorsOption("descriptors");

struct JobCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(JobCommandsText)
};

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
        Json output = jobWithResult(*job);
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

}  // namespace countersign::cli
