#include "app/cli/commands/profile/AuditFileCommands.h"

#include "app/cli/input/DeskKeyOption.h"
#include "app/cli/input/InputFile.h"
#include "app/cli/input/Numbers.h"
#include "core/audit/witness/AuditExport.h"
#include "core/base/encoding/Hex.h"
#include "core/signing/reporting/DeskKey.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView auditFromOption("from");
constexpr QLatin1StringView toOption("to");
constexpr QLatin1StringView checkpointOutputOption("output");
constexpr QLatin1StringView checkpointOption("checkpoint");
constexpr QLatin1StringView exportOption("export");
constexpr std::size_t exportPieceBytes = std::size_t{64} * 1024;

struct AuditFileText
{
    Q_DECLARE_TR_FUNCTIONS(AuditFileText)
};

Result<AuditCheckpoint> checkpointFrom(Invocation& invocation, const ed25519::PublicKey& key)
{
    ASSIGN_OR_RETURN(const auto file, readInputFile(invocation.arguments().bytes(checkpointOption),
                                                    checkpointMaxBytes, invocation.terminal()));
    return readCheckpoint(asText(file), key);
}

/// The desk's public key as it is now: a check writes nothing, so none is made.
Result<ed25519::PublicKey> ownDeskKey(ProfileSession& session)
{
    const auto seed = session.secrets().get(deskKeyKind, primarySecretName);
    if (seed) {
        return ed25519::publicKey(*seed);
    }
    if (seed.error().code != ErrorCode::NotFound) {
        return failure(seed.error());
    }
    return failure(ErrorCode::BadSignature,
                   AuditFileText::tr(
                       "This profile has no desk key that could have signed the checkpoint: it is of another "
                       "profile, or this profile was rolled back to a time before its key was made. Name "
                       "the key with --desk-key to find out."));
}

Result<AuditExportSummary> checkedExport(Invocation& invocation, const ed25519::PublicKey& key)
{
    const Arguments& arguments = invocation.arguments();
    std::optional<AuditExportCheck::Expected> expected;
    if (arguments.has(checkpointOption)) {
        ASSIGN_OR_RETURN(const auto checkpoint, checkpointFrom(invocation, key));
        expected = {checkpoint.seq, checkpoint.hash};
    }
    AuditExportCheck check(expected);
    RETURN_IF_ERROR(readInputPieces(arguments.bytes(exportOption), invocation.terminal(),
                                    [&check](BytesView piece) { return check.add(piece); }));
    return check.finish(key);
}

}  // namespace

Json checkpointJson(const AuditCheckpoint& checkpoint)
{
    return {
        {"seq", checkpoint.seq}, {"hash", toHexPrefixed(checkpoint.hash)}, {"at", toIso8601(checkpoint.at)}};
}

OptionSpec AuditFileCommands::checkpointSpec()
{
    return {.name = checkpointOption,
            .valueName = QStringLiteral("FILE"),
            .description = AuditFileText::tr("a checkpoint that was kept elsewhere"),
            .kind = WordKind::Raw};
}

OptionSpec AuditFileCommands::exportSpec()
{
    return {.name = exportOption,
            .valueName = QStringLiteral("FILE"),
            .description = AuditFileText::tr("check this export instead; needs --desk-key and no profile"),
            .kind = WordKind::Raw};
}

void AuditFileCommands::addTo(CommandTable& table)
{
    table.add({.words = QStringLiteral("audit export"),
               .summary = AuditFileText::tr("Writes the record as JSON Lines, signed with the desk's key."),
               .details = AuditFileText::tr(
                   "One entry a line with its hash, the oldest first. The last line is a DSSE envelope of\n"
                   "the desk's key around {\"from\", \"to\", \"sha256\"} of the lines before it. A record\n"
                   "that is not intact is written without it (exit status 3)."),
               .options = {{.name = auditFromOption,
                            .valueName = QStringLiteral("N"),
                            .description = AuditFileText::tr("the first entry (default: 1)")},
                           {.name = toOption,
                            .valueName = QStringLiteral("N"),
                            .description = AuditFileText::tr("the last entry (default: the newest)")},
                           passphraseOption()},
               .positionals = {},
               .run = exportLines});
    table.add(
        {.words = QStringLiteral("audit checkpoint"),
         .summary = AuditFileText::tr("Makes a signed statement of the record's end, to keep elsewhere."),
         .details = AuditFileText::tr(
             "A DSSE envelope of the desk's key around {\"profile\", \"seq\", \"hash\", \"at\"}. With it\n"
             "\"audit verify --checkpoint\" finds out whether an older copy of the whole profile was put\n"
             "in its place. Refused (exit status 3) while the record is not intact."),
         .options = {{.name = checkpointOutputOption,
                      .valueName = QStringLiteral("FILE"),
                      .description = AuditFileText::tr("write it there, not to standard output"),
                      .kind = WordKind::Raw},
                     passphraseOption()},
         .positionals = {},
         .run = checkpoint});
}

void AuditFileCommands::exportLines(Invocation& invocation)
{
    const auto from = positiveOption(invocation.arguments(), auditFromOption, 1);
    const auto to = positiveOption(invocation.arguments(), toOption, maxAuditSeq);
    if (!from || !to) {
        return invocation.usage(from ? to.error().sentence : from.error().sentence);
    }
    if (*from > *to) {
        return invocation.usage(AuditFileText::tr("--from must not be greater than --to."));
    }
    ProfileSession::open(invocation, [&invocation, from = *from, to = *to](const auto& session) {
        Terminal& terminal = invocation.terminal();
        const auto seed = deskSeed(session->database(), session->vault(), session->audit(), session->clock());
        std::string piece;
        const auto summary =
            exportRecord(session->database(), session->audit(), {from, to}, seed, [&](std::string_view line) {
                piece += line;
                if (piece.size() >= exportPieceBytes) {
                    terminal.write(asBytes(piece));
                    piece.clear();
                }
                return Status();
            });
        terminal.write(asBytes(piece));
        if (!summary) {
            return invocation.fail(summary.error());
        }
        if (!summary->unsignedBecause.isEmpty()) {
            terminal.message(AuditFileText::tr("The export is not signed. %1").arg(summary->unsignedBecause));
            return invocation.finish(ExitStatus::Refused);
        }
        invocation.finish();
    });
}

void AuditFileCommands::checkpoint(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const Arguments& arguments = invocation.arguments();
        const auto seed = deskSeed(session->database(), session->vault(), session->audit(), session->clock());
        if (!seed) {
            return invocation.fail(seed.error());
        }
        const auto made = refuseCheckpointOf(session->counterFinding().rollback).and_then([&] {
            return makeCheckpoint(session->database(), session->vault(), session->audit(), session->clock(),
                                  *seed);
        });
        if (!made && made.error().code == ErrorCode::Corrupt) {
            invocation.terminal().message(made.error());
            return invocation.finish(Json{{"intact", false}}, ExitStatus::Refused);
        }
        if (!made) {
            return invocation.fail(made.error());
        }
        if (!arguments.has(checkpointOutputOption)) {
            invocation.terminal().write(asBytes(*made + '\n'));
            return invocation.finish();
        }
        const auto written = writeOutputFile(arguments.bytes(checkpointOutputOption), asBytes(*made + '\n'));
        written ? invocation.finish() : invocation.fail(written.error());
    });
}

void AuditFileCommands::verifyExport(Invocation& invocation)
{
    const auto key = deskKeyOf(invocation.arguments());
    if (!key) {
        return invocation.usage(AuditFileText::tr("--export needs --desk-key: 32 bytes in hex."));
    }
    const auto summary = checkedExport(invocation, *key);
    const bool isJudged = summary || summary.error().code == ErrorCode::InvalidInput ||
                          summary.error().code == ErrorCode::BadSignature;
    if (!isJudged) {
        return invocation.fail(summary.error());
    }
    if (!summary) {
        invocation.terminal().message(summary.error());
        return invocation.finish(Json{{"valid", false}}, ExitStatus::Refused);
    }
    invocation.finish({{"valid", true},
                       {"from", summary->from},
                       {"to", summary->to},
                       {"entries", summary->entries},
                       {"sha256", summary->sha256}});
}

Result<AuditCheckpoint> AuditFileCommands::checkpointOf(Invocation& invocation, ProfileSession& session)
{
    ASSIGN_OR_RETURN(const auto key, invocation.arguments().has(deskKeyOption)
                                         ? deskKeyOf(invocation.arguments())
                                         : ownDeskKey(session));
    ASSIGN_OR_RETURN(auto checkpoint, checkpointFrom(invocation, key));
    if (checkpoint.profile != session.vault().info().profileId) {
        return failure(ErrorCode::InvalidInput, AuditFileText::tr("The checkpoint is of another profile."),
                       QString::fromStdString(checkpoint.profile));
    }
    return checkpoint;
}

}  // namespace countersign::cli
