#include "app/cli/commands/profile/AuditCommands.h"

#include "app/cli/Numbers.h"
#include "app/cli/ProfileSession.h"
#include "app/cli/commands/JsonArrayWriter.h"
#include "core/base/Hex.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView limitOption("limit");
constexpr QLatin1StringView resealReasonOption("reason");
constexpr int pageSize = 1000;
constexpr qsizetype maxResealReasonCharacters = 1000;

struct AuditCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(AuditCommandsText)
};

Json toJson(const AuditEntry& entry)
{
    return {{"seq", entry.seq},
            {"at", toIso8601(entry.at)},
            {"kind", entry.kind},
            {"subject", entry.subject},
            {"detail", parseJson(entry.detail).value_or(Json(entry.detail))},
            {"hash", toHexPrefixed(entry.hash)}};
}

Json toJson(const AuditReport& report)
{
    return {{"intact", report.intact},
            {"entries", report.entries},
            {"firstBadSeq", report.firstBadSeq},
            {"finding", report.finding.toStdString()}};
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
               .summary = AuditCommandsText::tr(
                   "Checks the whole record: nothing changed, removed, inserted or cut off."),
               .details = AuditCommandsText::tr(
                   "Prints {\"intact\", \"entries\", \"firstBadSeq\", \"finding\"}. Exit status 0 "
                   "when intact, 3 when "
                   "not.\nfirstBadSeq is 0 when intact, or when entries are missing at the end."),
               .options = {passphraseOption()},
               .positionals = {},
               .run = verify});
    table.add({.words = QStringLiteral("audit list"),
               .summary = AuditCommandsText::tr("Lists the record, newest first."),
               .details = {},
               .options = {{.name = limitOption,
                            .valueName = QStringLiteral("N"),
                            .description = AuditCommandsText::tr("at most N (default: all)")},
                           passphraseOption()},
               .positionals = {},
               .run = list});
    table.add({.words = QStringLiteral("audit reseal"),
               .summary = AuditCommandsText::tr(
                   "Goes on with a record that was found damaged; the damage is recorded."),
               .details = AuditCommandsText::tr(
                   "Nothing can be recorded, and so nothing done, while the record contradicts its "
                   "sealed head. Find\nout why first. The finding of audit verify and your reason "
                   "become an entry; changed entries stay\na finding for ever. Refused (exit status "
                   "3) when the record is intact."),
               .options = {{.name = resealReasonOption,
                            .valueName = QStringLiteral("TEXT"),
                            .description =
                                AuditCommandsText::tr("what happened, for those who read the record later"),
                            .required = true},
                           passphraseOption()},
               .positionals = {},
               .run = reseal});
}

void AuditCommands::verify(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto report = session->audit().verify();
        if (!report) {
            return invocation.fail(report.error());
        }
        invocation.finish(toJson(*report), report->intact ? ExitStatus::Done : ExitStatus::Refused);
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

void AuditCommands::reseal(Invocation& invocation)
{
    const QString reason = invocation.arguments().value(resealReasonOption);
    if (reason.trimmed().isEmpty() || reason.size() > maxResealReasonCharacters) {
        return invocation.usage(AuditCommandsText::tr("A reason has 1 to 1000 characters."));
    }
    ProfileSession::open(invocation, [&invocation, reason](const auto& session) {
        if (const auto resealed = session->audit().reseal(reason.toStdString()); !resealed) {
            return invocation.fail(resealed.error());
        }
        const auto report = session->audit().verify();
        if (!report) {
            return invocation.fail(report.error());
        }
        invocation.finish(toJson(*report));
    });
}

}  // namespace countersign::cli
