#include "app/cli/commands/delegations/QuarantineCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/JsonArrayWriter.h"
#include "app/cli/commands/delegations/IngestReportJson.h"
#include "app/cli/input/Numbers.h"
#include "core/inbox/Ingestor.h"
#include "core/inbox/quarantine/QuarantineCatalog.h"
#include "core/signing/intake/DeskEntries.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView allOption("all");
constexpr QLatin1StringView quarantineReasonOption("reason");
/// Genuine deliveries that are named one by one when they are dropped.
constexpr std::size_t mostNamed = 20;

struct QuarantineCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(QuarantineCommandsText)
};

Json toJson(const QuarantineItem& item)
{
    Json json = {{"id", item.id}, {"kind", item.kind}, {"genuine", item.isGenuine}};
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
    json["bodyKept"] = item.isBodyKept;
    return json;
}

QString reasonWords()
{
    QStringList words;
    for (const std::string_view reason : quarantineReasons) {
        words << QString::fromLatin1(reason.data(), static_cast<qsizetype>(reason.size()));
    }
    return words.join(QStringLiteral(", "));
}

OptionSpec reasonOptionSpec()
{
    return {.name = quarantineReasonOption,
            .valueName = QStringLiteral("R"),
            .description = QuarantineCommandsText::tr("only these: %1").arg(reasonWords())};
}

/// A reason's code, or its sentence as the list prints it. Nothing matches a word that is neither.
Result<std::string> knownReason(const Arguments& arguments, Database& database)
{
    const std::string reason = arguments.value(quarantineReasonOption).toStdString();
    if (!arguments.has(quarantineReasonOption) ||
        std::ranges::find(quarantineReasons, reason) != quarantineReasons.end()) {
        return reason;
    }
    ASSIGN_OR_RETURN(const auto matching, QuarantineCatalog(database).firstRows({.reason = reason}, 1));
    if (reason.empty() || matching.empty()) {
        return failure(ErrorCode::InvalidInput,
                       QuarantineCommandsText::tr("--reason is one of %1.").arg(reasonWords()));
    }
    return reason;
}

void printAll(Invocation& invocation, Database& database, const std::string& reason)
{
    const QuarantineCatalog catalog(database);
    const auto ids = catalog.ids({.reason = reason});
    const auto counts = catalog.counts();
    if (!ids || !counts) {
        return invocation.fail(ids ? counts.error() : ids.error());
    }
    const Status written = writeRows(invocation.terminal(), catalog, *ids,
                                     [](const QuarantineItem& item) { return toJson(item); });
    if (!written) {
        return invocation.fail(written.error());
    }
    if (counts->notKept > 0) {
        invocation.terminal().message(
            counts->notKept == 1
                ? QuarantineCommandsText::tr(
                      "One forged delivery was not kept: there are only so many of them in a profile.")
                : QuarantineCommandsText::tr(
                      "%1 forged deliveries were not kept: there are only so many of them in a profile.")
                      .arg(counts->notKept));
    }
    invocation.finish();
}

/// Nobody must be able to drop a genuine event without noticing.
void tellGenuine(Terminal& terminal, const DropReport& report)
{
    if (report.genuine == 0) {
        return;
    }
    terminal.message(
        report.genuine == 1
            ? QuarantineCommandsText::tr(
                  "One of them was genuine (correctly signed). It never takes effect now, unless it is "
                  "delivered again:")
            : QuarantineCommandsText::tr(
                  "%1 of them were genuine (correctly signed). They never take effect now, unless they "
                  "are delivered again:")
                  .arg(report.genuine));
    const std::size_t named = std::min(mostNamed, report.firstGenuine.size());
    for (const QuarantineItem& item : std::span(report.firstGenuine).first(named)) {
        terminal.message(
            QStringLiteral("  ") +
            QString::fromStdString(item.eventName.value_or(item.kind) + " " +
                                   item.eventId.value_or("delivery " + std::to_string(item.deliveryId)) +
                                   (item.walletId ? " (wallet " + *item.walletId + ")" : std::string())));
    }
    if (report.genuine > static_cast<std::int64_t>(named)) {
        terminal.message(QuarantineCommandsText::tr("  and %1 more; the record names up to %2.")
                             .arg(report.genuine - static_cast<std::int64_t>(named))
                             .arg(mostNamedInRecord));
    }
}

Result<std::vector<std::int64_t>> idsOf(const QStringList& words)
{
    std::vector<std::int64_t> ids;
    for (const QString& word : words) {
        ASSIGN_OR_RETURN(const auto id, parsePositive(word));
        if (std::ranges::find(ids, id) == ids.end()) {
            ids.push_back(id);
        }
    }
    return ids;
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
    invocation.finish(ingestReportJson(*report),
                      report->quarantined > 0 ? ExitStatus::Refused : ExitStatus::Done);
}

}  // namespace

void QuarantineCommands::addTo(CommandTable& table)
{
    table.add({.words = QStringLiteral("quarantine list"),
               .summary = QuarantineCommandsText::tr("Lists what was set aside, with the reason of each."),
               .details = QuarantineCommandsText::tr(
                   "genuine is true of what is correctly signed. Of the rest the oldest is dropped when it\n"
                   "becomes too much, first the bodies (bodyKept), then all of it."),
               .options = {reasonOptionSpec(), passphraseOption()},
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
    table.add(
        {.words = QStringLiteral("quarantine drop"),
         .summary = QuarantineCommandsText::tr("Takes deliveries out of quarantine for good."),
         .details = QuarantineCommandsText::tr(
             "What is not correctly signed leaves the profile. What is genuine stays among the events,\n"
             "without its ciphertexts and without effect: each is named on standard error and in the\n"
             "record. Prints {\"dropped\", \"genuine\"}; an ID that is not there drops nothing (exit\n"
             "status 3)."),
         .options = {reasonOptionSpec(), passphraseOption()},
         .positionals = {{.name = QStringLiteral("ID"), .required = false, .repeatable = true}},
         .run = drop});
}

void QuarantineCommands::list(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto reason = knownReason(invocation.arguments(), session->database());
        if (!reason) {
            return reason.error().code == ErrorCode::InvalidInput ? invocation.usage(reason.error().sentence)
                                                                  : invocation.fail(reason.error());
        }
        printAll(invocation, session->database(), *reason);
    });
}

void QuarantineCommands::drop(Invocation& invocation)
{
    const auto ids = idsOf(invocation.arguments().positionals());
    if (!ids) {
        return invocation.usage(ids.error().sentence);
    }
    if (ids->empty() != invocation.arguments().has(quarantineReasonOption)) {
        return invocation.usage(QuarantineCommandsText::tr("Give the IDs of deliveries, or --reason R."));
    }
    ProfileSession::open(invocation, [&invocation, ids = *ids](const auto& session) {
        const auto reason = knownReason(invocation.arguments(), session->database());
        if (!reason) {
            return reason.error().code == ErrorCode::InvalidInput ? invocation.usage(reason.error().sentence)
                                                                  : invocation.fail(reason.error());
        }
        Ingestor ingestor(session->sharedVault(), session->database(), session->clock());
        const auto report = ingestor.drop({.ids = ids, .filter = {.reason = *reason}});
        if (!report) {
            return invocation.fail(report.error());
        }
        tellGenuine(invocation.terminal(), *report);
        auto more = ingestor.sweep();
        while (more && *more) {
            more = ingestor.sweep();
        }
        if (const auto compacted = more ? compact(session->database()) : Status(failure(more.error()));
            !compacted) {
            // Dropped all the same; the rest goes with the next clean-up.
            invocation.terminal().message(compacted.error());
        }
        invocation.finish({{"dropped", report->dropped}, {"genuine", report->genuine}});
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
        DeskEntries entries(session->database(), session->vault(), session->clock());
        Ingestor ingestor(session->sharedVault(), session->database(), session->clock());
        ingestor.setEntryHandler(&entries);
        session->tellFindings(invocation.terminal(), {trustedTables::secret, trustedTables::key});
        finishRetry(invocation, all ? ingestor.retryAll() : ingestor.retry(id));
    });
}

}  // namespace countersign::cli
