#include "app/cli/commands/profile/AuditCommands.h"

#include "app/cli/DeskKeyOption.h"
#include "app/cli/Numbers.h"
#include "app/cli/ProfileSession.h"
#include "app/cli/commands/JsonArrayWriter.h"
#include "app/cli/commands/profile/AuditFileCommands.h"
#include "core/audit/AuditJson.h"
#include "core/audit/AuditWitness.h"

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

Json toJson(const AuditReport& report)
{
    return {{"intact", report.intact},
            {"entries", report.entries},
            {"firstBadSeq", report.firstBadSeq},
            {"finding", report.finding.toStdString()},
            {"rolledBack", report.rolledBack}};
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
            writer.add(auditEntryJson(entry));
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
    AuditFileCommands::addTo(table);
    table.add(
        {.words = QStringLiteral("audit verify"),
         .summary =
             AuditCommandsText::tr("Checks the whole record: nothing changed, removed, inserted or cut off."),
         .details = AuditCommandsText::tr(
             "Prints {\"intact\", \"entries\", \"firstBadSeq\", \"finding\", \"rolledBack\"}. Exit status 0\n"
             "when intact, 3 when not. firstBadSeq is 0 when intact, or when entries are missing at\n"
             "the end. With --checkpoint also whether this profile is older than that. With --export\n"
             "a file is checked that another desk exported: prints {\"valid\", \"from\", \"to\",\n"
             "\"entries\", \"sha256\"}, and with --checkpoint it has to hold that entry. Writes nothing."),
         .options = {AuditFileCommands::checkpointSpec(), AuditFileCommands::exportSpec(), deskKeySpec(false),
                     passphraseOption()},
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
    const Arguments& arguments = invocation.arguments();
    if (arguments.has(AuditFileCommands::exportSpec().name)) {
        return AuditFileCommands::verifyExport(invocation);
    }
    const bool hasCheckpoint = arguments.has(AuditFileCommands::checkpointSpec().name);
    if (arguments.has(deskKeyOption) && (!hasCheckpoint || !deskKeyOf(arguments))) {
        return invocation.usage(
            AuditCommandsText::tr("--desk-key is 32 bytes in hex, for --checkpoint or --export."));
    }
    ProfileSession::open(invocation, [&invocation, hasCheckpoint](const auto& session) {
        auto report = session->audit().verify();
        std::optional<AuditCheckpoint> checkpoint;
        if (report && hasCheckpoint) {
            auto read = AuditFileCommands::checkpointOf(invocation, *session);
            if (!read) {
                return invocation.fail(read.error());
            }
            checkpoint = *std::move(read);
            report = heldAgainst(*std::move(report), session->database(), AuditWitness::of(*checkpoint));
        }
        if (!report) {
            return invocation.fail(report.error());
        }
        Json output = toJson(*report);
        if (checkpoint) {
            output["checkpoint"] = checkpointJson(*checkpoint);
        }
        invocation.finish(output, report->intact ? ExitStatus::Done : ExitStatus::Refused);
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
