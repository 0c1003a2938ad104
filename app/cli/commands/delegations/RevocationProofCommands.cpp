#include "app/cli/commands/delegations/RevocationProofCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/input/DeskKeyOption.h"
#include "app/cli/input/InputFile.h"
#include "core/revocation/RevocationStore.h"
#include "core/revocation/proof/RevocationProof.h"
#include "core/revocation/proof/RevocationProofPage.h"
#include "core/signing/intake/Submitters.h"
#include "core/signing/reporting/DeskKey.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView proofOutputOption("output");
constexpr QLatin1StringView proofFormatOption("format");

struct RevocationProofCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(RevocationProofCommandsText)
};

/// The envelope as a page; what the page says is read from the envelope, after its signature was checked.
Result<std::string> proofPage(ProfileSession& session, const std::string& envelope)
{
    ASSIGN_OR_RETURN(const auto hex,
                     deskPublicKey(session.database(), session.vault(), session.audit(), session.clock()));
    ASSIGN_OR_RETURN(const auto key, parseEd25519PublicKey(hex));
    ASSIGN_OR_RETURN(const auto statement, verifyRevocationProof(envelope, key));
    return revocationProofPage(statement, envelope, hex);
}

}  // namespace

void RevocationProofCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("revocations proof"),
         .summary =
             RevocationProofCommandsText::tr("Makes the proof of a revocation, signed with the desk's key."),
         .details = RevocationProofCommandsText::tr(
             "A DSSE envelope: what Dynamic answered for each wallet, when the material was destroyed,\n"
             "what can still be signed for, and the end of the record. As html: a page that can be read and\n"
             "printed, with the envelope in it."),
         .options = {{.name = proofFormatOption,
                      .valueName = QStringLiteral("json|html"),
                      .description = RevocationProofCommandsText::tr("json unless said otherwise")},
                     {.name = proofOutputOption,
                      .valueName = QStringLiteral("FILE"),
                      .description =
                          RevocationProofCommandsText::tr("write it there, not to standard output"),
                      .kind = WordKind::Raw},
                     passphraseOption()},
         .positionals = {{.name = RevocationProofCommandsText::tr("ID")}},
         .run = proof});
    table.add({.words = QStringLiteral("revocations verify"),
               .summary = RevocationProofCommandsText::tr(
                   "Checks a proof with the desk's public key; needs no profile."),
               .details = RevocationProofCommandsText::tr("Prints {\"valid\", …}. Exit status 0 or 3."),
               .options = {deskKeySpec(true)},
               .positionals = {{.name = RevocationProofCommandsText::tr("FILE"), .kind = WordKind::Raw}},
               .run = verify});
}

void RevocationProofCommands::proof(Invocation& invocation)
{
    const QString format = invocation.arguments().has(proofFormatOption)
                               ? invocation.arguments().value(proofFormatOption)
                               : QStringLiteral("json");
    if (format != QLatin1StringView("json") && format != QLatin1StringView("html")) {
        return invocation.usage(RevocationProofCommandsText::tr("--format is json or html."));
    }
    ProfileSession::open(invocation, [&invocation, format](const std::shared_ptr<ProfileSession>& session) {
        const Arguments& arguments = invocation.arguments();
        const auto revocation = RevocationStore(session->database(), session->vault())
                                    .load(arguments.positionals().first().toStdString());
        if (!revocation) {
            return invocation.fail(revocation.error());
        }
        const auto proof = makeRevocationProof(session->database(), session->vault(), session->audit(),
                                               session->clock(), *revocation);
        const auto text = proof && format == QLatin1StringView("html") ? proofPage(*session, *proof) : proof;
        if (!text) {
            return invocation.fail(text.error());
        }
        if (arguments.has(proofOutputOption)) {
            const Status written = writeOutputFile(arguments.bytes(proofOutputOption), asBytes(*text + '\n'));
            if (!written) {
                return invocation.fail(written.error());
            }
            return invocation.finish();
        }
        invocation.terminal().write(asBytes(*text + '\n'));
        invocation.finish();
    });
}

void RevocationProofCommands::verify(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const auto deskKey = deskKeyOf(arguments);
    if (!deskKey) {
        return invocation.usage(deskKey.error().sentence);
    }
    const auto file =
        readInputFile(arguments.positionalBytes().front(), revocationProofMaxBytes, invocation.terminal());
    if (!file) {
        return invocation.fail(file.error());
    }
    const auto statement = verifyRevocationProof(asText(*file), *deskKey);
    if (!statement && statement.error().code == ErrorCode::Internal) {
        return invocation.fail(statement.error());
    }
    if (!statement) {
        invocation.terminal().message(statement.error());
        return invocation.finish(Json{{"valid", false}}, ExitStatus::Refused);
    }
    Json output = {{"valid", true}};
    output.update(*statement);
    invocation.finish(output);
}

}  // namespace countersign::cli
