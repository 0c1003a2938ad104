#include "app/cli/commands/delegations/EventCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/JsonArrayWriter.h"
#include "app/cli/input/Numbers.h"
#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/inbox/delivery/DeliveryCatalog.h"
#include "core/inbox/delivery/DeliveryReader.h"
#include "core/signing/intake/JobEntries.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView eventLimitOption("limit");
constexpr QLatin1StringView walletOption("wallet");
constexpr QLatin1StringView verdictOption("verdict");
constexpr std::size_t eventsPerPage = 1000;

struct EventCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(EventCommandsText)
};

Json orNull(const std::optional<std::string>& text)
{
    return text ? Json(*text) : Json(nullptr);
}

Json orNull(const std::optional<UnixMillis>& time)
{
    return time ? Json(toIso8601(*time)) : Json(nullptr);
}

Json toJson(const Delivery& delivery)
{
    return {{"id", delivery.id},
            {"seq", delivery.seq},
            {"kind", delivery.kind},
            {"receivedAt", toIso8601(delivery.receivedAt)},
            {"storedAt", toIso8601(delivery.storedAt)},
            {"verdict", toText(delivery.verdict)},
            {"reason", delivery.reason},
            {"eventName", orNull(delivery.eventName)},
            {"eventId", orNull(delivery.eventId)},
            {"messageId", orNull(delivery.messageId)},
            {"eventAt", orNull(delivery.eventAt)},
            {"walletId", orNull(delivery.walletId)},
            {"userId", orNull(delivery.userId)},
            {"bodySize", delivery.bodySize}};
}

/// Entries of jobs carry no event; what names them is the job.
Result<Json> describe(const DeliveryCatalog& catalog, const Delivery& delivery)
{
    Json json = toJson(delivery);
    if (delivery.kind == webhookDeliveryKind) {
        return json;
    }
    ASSIGN_OR_RETURN(const auto content, catalog.content(delivery.id));
    const auto jobId = jobIdOfEntry(delivery.kind, content.body);
    json["jobId"] = orNull(jobId);
    return json;
}

struct Query
{
    DeliveryFilter filter;
    std::size_t limit = 0;
};

Result<Query> readQuery(const Arguments& arguments)
{
    Query query;
    query.filter.walletId = arguments.value(walletOption).toStdString();
    ASSIGN_OR_RETURN(const auto limit,
                     positiveOption(arguments, eventLimitOption, std::numeric_limits<std::int64_t>::max()));
    query.limit = static_cast<std::size_t>(limit);
    if (arguments.has(verdictOption)) {
        query.filter.verdict = verdictFrom(arguments.value(verdictOption).toStdString());
        if (!query.filter.verdict) {
            return failure(ErrorCode::InvalidInput,
                           EventCommandsText::tr(
                               "--verdict is applied, duplicate, stale, unknown, ping or quarantined."));
        }
    }
    return query;
}

void printAll(Invocation& invocation, ProfileSession& session, const Query& query)
{
    const DeliveryCatalog catalog(session.database());
    const auto ids = catalog.ids(query.filter);
    if (!ids) {
        return invocation.fail(ids.error());
    }
    const auto wanted = std::span(*ids).first(std::min(ids->size(), query.limit));
    JsonArrayWriter writer(invocation.terminal());
    for (std::size_t first = 0; first < wanted.size(); first += eventsPerPage) {
        const auto rows = catalog.rows(wanted.subspan(first, std::min(eventsPerPage, wanted.size() - first)));
        if (!rows) {
            return invocation.fail(rows.error());
        }
        for (const Delivery& delivery : *rows) {
            const auto json = describe(catalog, delivery);
            if (!json) {
                return invocation.fail(json.error());
            }
            writer.add(*json);
        }
    }
    writer.end();
    invocation.finish();
}

}  // namespace

void EventCommands::addTo(CommandTable& table)
{
    table.add({.words = QStringLiteral("events list"),
               .summary = EventCommandsText::tr("Lists every delivery, newest first, with its verdict."),
               .details = {},
               .options = {{.name = eventLimitOption,
                            .valueName = QStringLiteral("N"),
                            .description = EventCommandsText::tr("at most N (default: all)")},
                           {.name = walletOption,
                            .valueName = QStringLiteral("ID"),
                            .description = EventCommandsText::tr("only events of this wallet")},
                           {.name = verdictOption,
                            .valueName = QStringLiteral("VERDICT"),
                            .description = EventCommandsText::tr(
                                "only applied, duplicate, stale, unknown, ping or quarantined ones")},
                           passphraseOption()},
               .positionals = {},
               .run = list});
    table.add(
        {.words = QStringLiteral("events show"),
         .summary = EventCommandsText::tr("Shows one delivery with its headers and raw body (Base64)."),
         .details = EventCommandsText::tr(
             "The body of a delegation holds the two envelopes, which only your RSA keys open. It is no\n"
             "longer there when redactedAt is set: the delegation ended and its material was destroyed."),
         .options = {passphraseOption()},
         .positionals = {{.name = QStringLiteral("ID")}},
         .run = show});
}

void EventCommands::list(Invocation& invocation)
{
    auto query = readQuery(invocation.arguments());
    if (!query) {
        return invocation.usage(query.error().sentence);
    }
    ProfileSession::open(invocation, [&invocation, query = std::move(*query)](const auto& session) {
        printAll(invocation, *session, query);
    });
}

void EventCommands::show(Invocation& invocation)
{
    const auto id = parsePositive(invocation.arguments().positionals().first());
    if (!id) {
        return invocation.usage(id.error().sentence);
    }
    ProfileSession::open(invocation, [&invocation, id = *id](const auto& session) {
        const DeliveryCatalog catalog(session->database());
        const auto rows = catalog.rows(std::span(&id, 1));
        if (!rows) {
            return invocation.fail(rows.error());
        }
        if (rows->empty()) {
            return invocation.fail(
                {ErrorCode::NotFound, EventCommandsText::tr("There is no delivery %1.").arg(id), {}});
        }
        const auto content = catalog.content(id);
        if (!content) {
            return invocation.fail(content.error());
        }
        const auto described = describe(catalog, rows->front());
        if (!described) {
            return invocation.fail(described.error());
        }
        Json output = *described;
        output["headers"] = parseJson(content->headersJson).value_or(Json::array());
        output["bodySha256"] = toHexPrefixed(content->bodySha256);
        output["redactedAt"] = orNull(content->redactedAt);
        output["bodyKept"] = content->isBodyKept;
        output["bodyBase64"] = toBase64(content->body);
        invocation.finish(output);
    });
}

}  // namespace countersign::cli
