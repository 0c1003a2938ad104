#include "app/cli/commands/delegations/EmergencyCommands.h"

#include "app/cli/commands/delegations/EmergencyDrill.h"
#include "app/cli/commands/delegations/RevocationContext.h"
#include "app/cli/commands/delegations/RevocationJson.h"
#include "app/cli/commands/jobs/InboxFreezeCall.h"
#include "app/cli/input/InputFile.h"
#include "core/profile/ProfileServices.h"
#include "core/revocation/emergency/EmergencyStop.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>
#include <utility>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView everyWalletOption("all");
constexpr QLatin1StringView freezeOnlyOption("freeze-only");
constexpr QLatin1StringView drillOption("drill");
constexpr QLatin1StringView emergencyInboxOption("inbox");
constexpr QLatin1StringView emergencyReasonOption("reason");
constexpr QLatin1StringView emergencyOutputOption("output");

struct EmergencyCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(EmergencyCommandsText)
};

const char* partName(EmergencyReport::Part part)
{
    switch (part) {
        case EmergencyReport::Part::Freeze:
            return "freeze";
        case EmergencyReport::Part::Revoke:
            return "revoke";
        case EmergencyReport::Part::Proof:
            return "proof";
    }
    return "";
}

Json frozenJson(const std::optional<SigningFreeze>& freeze)
{
    return freeze ? Json{{"by", freeze->by}, {"reason", freeze->reason}, {"at", toIso8601(freeze->at)}}
                  : Json();
}

Json reportJson(const EmergencyReport& report)
{
    Json json = {{"frozen", frozenJson(report.freeze)},
                 {"id", report.revocationId.empty() ? Json() : Json(report.revocationId)},
                 {"earlier", report.earlierIds},
                 {"done", !report.problem && std::ranges::all_of(report.items, &RevocationItem::isDone)},
                 {"wallets", Json::array()},
                 {"milliseconds", Json::object()}};
    for (const RevocationItem& item : report.items) {
        json["wallets"].push_back(revocationItemJson(item));
    }
    for (const EmergencyReport::Duration& duration : report.durations) {
        json["milliseconds"][partName(duration.part)] = duration.took.count();
    }
    return json;
}

/// The printed proof and the text of its file.
struct PrintedProof
{
    Json json;
    std::string text;
};

PrintedProof printedProof(const std::string& envelope, bool isDrill)
{
    if (!isDrill) {
        return {parseJson(envelope, {.maxBytes = envelope.size()}).value_or(Json()), envelope};
    }
    Json statement = drillProof(envelope);
    std::string text = dumpJson(statement);
    return {std::move(statement), std::move(text)};
}

/// A freeze of every desk that goes on beside the rest.
struct InboxTelling
{
    std::optional<Result<InboxFreezeOutcome>> outcome;  ///< nothing: the relay has not answered yet
    std::function<void()> answered;                     ///< whoever waits for it
};
using InboxTellingPtr = std::shared_ptr<InboxTelling>;

/// Whether the other desks were told.
bool tellInboxOutcome(Terminal& terminal, Json& json, const InboxTelling& telling)
{
    const Result<InboxFreezeOutcome>& outcome = *telling.outcome;
    const Status posted = outcome ? outcome->posted : failure(outcome.error());
    json["inbox"] = outcome ? Json(outcome->inbox) : Json();
    json["posted"] = posted.has_value();
    if (!posted) {
        terminal.message(posted.error());
        terminal.message(outcome ? notToldSentence()
                                 : EmergencyCommandsText::tr("No other desk was told to stop signing."));
    }
    return posted.has_value();
}

void finishStop(Invocation& invocation, const EmergencyReport& report, const InboxTellingPtr& telling)
{
    Terminal& terminal = invocation.terminal();
    for (const RevocationItem& item : report.items) {
        if (!item.isDone() || item.outcome == RevocationOutcome::Refused) {
            terminal.message(QString::fromStdString(item.walletId) + QStringLiteral(": ") +
                             QString::fromStdString(item.sentence));
        }
    }
    Json json = reportJson(report);
    auto status = revocationStatus(report.items);
    for (const std::string& id : report.earlierIds) {
        terminal.message(
            EmergencyCommandsText::tr("The proof is about the last revocation. An earlier one took "
                                      "part: \"revocations proof %1\" makes its proof.")
                .arg(QString::fromStdString(id)));
    }
    if (report.problem) {
        terminal.message(*report.problem);
        status = status == ExitStatus::Done ? exitStatusFor(report.problem->code) : status;
    }
    if (telling && !tellInboxOutcome(terminal, json, *telling)) {
        status = status == ExitStatus::Done ? ExitStatus::Failed : status;
    }
    const Arguments& arguments = invocation.arguments();
    const bool isDrill = arguments.has(drillOption);
    if (isDrill) {
        json["drill"] = true;
        json["dynamic"] = "simulated";
    }
    const PrintedProof proof = report.proof.empty() ? PrintedProof() : printedProof(report.proof, isDrill);
    if (proof.text.empty() || !arguments.has(emergencyOutputOption)) {
        json["proof"] = proof.json;
    } else if (const auto written =
                   writeOutputFile(arguments.bytes(emergencyOutputOption), asBytes(proof.text + '\n'));
               written) {
        json["proof"] = arguments.bytes(emergencyOutputOption);
    } else {
        // What was ended is ended; the proof can be made again.
        terminal.message(written.error());
        json["proof"] = nullptr;
        status = status == ExitStatus::Done ? ExitStatus::Failed : status;
    }
    invocation.finish(json, status);
}

/// Submitters are told of what was stopped, unless nothing was.
void endStop(Invocation& invocation, const RevocationContextPtr& context, const EmergencyReport& report,
             const InboxTellingPtr& telling)
{
    if (invocation.arguments().has(drillOption)) {
        return finishStop(invocation, report, telling);
    }
    tellSubmitters(context, [&invocation, report, telling] {
        if (!telling || telling->outcome) {
            return finishStop(invocation, report, telling);
        }
        telling->answered = [&invocation, report, telling] { finishStop(invocation, report, telling); };
    });
}

/// This desk is frozen when it returns, or by the stop itself where that was not possible. Nothing waits for
/// the relay but the command's end.
InboxTellingPtr beginTelling(const RevocationContextPtr& context, const std::string& reason)
{
    const auto telling = std::make_shared<InboxTelling>();
    freezeInbox(context->session, reason, [telling](const Result<InboxFreezeOutcome>& outcome) {
        telling->outcome = outcome;
        if (telling->answered) {
            std::exchange(telling->answered, {})();
        }
    });
    return telling;
}

void runStop(Invocation& invocation, const RevocationContextPtr& context, EmergencyRequest request)
{
    const InboxTellingPtr telling = invocation.arguments().has(emergencyInboxOption)
                                        ? beginTelling(context, request.reason)
                                        : InboxTellingPtr();
    ProfileSession& session = *context->session;
    // It asks nobody itself; the runner does, with its own services.
    const auto stop = std::make_shared<EmergencyStop>(
        revocationServicesOf(session.sharedVault(), session.database(), session.clock()), *context->runner);
    QObject::connect(stop.get(), &EmergencyStop::reached, stop.get(),
                     [&invocation, context, stop = stop.get()](EmergencyReport::Part part) {
                         if (part == EmergencyReport::Part::Revoke) {
                             recoverJobs(invocation, context);
                             invocation.terminal().message(
                                 stop->isFrozen()
                                     ? EmergencyCommandsText::tr("Signing is frozen. Ending delegations…")
                                     : EmergencyCommandsText::tr("Signing could not be frozen. Ending "
                                                                 "delegations all the same…"));
                         }
                     });
    if (!context->terminationSignals) {
        context->terminationSignals = std::make_shared<TerminationSignals>();
    }
    QObject::connect(context->terminationSignals.get(), &TerminationSignals::received, stop.get(),
                     [stop = stop.get()] { stop->stop(); });
    stop->run(std::move(request),
              [&invocation, context, stop, telling](const Result<EmergencyReport>& report) {
                  report ? endStop(invocation, context, *report, telling) : invocation.fail(report.error());
              });
}

}  // namespace

void EmergencyCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("emergency-stop"),
         .summary = EmergencyCommandsText::tr(
             "Freezes signing, ends delegations at Dynamic and here, and writes the proof."),
         .details = EmergencyCommandsText::tr(
             "WALLET is an id or an address. Signing stops first, whatever comes after; unfreeze lifts "
             "that.\n"
             "Where it cannot be frozen, delegations are ended all the same, and \"frozen\" is null.\n"
             "Prints {\"frozen\", \"id\", \"done\", \"wallets\", \"milliseconds\", \"proof\"}, the wallets "
             "as\n"
             "revoke does, and the proof itself where no file is named. Exit status as that of revoke. What\n"
             "Dynamic has not answered stays pending and goes on by itself (revocations resume).\n"
             "--inbox freezes the other desks of the inbox, too, as \"freeze --inbox\" does, and adds\n"
             "{\"inbox\", \"posted\"}; where they are not told, everything else goes on.\n"
             "--drill does the same in a copy of the profile that is removed afterwards, with a simulated\n"
             "Dynamic, and adds {\"drill\": true, \"dynamic\": \"simulated\"}; its proof is not signed."),
         .options = {{.name = emergencyReasonOption,
                      .valueName = QStringLiteral("TEXT"),
                      .description =
                          EmergencyCommandsText::tr("goes into the record, the refusals and the proof"),
                      .required = true},
                     {.name = everyWalletOption,
                      .valueName = {},
                      .description = EmergencyCommandsText::tr("every wallet that is not revoked")},
                     {.name = freezeOnlyOption,
                      .valueName = {},
                      .description = EmergencyCommandsText::tr("only stop signing; end nothing")},
                     {.name = emergencyInboxOption,
                      .valueName = {},
                      .description = EmergencyCommandsText::tr(
                          "tell every desk of the relay's inbox to stop signing, too")},
                     {.name = drillOption,
                      .valueName = {},
                      .description = EmergencyCommandsText::tr(
                          "only try it, in a copy of the profile and with a simulated Dynamic")},
                     {.name = emergencyOutputOption,
                      .valueName = QStringLiteral("FILE"),
                      .description = EmergencyCommandsText::tr("write the proof there"),
                      .kind = WordKind::Raw},
                     passphraseOption()},
         .positionals = {{.name = EmergencyCommandsText::tr("WALLET"),
                          .required = false,
                          .repeatable = true}},
         .run = stop});
}

void EmergencyCommands::stop(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const bool all = arguments.has(everyWalletOption);
    const bool freezeOnly = arguments.has(freezeOnlyOption);
    const bool named = !arguments.positionals().isEmpty();
    if (int{all} + int{freezeOnly} + int{named} != 1) {
        return invocation.usage(
            EmergencyCommandsText::tr("Name the wallets, or give --all, or --freeze-only."));
    }
    if (arguments.has(drillOption) && arguments.has(emergencyInboxOption)) {
        return invocation.usage(
            EmergencyCommandsText::tr("A drill tells no other desk: give --drill or --inbox, not both."));
    }
    EmergencyRequest request;
    request.scope = all          ? EmergencyRequest::Scope::Everything
                    : freezeOnly ? EmergencyRequest::Scope::FreezeOnly
                                 : EmergencyRequest::Scope::Chosen;
    request.reason = arguments.value(emergencyReasonOption).trimmed().toStdString();
    if (request.reason.empty() || request.reason.size() > freezeMaxReasonBytes) {
        return invocation.usage(EmergencyCommandsText::tr("A reason has 1 to 4000 bytes."));
    }
    for (const QString& word : arguments.positionals()) {
        request.wallets.push_back(word.toStdString());
    }
    const auto work = [&invocation, request](const RevocationContextPtr& context) {
        runStop(invocation, context, request);
    };
    arguments.has(drillOption) ? openDrillContext(invocation, work) : openRevocationContext(invocation, work);
}

}  // namespace countersign::cli
