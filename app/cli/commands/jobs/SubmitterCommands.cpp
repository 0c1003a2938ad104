#include "app/cli/commands/jobs/SubmitterCommands.h"

#include "app/cli/ProfileSession.h"
#include "core/base/encoding/Hex.h"
#include "core/signing/intake/Submitters.h"
#include "core/signing/reporting/DeskKey.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView publicKeyOption("public-key");

struct SubmitterCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(SubmitterCommandsText)
};

Json toJson(const Submitter& submitter)
{
    return {{"name", submitter.name},
            {"publicKey", toHexPrefixed(submitter.publicKey)},
            {"keyid", toHex(submitter.publicKey)},
            {"createdAt", toIso8601(submitter.createdAt)}};
}

}  // namespace

void SubmitterCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("submitters add"),
         .summary = SubmitterCommandsText::tr("Registers who may ask for signatures through the relay."),
         .details = SubmitterCommandsText::tr(
             "Jobs that this key signed are taken in under NAME; jobs that came before wait in\n"
             "quarantine (quarantine retry)."),
         .options = {{.name = publicKeyOption,
                      .valueName = QStringLiteral("HEX"),
                      .description =
                          SubmitterCommandsText::tr("the submitter's Ed25519 public key, 64 hex digits"),
                      .required = true},
                     passphraseOption()},
         .positionals = {{.name = QStringLiteral("NAME")}},
         .run = add});
    table.add({.words = QStringLiteral("submitters list"),
               .summary = SubmitterCommandsText::tr("Lists who may ask for signatures through the relay."),
               .details = {},
               .options = {passphraseOption()},
               .positionals = {},
               .run = list});
    table.add(
        {.words = QStringLiteral("submitters remove"),
         .summary = SubmitterCommandsText::tr("Takes a submitter's permission away; its waiting jobs stay."),
         .details = {},
         .options = {passphraseOption()},
         .positionals = {{.name = QStringLiteral("NAME")}},
         .run = remove});
    table.add({.words = QStringLiteral("desk key"),
               .summary = SubmitterCommandsText::tr(
                   "Prints the key with which this desk signs what it reports of jobs."),
               .details = SubmitterCommandsText::tr("Back ends verify the events at the relay with it."),
               .options = {passphraseOption()},
               .positionals = {},
               .run = deskKey});
}

void SubmitterCommands::add(Invocation& invocation)
{
    const auto key = parseEd25519PublicKey(invocation.arguments().value(publicKeyOption).toStdString());
    if (!key) {
        return invocation.fail(key.error());
    }
    ProfileSession::open(invocation, [&invocation, key = *key](const auto& session) {
        const std::string name = invocation.arguments().positionals().first().toStdString();
        const UnixMillis now = session->clock().now();
        const auto added = session->record("submitter.added", name, {{"publicKey", toHex(key)}}, [&] {
            return Submitters(session->database(), session->vault()).add(name, key, now);
        });
        if (!added) {
            return invocation.fail(added.error());
        }
        invocation.finish(toJson({name, key, now}));
    });
}

void SubmitterCommands::list(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto submitters = Submitters::rows(session->database());
        if (!submitters) {
            return invocation.fail(submitters.error());
        }
        // The list shows the rows; that one of them does not count is said beside it.
        session->tellFindings(invocation.terminal(), {trustedTables::submitter});
        Json output = Json::array();
        for (const Submitter& submitter : *submitters) {
            output.push_back(toJson(submitter));
        }
        invocation.finish(output);
    });
}

void SubmitterCommands::remove(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const std::string name = invocation.arguments().positionals().first().toStdString();
        const auto removed = session->record("submitter.removed", name, Json::object(), [&] {
            return Submitters(session->database(), session->vault()).remove(name);
        });
        if (!removed) {
            return invocation.fail(removed.error());
        }
        invocation.finish({{"name", name}});
    });
}

void SubmitterCommands::deskKey(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const auto key =
            deskPublicKey(session->database(), session->vault(), session->audit(), session->clock());
        if (!key) {
            return invocation.fail(key.error());
        }
        invocation.finish(
            {{"desk", session->vault().info().profileId}, {"publicKey", "0x" + *key}, {"keyid", *key}});
    });
}

}  // namespace countersign::cli
