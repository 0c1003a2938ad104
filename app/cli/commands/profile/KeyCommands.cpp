#include "app/cli/commands/profile/KeyCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/input/SecretFile.h"
#include "core/base/Random.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView bitsOption("bits");
constexpr QLatin1StringView kidOption("kid");
constexpr QLatin1StringView pemPassphraseOption("key-passphrase-file");

struct KeyCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(KeyCommandsText)
};

Json toJson(const KeyInfo& key)
{
    return {{"kid", key.kid},
            {"publicKeyPem", key.publicKeyPem},
            {"fingerprint", key.fingerprint},
            {"bits", key.bits},
            {"origin", key.generated ? "generated" : "imported"},
            {"createdAt", toIso8601(key.createdAt)}};
}

void add(Invocation& invocation, ProfileSession& session, const std::string& kid, const RsaPrivateKey& key,
         bool generated)
{
    const auto added =
        session.record(generated ? "key.generated" : "key.imported", kid,
                       {{"bits", key.bits()}, {"fingerprint", key.publicKey().fingerprint()}},
                       [&] { return session.keys().add(kid, key, generated, session.clock().now()); });
    if (!added) {
        return invocation.fail(added.error());
    }
    invocation.finish(toJson(*added));
}

}  // namespace

void KeyCommands::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("keys new"),
         .summary = KeyCommandsText::tr("Generates an RSA key in the profile; prints its public half."),
         .details = KeyCommandsText::tr(
             "Register publicKeyPem at Dynamic (dashboard, delegated access). The private half never leaves\n"
             "the profile: deliveries encrypted to it can be opened by this profile alone."),
         .options = {{.name = bitsOption,
                      .valueName = QStringLiteral("N"),
                      .description = KeyCommandsText::tr("2048, 3072 (default) or 4096")},
                     {.name = kidOption,
                      .valueName = QStringLiteral("ID"),
                      .description = KeyCommandsText::tr("the key's id (default: one is made up)")},
                     passphraseOption()},
         .positionals = {},
         .run = makeNew});
    table.add(
        {.words = QStringLiteral("keys import"),
         .summary = KeyCommandsText::tr("Takes an RSA private key into the profile; prints its public half."),
         .details = KeyCommandsText::tr(
             "PKCS#1 or PKCS#8 in PEM, encrypted or not; - is standard input. The file stays where it is:\n"
             "delete it yourself. Quarantined deliveries for the key: quarantine retry --all."),
         .options = {{.name = kidOption,
                      .valueName = QStringLiteral("ID"),
                      .description = KeyCommandsText::tr("the id that envelopes name it by"),
                      .required = true},
                     {.name = pemPassphraseOption,
                      .valueName = QStringLiteral("FILE"),
                      .description = KeyCommandsText::tr("what the PEM file is encrypted with"),
                      .kind = WordKind::Raw},
                     passphraseOption()},
         .positionals = {{.name = QStringLiteral("FILE"), .kind = WordKind::Raw}},
         .run = import});
    table.add({.words = QStringLiteral("keys list"),
               .summary = KeyCommandsText::tr("Lists the RSA keys, newest first; never a private half."),
               .details = {},
               .options = {passphraseOption()},
               .positionals = {},
               .run = list});
    table.add({.words = QStringLiteral("keys remove"),
               .summary = KeyCommandsText::tr("Removes an RSA key that was put in outside Countersign."),
               .details = KeyCommandsText::tr(
                   "Only one that keys list complains of: a key of the profile stays, because nothing "
                   "else opens\nwhat was encrypted to it."),
               .options = {{.name = kidOption,
                            .valueName = QStringLiteral("ID"),
                            .description = KeyCommandsText::tr("the key's id"),
                            .required = true},
                           passphraseOption()},
               .positionals = {},
               .run = remove});
}

void KeyCommands::makeNew(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const QString bitsText = arguments.has(bitsOption) ? arguments.value(bitsOption) : QStringLiteral("3072");
    if (bitsText != QStringLiteral("2048") && bitsText != QStringLiteral("3072") &&
        bitsText != QStringLiteral("4096")) {
        return invocation.usage(KeyCommandsText::tr("--bits is 2048, 3072 or 4096, not “%1”.").arg(bitsText));
    }
    const std::string kid =
        arguments.has(kidOption) ? arguments.value(kidOption).toStdString() : "countersign-" + randomUuid();
    ProfileSession::open(invocation, [&invocation, kid, bits = bitsText.toInt()](const auto& session) {
        const auto key = RsaPrivateKey::generate(bits);
        if (!key) {
            return invocation.fail(key.error());
        }
        add(invocation, *session, kid, *key, true);
    });
}

void KeyCommands::import(Invocation& invocation)
{
    const Arguments& arguments = invocation.arguments();
    const std::array files = {arguments.positionalBytes().front(), arguments.bytes(pemPassphraseOption),
                              arguments.bytes(passphraseFileOption)};
    if (std::ranges::count(files, standardInputName) > 1) {
        return invocation.usage(KeyCommandsText::tr("Only one file can be standard input."));
    }
    auto pem = readSecretFile(files[0], kidOption, invocation.terminal());
    if (!pem) {
        return invocation.usage(
            KeyCommandsText::tr("The key file %1 cannot be read.").arg(arguments.positionals().first()));
    }
    SecretBytes pemPassphrase;
    if (arguments.has(pemPassphraseOption)) {
        auto read = readSecretLine(files[1], pemPassphraseOption, invocation.terminal());
        if (!read) {
            return invocation.usage(read.error().sentence);
        }
        pemPassphrase = std::move(*read);
    }
    const auto key = RsaPrivateKey::fromPem(pem->view(), pemPassphrase);
    if (!key) {
        return invocation.fail(key.error());
    }
    ProfileSession::open(invocation, [&invocation, key = *key](const auto& session) {
        add(invocation, *session, invocation.arguments().value(kidOption).toStdString(), key, false);
    });
}

void KeyCommands::list(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        // Without the rows that do not count: what is printed here is registered at Dynamic.
        const auto keys = session->keys().list();
        if (!keys) {
            return invocation.fail(keys.error());
        }
        session->tellFindings(invocation.terminal(), {trustedTables::key});
        Json output = Json::array();
        for (const KeyInfo& key : *keys) {
            output.push_back(toJson(key));
        }
        invocation.finish(output);
    });
}

void KeyCommands::remove(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const auto& session) {
        const std::string kid = invocation.arguments().value(kidOption).toStdString();
        const auto removed = session->record("key.removed", kid, Json::object(),
                                             [&] { return session->keys().removeForeign(kid); });
        if (!removed) {
            return invocation.fail(removed.error());
        }
        invocation.finish({{"kid", kid}});
    });
}

}  // namespace countersign::cli
