#include "app/cli/commands/QuarantineCommands.h"

#include "app/cli/Numbers.h"
#include "app/cli/ProfileSession.h"
#include "app/cli/commands/IngestReportJson.h"
#include "core/inbox/DeliveryCatalog.h"
#include "core/inbox/Ingestor.h"
#include "core/signing/JobIntake.h"

#include <QCoreApplication>

namespace countersign {

namespace {

constexpr QLatin1StringView allOption("all");

struct QuarantineCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(QuarantineCommands)
};

Json toJson(const QuarantineItem& item)
{
    Json json = {{"id", item.id}};
    // What could not be parsed has no ids; a member that is absent says so better than an empty text.
    const std::pair<const char*, const std::optional<std::string>&> optionals[] = {
        {"eventId", item.eventId}, {"eventName", item.eventName}, {"walletId", item.walletId}};
    for (const auto& [name, value] : optionals) {
        if (value) {
            json[name] = *value;
        }
    }
    json["reason"] = item.reason;
    json["reasonCode"] = item.reasonCode;
    json["detail"] = item.detail;
    json["receivedAt"] = toIso8601(item.receivedAt);
    json["since"] = toIso8601(item.since);
    json["retries"] = item.retries;
    if (item.lastRetryAt) {
        json["lastRetryAt"] = toIso8601(*item.lastRetryAt);
    }
    json["deliveryId"] = item.deliveryId;
    return json;
}

void finishRetry(Invocation& invocation, const Result<IngestReport>& report)
{
    if (!report) {
        return invocation.fail(report.error());
    }
    if (report->quarantined > 0) {
        invocation.terminal().message(
            report->quarantined == 1
                ? QuarantineCommandsText::tr("One delivery stays in quarantine; quarantine list says why.")
                : QuarantineCommandsText::tr("%1 deliveries stay in quarantine; quarantine list says why.")
                      .arg(report->quarantined));
    }
    invocation.finish(toJson(*report), report->quarantined > 0 ? ExitStatus::Refused : ExitStatus::Done);
}

}  // namespace

void QuarantineCommands::addTo(CommandTable& table)
{
    table.add({.words = QStringLiteral("quarantine list"),
               .summary = QuarantineCommandsText::tr("Lists what was set aside, with the reason of each."),
               .details = {},
               .options = {passphraseOption()},
               .positionals = {},
               .run = list});
    table.add(
        {.words = QStringLiteral("quarantine retry"),
         .summary = QuarantineCommandsText::tr(
             "Takes a delivery out of quarantine through the whole way once more."),
         .details = QuarantineCommandsText::tr(
             "With the keys and webhook secrets that the profile has now. Prints the counters of sync;\n"
             "exit status 3 when something stays in quarantine."),
         .options = {{.name = allOption,
                      .valueName = {},
                      .description = QuarantineCommandsText::tr("every delivery in quarantine")},
                     passphraseOption()},
         .positionals = {{.name = QStringLiteral("ID"), .required = false}},
         .run = retry});
}

void QuarantineCommands::list(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto items = DeliveryCatalog(session->database()).quarantine();
        if (!items) {
            return invocation.fail(items.error());
        }
        Json output = Json::array();
        for (const QuarantineItem& item : *items) {
            output.push_back(toJson(item));
        }
        invocation.finish(output);
    });
}

void QuarantineCommands::retry(Invocation& invocation)
{
    const QStringList& given = invocation.arguments().positionals();
    const bool all = invocation.arguments().has(allOption);
    if (all == !given.isEmpty()) {
        return invocation.usage(QuarantineCommandsText::tr("Give the ID of one delivery, or --all."));
    }
    std::int64_t id = 0;
    if (!all) {
        const auto parsed = parsePositive(given.first());
        if (!parsed) {
            return invocation.usage(parsed.error().sentence);
        }
        id = *parsed;
    }
    ProfileSession::open(invocation, [&invocation, all, id](const auto& session) {
        JobIntake jobs(session->database(), session->vault(), session->clock());
        Ingestor ingestor(session->sharedVault(), session->database(), session->clock());
        ingestor.setEntryHandler(&jobs);
        finishRetry(invocation, all ? ingestor.retryAll() : ingestor.retry(id));
    });
}

}  // namespace countersign
