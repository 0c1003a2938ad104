#include "app/cli/commands/profile/AuditCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/JsonArrayWriter.h"
#include "app/cli/commands/profile/AuditFileCommands.h"
#include "app/cli/input/DeskKeyOption.h"
#include "app/cli/input/Numbers.h"
#include "core/audit/AuditReseal.h"
#include "core/audit/witness/AuditJson.h"
#include "core/audit/witness/AuditWitness.h"

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

/// With what the keychain says.
Result<WitnessedReport> verifiedRecord(Invocation& invocation, ProfileSession& session)
{
    ASSIGN_OR_RETURN(auto verified, session.audit().verify());
    WitnessedReport report{std::move(verified), false};
    const CounterFinding& finding = session.counterFinding();
    if (!finding.isKept) {
        invocation.terminal().message(AuditCommandsText::tr(
            "This profile uses no keychain, so only a checkpoint tells whether its whole folder was rolled "
            "back (audit verify --checkpoint FILE)."));
    }
    return finding.known ? heldAgainst(std::move(report), session.database(), *finding.known)
                         : Result<WitnessedReport>(std::move(report));
}

Json counterJson(const CounterFinding& finding)
{
    return finding.known ? Json{{"seq", finding.known->seq}} : Json();
}

Json toJson(const WitnessedReport& report)
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
             "Prints {\"intact\", \"entries\", \"firstBadSeq\", \"finding\", \"rolledBack\",\n"
             "\"counter\": {\"seq\"}|null}: rolledBack is true when the profile is older than what the\n"
             "keychain's counter knows. Exit status 0 when intact, 3 when not. firstBadSeq is 0 when intact, "
             "or when entries are missing at\n"
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
                   "become an entry; changed entries stay\na finding for ever. A profile that was rolled "
                   "back goes on from here in the same way, and the\nkeychain's counter with it. Refused "
                   "(exit status 3) when the record is intact."),
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
    ProfileSession::open(
        invocation,
        [&invocation, hasCheckpoint](const auto& session) {
            auto report = verifiedRecord(invocation, *session);
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
            output["counter"] = counterJson(session->counterFinding());
            if (checkpoint) {
                output["checkpoint"] = checkpointJson(*checkpoint);
            }
            invocation.finish(output, report->intact ? ExitStatus::Done : ExitStatus::Refused);
        },
        ProfileSession::Counter::OnlyRead);
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
    ProfileSession::open(
        invocation,
        [&invocation, reason](const auto& session) {
            const QString& rollback = session->counterFinding().rollback;
            const auto resealed = rollback.isEmpty()
                                      ? session->audit().reseal(reason.toStdString())
                                      : acceptRollback(session->database(), session->vault(),
                                                       session->clock(), rollback, reason.toStdString());
            if (!resealed) {
                return invocation.fail(resealed.error());
            }
            session->counter().accept([&invocation, session](const CounterFinding& finding) {
                const auto report = session->audit().verify();
                if (finding.error || !report) {
                    return invocation.fail(report ? *finding.error : report.error());
                }
                invocation.finish(toJson({*report, false}));
            });
        },
        ProfileSession::Counter::OnlyRead);
}

}  // namespace countersign::cli
