#include "app/cli/commands/profile/SecretCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/input/SecretFile.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView nameOption("name");
constexpr QLatin1StringView secretFileOption("secret-file");
constexpr QLatin1StringView tokenFileOption("token-file");

struct SecretCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(SecretCommandsText)
};

/// Reads the option's file and stores it as kind and name, with an entry in the record.
void store(Invocation& invocation, QLatin1StringView fileOption, std::string_view kind,
           const std::string& name)
{
    const Arguments& arguments = invocation.arguments();
    if (arguments.bytes(fileOption) == standardInputName &&
        arguments.bytes(passphraseFileOption) == standardInputName) {
        return invocation.usage(SecretCommandsText::tr("Only one file can be standard input."));
    }
    auto secret = readSecretLine(arguments.bytes(fileOption), fileOption, invocation.terminal());
    if (!secret) {
        return invocation.usage(secret.error().sentence);
    }
    // std::function wants what it holds to be copyable.
    const auto held = std::make_shared<SecretBytes>(std::move(*secret));
    ProfileSession::open(invocation, [&invocation, kind, name, held](const auto& session) {
        const auto stored = session->record("secret.stored", name, {{"kind", kind}}, [&] {
            return session->secrets().put(kind, name, *held, session->clock().now());
        });
        if (!stored) {
            return invocation.fail(stored.error());
        }
        invocation.finish({{"kind", kind}, {"name", name}});
    });
}

}  // namespace

void SecretCommands::addTo(CommandTable& table)
{
    const OptionSpec name = {.name = nameOption,
                             .valueName = QStringLiteral("NAME"),
                             .description = SecretCommandsText::tr("tells several secrets apart"),
                             .required = true};
    table.add(
        {.words = QStringLiteral("webhook-secret add"),
         .summary = SecretCommandsText::tr("Stores a webhook secret beside the others; one match is enough."),
         .details = SecretCommandsText::tr(
             "To rotate: add the new one, change it at Dynamic, remove the old one when no delivery is\n"
             "signed with it any more. A secret of the same name is replaced. init stores its own as\n"
             "“primary”."),
         .options = {name,
                     {.name = secretFileOption,
                      .valueName = QStringLiteral("FILE"),
                      .description =
                          SecretCommandsText::tr("one trailing newline is ignored; - is standard input"),
                      .required = true,
                      .kind = WordKind::Raw},
                     passphraseOption()},
         .positionals = {},
         .run = addWebhookSecret});
    table.add({.words = QStringLiteral("webhook-secret list"),
               .summary = SecretCommandsText::tr("Lists the webhook secrets by name; never a value."),
               .details = {},
               .options = {passphraseOption()},
               .positionals = {},
               .run = listWebhookSecrets});
    table.add({.words = QStringLiteral("webhook-secret remove"),
               .summary = SecretCommandsText::tr("Removes a webhook secret."),
               .details = {},
               .options = {name, passphraseOption()},
               .positionals = {},
               .run = removeWebhookSecret});
    table.add({.words = QStringLiteral("relay-token set"),
               .summary = SecretCommandsText::tr("Replaces the token that the relay is read with."),
               .details = {},
               .options = {{.name = tokenFileOption,
                            .valueName = QStringLiteral("FILE"),
                            .description = SecretCommandsText::tr(
                                "one trailing newline is ignored; - is standard input"),
                            .required = true,
                            .kind = WordKind::Raw},
                           passphraseOption()},
               .positionals = {},
               .run = setRelayToken});
    table.add({.words = QStringLiteral("api-token set"),
               .summary = SecretCommandsText::tr("Replaces Dynamic's API token, which signing needs."),
               .details = SecretCommandsText::tr(
                   "Signing needs its scope waas.delegatedAccess.signMessage. verify, dynamic check and\n"
                   "reconcile need environment.settings.read, .webhooks.read, .events.read and .users.read,\n"
                   "redelivery environment.webhooks.write."),
               .options = {{.name = tokenFileOption,
                            .valueName = QStringLiteral("FILE"),
                            .description = SecretCommandsText::tr(
                                "one trailing newline is ignored; - is standard input"),
                            .required = true,
                            .kind = WordKind::Raw},
                           passphraseOption()},
               .positionals = {},
               .run = setApiToken});
}

void SecretCommands::addWebhookSecret(Invocation& invocation)
{
    const QString name = invocation.arguments().value(nameOption);
    if (name.isEmpty() || name.size() > 64) {
        return invocation.usage(SecretCommandsText::tr("A name has 1 to 64 characters."));
    }
    store(invocation, secretFileOption, webhookSecretKind, name.toStdString());
}

void SecretCommands::setRelayToken(Invocation& invocation)
{
    store(invocation, tokenFileOption, relayTokenKind, std::string(primarySecretName));
}

void SecretCommands::setApiToken(Invocation& invocation)
{
    store(invocation, tokenFileOption, apiTokenKind, std::string(primarySecretName));
}

void SecretCommands::listWebhookSecrets(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        // The list shows the rows; that one of them does not count is said beside it.
        const auto entries = SecretStore(session->database(), session->vault()).list(webhookSecretKind);
        if (!entries) {
            return invocation.fail(entries.error());
        }
        session->tellFindings(invocation.terminal(), {trustedTables::secret});
        Json output = Json::array();
        for (const SecretStore::Entry& entry : *entries) {
            output.push_back({{"name", entry.name}, {"createdAt", toIso8601(entry.createdAt)}});
        }
        invocation.finish(output);
    });
}

void SecretCommands::removeWebhookSecret(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const std::string name = invocation.arguments().value(nameOption).toStdString();
        const auto removed =
            session->record("secret.removed", name, {{"kind", webhookSecretKind}}, [&]() -> Status {
                const Status gone = session->secrets().remove(webhookSecretKind, name);
                return !gone && gone.error().code == ErrorCode::NotFound
                           ? failure(ErrorCode::NotFound,
                                     SecretCommandsText::tr("There is no webhook secret “%1”.")
                                         .arg(QString::fromStdString(name)))
                           : gone;
            });
        if (!removed) {
            return invocation.fail(removed.error());
        }
        invocation.finish({{"kind", webhookSecretKind}, {"name", name}});
    });
}

}  // namespace countersign::cli
