#include "app/cli/commands/AuditCommands.h"

#include "app/cli/Numbers.h"
#include "app/cli/ProfileSession.h"
#include "app/cli/commands/JsonArrayWriter.h"
#include "core/base/Hex.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace countersign {

namespace {

constexpr QLatin1StringView limitOption("limit");
constexpr int pageSize = 1000;

QString tr(const char* text)
{
    return QCoreApplication::translate("AuditCommands", text);
}

Json toJson(const AuditEntry& entry)
{
    return {{"seq", entry.seq},
            {"at", toIso8601(entry.at)},
            {"kind", entry.kind},
            {"subject", entry.subject},
            {"detail", parseJson(entry.detail).value_or(Json(entry.detail))},
            {"hash", toHexPrefixed(entry.hash)}};
}

void printPages(Invocation& invocation, ProfileSession& session, std::int64_t limit)
{
    JsonArrayWriter writer(invocation.terminal());
    std::int64_t before = 0;
    while (limit > 0) {
        const auto page =
            session.audit().page(before, static_cast<int>(std::min<std::int64_t>(limit, pageSize)));
        if (!page) {
            return invocation.fail(page.error());
        }
        if (page->empty()) {
            break;
        }
        for (const AuditEntry& entry : *page) {
            writer.add(toJson(entry));
        }
        limit -= static_cast<std::int64_t>(page->size());
        before = page->back().seq;
    }
    writer.end();
    invocation.finish();
}

}  // namespace

void AuditCommands::addTo(CommandTable& table)
{
    table.add({.words = QStringLiteral("audit verify"),
               .summary = tr("Checks the whole record: nothing changed, removed, inserted or cut off."),
               .details = tr("Prints {\"intact\", \"entries\", \"firstBadSeq\", \"finding\"}. Exit status 0 "
                             "when intact, 3 when "
                             "not.\nfirstBadSeq is 0 when intact, or when entries are missing at the end."),
               .options = {passphraseOption()},
               .positionals = {},
               .run = verify});
    table.add({.words = QStringLiteral("audit list"),
               .summary = tr("Lists the record, newest first."),
               .details = {},
               .options = {{.name = limitOption,
                            .valueName = QStringLiteral("N"),
                            .description = tr("at most N (default: all)")},
                           passphraseOption()},
               .positionals = {},
               .run = list});
}

void AuditCommands::verify(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto report = session->audit().verify();
        if (!report) {
            return invocation.fail(report.error());
        }
        invocation.finish({{"intact", report->intact},
                           {"entries", report->entries},
                           {"firstBadSeq", report->firstBadSeq},
                           {"finding", report->finding.toStdString()}},
                          report->intact ? ExitStatus::Done : ExitStatus::Refused);
    });
}

void AuditCommands::list(Invocation& invocation)
{
    const auto limit =
        positiveOption(invocation.arguments(), limitOption, std::numeric_limits<std::int64_t>::max());
    if (!limit) {
        return invocation.usage(limit.error().sentence);
    }
    ProfileSession::open(invocation, [&invocation, limit = *limit](const auto& session) {
        printPages(invocation, *session, limit);
    });
}

}  // namespace countersign
