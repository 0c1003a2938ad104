#include "app/cli/commands/profile/SettingsCommands.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/input/SecretFile.h"
#include "core/audit/trust/SettingsUpgrade.h"
#include "core/audit/trust/TrustedRows.h"
#include "core/base/text/Utf8.h"
#include "core/crypto/keys/PemHints.h"
#include "core/settings/KnownSettings.h"

#include <QCoreApplication>
#include <QFile>

#include <algorithm>

namespace countersign::cli {

using namespace Qt::StringLiterals;

namespace {

struct SettingsCommandsText
{
    Q_DECLARE_TR_FUNCTIONS(SettingsCommandsText)
};

// Certificates are named by their file on the command line and stored by their text, so that a profile stays
// one folder.
constexpr std::string_view fileValued = "enclave.root";

constexpr QLatin1StringView reasonOption("reason");
constexpr qsizetype maxReasonCharacters = 2000;

Result<std::string> readValue(const std::string& key, const std::string& given, Terminal& terminal)
{
    if (key != fileValued) {
        if (!isWellFormedUtf8(given)) {
            return failure(ErrorCode::InvalidInput, SettingsCommandsText::tr("VALUE is not text in UTF-8."));
        }
        return given;
    }
    const auto text = readSecretFile(given, QLatin1StringView("enclave.root"), terminal);
    if (!text) {
        return failure(
            text.error().code,
            SettingsCommandsText::tr(
                "The PEM file %1 cannot be read. Give the name of the file that holds the enclave's "
                "root certificate.")
                .arg(shownUtf8(given)),
            text.error().sentence);
    }
    // Here, where the bytes of the file are at hand: a setting's value is text.
    if (const auto other = otherThanPem(text->view(), PemSubject::Certificate)) {
        return failure(ErrorCode::InvalidInput, *other);
    }
    return std::string(text->text());
}

/// Settings are no secrets: reading them needs no unlocking, also when the vault cannot be unlocked. A
/// passphrase file is accepted, as by every command on a profile, and not read.
Result<std::unique_ptr<Database>> openForReading(const Arguments& arguments)
{
    return Vault::open(profilePaths(arguments), nullptr).and_then([](const std::shared_ptr<Vault>& vault) {
        return Database::open(vault->paths().database(), Database::Mode::ReadOnly);
    });
}

Status knownKey(const std::string& key)
{
    if (isKnownSetting(key)) {
        return {};
    }
    return failure(ErrorCode::InvalidInput,
                   SettingsCommandsText::tr("There is no setting “%1”.").arg(QString::fromStdString(key)));
}

bool wasPutIn(ProfileSession& session, const std::string& key)
{
    const auto findings = TrustedRows(session.database(), session.vault()).findings();
    const TrustFinding added{std::string(trustedTables::setting), key, TrustFinding::What::Added};
    return findings && std::find(findings->begin(), findings->end(), added) != findings->end();
}

void failOpening(Invocation& invocation, const Error& error)
{
    invocation.terminal().message(error);
    invocation.finish(error.code == ErrorCode::NotFound ? ExitStatus::Usage : exitStatusFor(error.code));
}

}  // namespace

void SettingsCommands::addTo(CommandTable& table)
{
    QStringList keys;
    QString described = SettingsCommandsText::tr("Keys:");
    for (const std::string_view key : knownSettings()) {
        keys << QString::fromUtf8(key.data(), qsizetype(key.size()));
        described += u"\n  "_s + keys.last() + u"\n      "_s + settingSentence(key);
    }
    const QString known = SettingsCommandsText::tr("Keys: %1.").arg(keys.join(QStringLiteral(", ")));
    table.add({.words = QStringLiteral("settings set"),
               .summary = SettingsCommandsText::tr("Changes a setting, with an entry in the record."),
               .details = described + u'\n' +
                          SettingsCommandsText::tr("The value of enclave.root is the name of a PEM file."),
               .options = {passphraseOption()},
               .positionals = {{.name = QStringLiteral("KEY")},
                               {.name = QStringLiteral("VALUE"), .kind = WordKind::Raw}},
               .run = set});
    table.add({.words = QStringLiteral("settings remove"),
               .summary = SettingsCommandsText::tr(
                   "Takes a setting away, with an entry in the record: its default counts again."),
               .details = known,
               .options = {passphraseOption()},
               .positionals = {{.name = QStringLiteral("KEY")}},
               .run = remove});
    table.add({.words = QStringLiteral("settings seal"),
               .summary = SettingsCommandsText::tr(
                   "Confirms settings, submitters and addresses that were changed outside Countersign."),
               .details = SettingsCommandsText::tr(
                   "Only where doctor finds that they were: look at every one first (settings list,\n"
                   "submitters list, addresses list). What was found and the reason go into the record."),
               .options = {{.name = reasonOption,
                            .valueName = QStringLiteral("TEXT"),
                            .description = SettingsCommandsText::tr("goes into the record"),
                            .required = true},
                           passphraseOption()},
               .positionals = {},
               .run = seal});
    table.add({.words = QStringLiteral("settings get"),
               .summary = SettingsCommandsText::tr("Prints one setting; needs no passphrase."),
               .details = known,
               .options = {passphraseOption()},
               .positionals = {{.name = QStringLiteral("KEY")}},
               .run = get});
    table.add(
        {.words = QStringLiteral("settings list"),
         .summary = SettingsCommandsText::tr("Prints every setting that was made; needs no passphrase."),
         .details = known,
         .options = {passphraseOption()},
         .positionals = {},
         .run = list});
}

void SettingsCommands::set(Invocation& invocation)
{
    const std::string key = invocation.arguments().positionals().first().toStdString();
    if (auto known = knownKey(key); !known) {
        return invocation.usage(known.error().sentence);
    }
    const auto text = readValue(key, invocation.arguments().positionalBytes().at(1), invocation.terminal());
    if (!text) {
        return invocation.usage(text.error().sentence);
    }
    const auto value = checkSetting(key, *text);
    if (!value) {
        return invocation.usage(value.error().sentence);
    }
    ProfileSession::open(invocation, [&invocation, key, value = *value](const auto& session) {
        const auto changed = session->record("setting.changed", key, {{"value", shownSetting(key, value)}},
                                             [&] { return session->settings().set(key, value); });
        if (!changed) {
            return invocation.fail(changed.error());
        }
        invocation.finish({{key, value}});
    });
}

void SettingsCommands::remove(Invocation& invocation)
{
    const std::string key = invocation.arguments().positionals().first().toStdString();
    ProfileSession::open(invocation, [&invocation, key](const auto& session) {
        // What somebody else put in under a name of their own must be got rid of, too.
        if (auto known = knownKey(key); !known && !wasPutIn(*session, key)) {
            return invocation.usage(known.error().sentence);
        }
        const auto removed = session->record("setting.removed", key, Json::object(),
                                             [&] { return session->settings().remove(key); });
        if (!removed) {
            return invocation.fail(removed.error());
        }
        invocation.finish({{key, nullptr}});
    });
}

void SettingsCommands::seal(Invocation& invocation)
{
    const QString reason = invocation.arguments().value(reasonOption).trimmed();
    if (reason.isEmpty() || reason.size() > maxReasonCharacters) {
        return invocation.usage(SettingsCommandsText::tr("A reason has 1 to 2000 characters."));
    }
    ProfileSession::open(invocation, [&invocation, reason](const auto& session) {
        const auto sealed =
            sealSettingsAnew(session->vault(), session->database(), session->clock(), reason.toStdString());
        if (!sealed) {
            return invocation.fail(sealed.error());
        }
        invocation.finish({{"sealed", true}});
    });
}

void SettingsCommands::get(Invocation& invocation)
{
    const std::string key = invocation.arguments().positionals().first().toStdString();
    if (auto known = knownKey(key); !known) {
        return invocation.usage(known.error().sentence);
    }
    const auto database = openForReading(invocation.arguments());
    if (!database) {
        return failOpening(invocation, database.error());
    }
    const auto value = Settings(**database).get(key);
    if (!value) {
        return invocation.fail(value.error());
    }
    invocation.finish({{key, *value ? Json(**value) : Json(nullptr)}});
}

void SettingsCommands::list(Invocation& invocation)
{
    const auto database = openForReading(invocation.arguments());
    if (!database) {
        return failOpening(invocation, database.error());
    }
    const auto all = Settings(**database).all();
    if (!all) {
        return invocation.fail(all.error());
    }
    Json output = Json::object();
    for (const auto& [key, value] : *all) {
        output[key] = value;
    }
    invocation.finish(output);
}

}  // namespace countersign::cli
