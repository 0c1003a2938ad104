#include "app/cli/commands/profile/DoctorCommand.h"

#include "app/cli/RelayConnection.h"
#include "app/cli/input/SecretFile.h"
#include "core/base/text/SanitizedText.h"
#include "core/inbox/delivery/DeliveryCatalog.h"
#include "core/mpc/sdk/SdkEngine.h"
#include "core/profile/ProfileServices.h"
#include "core/signing/SigningServices.h"
#include "core/signing/explanation/JobExplainer.h"
#include "core/vault/database/StorageErrors.h"
#include "core/vault/keychain/KeychainRootKeyStore.h"
#include "core/vault/profile/ProfileFolder.h"

#include <QCoreApplication>

#include <chrono>
#include <cstdlib>

namespace countersign::cli {

namespace {

constexpr UnixMillis maxClockSkew = 60'000;
constexpr std::chrono::seconds answerTimeout{10};
constexpr qsizetype shownFindingCharacters = 200;

}  // namespace

void DoctorCommand::addTo(CommandTable& table)
{
    table.add({.words = QStringLiteral("doctor"),
               .summary = tr("Examines the profile, the keychain and the relay, and says what to do."),
               .details = tr("Prints [{\"check\", \"ok\", \"sentence\"}]; exit status 0 when all is well, "
                             "else 1."),
               .options = {passphraseOption()},
               .positionals = {},
               .run = [](Invocation& invocation) {
                   // Lives until the program ends: callbacks and replies come back to it.
                   auto* doctor = new DoctorCommand(invocation);
                   doctor->setParent(QCoreApplication::instance());
                   doctor->examine();
               }});
}

void DoctorCommand::report(const char* check, bool ok, const QString& sentence)
{
    m_checks.push_back({{"check", check}, {"ok", ok}, {"sentence", sentence.toStdString()}});
    m_allOk = m_allOk && ok;
}

void DoctorCommand::finish()
{
    m_invocation.finish(m_checks, m_allOk ? ExitStatus::Done : ExitStatus::Failed);
}

void DoctorCommand::examine()
{
    auto vault =
        Vault::open(profilePaths(m_invocation.arguments()), std::make_shared<KeychainRootKeyStore>());
    if (!vault) {
        report("profile", false, vault.error().sentence);
        checkDisk(profilePaths(m_invocation.arguments()).root);
        return finish();
    }
    m_vault = std::move(*vault);
    checkFolder();
    checkKeychain();
}

void DoctorCommand::checkFolder()
{
    const auto problem = permissionsProblem(m_vault->paths());
    const QString folder = QString::fromStdString(m_vault->paths().root.string());
    report("profile", !problem,
           problem.value_or(tr("The profile in %1 is readable by you alone.").arg(folder)));
}

void DoctorCommand::checkKeychain()
{
    if (m_vault->info().keychain == VaultProtection::Keychain::None) {
        report("keychain", true, tr("This profile uses no keychain: the passphrase alone protects it."));
        return checkVault();
    }
    const auto rootKeys = std::make_shared<KeychainRootKeyStore>();
    rootKeys->probe([this, rootKeys](KeychainState state) {
        report("keychain", state == KeychainState::Available, keychainSentence(state));
        checkVault();
    });
}

void DoctorCommand::checkDisk(const std::filesystem::path& folder)
{
    std::error_code missing;
    if (!std::filesystem::is_directory(folder, missing)) {
        return;
    }
    const auto problem = storageOutlook(folder);
    report("disk", !problem,
           problem ? problem->sentence
                   : tr("The profile's folder can be written, synced and locked, and has room."));
}

void DoctorCommand::checkVault()
{
    checkDisk(m_vault->paths().root);
    const Arguments& arguments = m_invocation.arguments();
    SecretBytes passphrase;
    if (arguments.has(passphraseFileOption)) {
        auto read = readSecretLine(arguments.bytes(passphraseFileOption), passphraseFileOption,
                                   m_invocation.terminal());
        if (!read) {
            return m_invocation.usage(read.error().sentence);
        }
        passphrase = std::move(*read);
    } else if (m_vault->info().hasPassphrase) {
        report("vault", false,
               tr("The profile has a passphrase and --passphrase-file was not given; what needs the "
                  "unlocked vault was not examined."));
        return finish();
    }
    m_vault->unlock(std::move(passphrase), [this](const Status& status) { onUnlocked(status); });
}

void DoctorCommand::onUnlocked(const Status& status)
{
    if (!status) {
        report("vault", false, status.error().sentence);
        return finish();
    }
    auto session = ProfileSession::over(m_vault);
    if (!session) {
        report("vault", false, session.error().sentence);
        return finish();
    }
    m_session = std::move(*session);
    report("vault", true, tr("The vault opens."));
    checkStructure();
    checkSettings();
    checkConfiguration();
    checkDescriptors();
    checkQuarantine();
    checkRecord();
    checkRollback();
}

void DoctorCommand::checkStructure()
{
    const auto findings = examineStructure(m_session->database());
    if (!findings) {
        return report("database", false, findings.error().sentence);
    }
    report(
        "database", findings->empty(),
        findings->empty()
            ? tr("The database holds together.")
            : tr("The profile's database is damaged or was changed outside Countersign (%1). Restore it from "
                 "a backup.")
                  .arg(sanitizedText(findings->front(), shownFindingCharacters)));
}

void DoctorCommand::checkSettings()
{
    const auto findings = m_session->trustFindings();
    if (!findings) {
        return report("settings", false, findings.error().sentence);
    }
    QStringList sentences;
    for (const TrustFinding& finding : *findings) {
        sentences << finding.sentence();
    }
    report("settings", findings->empty(),
           findings->empty() ? tr("Settings, submitters, secrets and keys are as they were set here.")
                             : sentences.join(u' '));
}

void DoctorCommand::checkConfiguration()
{
    const auto environment = m_session->settings().get(settingKeys::environment);
    const bool hasEnvironment = environment && *environment;
    report("environment", hasEnvironment,
           hasEnvironment ? tr("Dynamic's environment is %1.").arg(QString::fromStdString(**environment))
           : !environment ? environment.error().sentence
                          : tr("No environment is set. Set it with settings set environment ID."));

    const auto secrets = m_session->secrets().list(webhookSecretKind);
    const bool hasSecrets = secrets && !secrets->empty();
    report("webhook secret", hasSecrets,
           !secrets     ? secrets.error().sentence
           : hasSecrets ? secrets->size() == 1
                              ? tr("Webhooks are verified with one secret.")
                              : tr("Webhooks are verified with %1 secrets.").arg(secrets->size())
                        : tr("There is no webhook secret, so every delivery is quarantined. Add one with "
                             "webhook-secret add, then quarantine retry --all."));

    const auto keys = m_session->keys().list();
    const bool hasKeys = keys && !keys->empty();
    report(
        "RSA keys", hasKeys,
        !keys ? keys.error().sentence
        : hasKeys
            ? keys->size() == 1 ? tr("One RSA key can open delegations.")
                                : tr("%1 RSA keys can open delegations.").arg(keys->size())
            : tr("There is no RSA key, so no delegation can be opened. Make one with keys new, and register "
                 "its public half at Dynamic."));
}

void DoctorCommand::checkDescriptors()
{
    const auto folder = m_session->settings().get(settingKeys::descriptorsFolder);
    if (folder && !*folder) {
        return;  // most profiles have none
    }
    JobExplainer explainer;
    explainer.useDescriptors(folder);
    const auto count = explainer.openDescriptors();
    report("descriptors", count.has_value(),
           count ? tr("%1 descriptors explain jobs; they are in %2.")
                       .arg(qulonglong(*count))
                       .arg(sanitizedText(**folder, shownFindingCharacters))
                 : tr("The folder of the setting descriptors.folder cannot be used: %1")
                       .arg(count.error().sentence));
}

void DoctorCommand::checkQuarantine()
{
    const auto counts = QuarantineCatalog(m_session->database()).counts();
    if (!counts) {
        return report("quarantine", false, counts.error().sentence);
    }
    QStringList sentences;
    sentences
        << (counts->waiting == 0 ? tr("Nothing is in quarantine.")
            : counts->waiting == 1
                ? tr("One delivery is in quarantine; quarantine list says why.")
                : tr("%1 deliveries are in quarantine; quarantine list says why.").arg(counts->waiting));
    if (counts->waiting > counts->genuine && counts->genuine > 0) {
        sentences << tr("Correctly signed of them: %1.").arg(counts->genuine);
    }
    if (counts->notKept > 0) {
        sentences << tr("Forged deliveries that were not kept: %1.").arg(counts->notKept);
    }
    report("quarantine", counts->waiting == 0, sentences.join(u' '));
}

void DoctorCommand::checkRecord()
{
    const auto verified = m_session->audit().verify();
    if (!verified) {
        return report("audit", false, verified.error().sentence);
    }
    report("audit", verified->intact,
           verified->intact ? tr("The record is intact; its last entry is number %1.").arg(verified->entries)
                            : verified->finding);
}

void DoctorCommand::checkRollback()
{
    m_session->counter().examine([this](const CounterFinding& finding) {
        if (!finding.isKept) {
            report(
                "rollback", true,
                tr("This profile uses no keychain, so only a checkpoint tells whether its whole folder was "
                   "rolled back (audit verify --checkpoint FILE)."));
        } else if (finding.error || !finding.rollback.isEmpty()) {
            report("rollback", false, finding.error ? finding.error->sentence : finding.rollback);
        } else {
            report("rollback", true,
                   finding.known
                       ? tr("The record has entry %1, which the keychain knows.").arg(finding.known->seq)
                       : tr("The keychain knows no entry of the record yet."));
        }
        checkRelay();
    });
}

void DoctorCommand::checkRelay()
{
    auto relay = makeRelaySource(*m_session);
    if (!relay) {
        report("relay", false, relay.error().sentence);
        return checkDynamic();
    }
    m_relay = std::move(*relay);
    connect(m_relay.get(), &RelaySource::failed, this, [this](const Error& error) {
        report("relay", false, error.sentence);
        // No answer tells no time; any other refusal does.
        error.code == ErrorCode::Network || error.code == ErrorCode::Timeout ? checkDynamic() : checkClock();
    });
    connect(m_relay.get(), &RelaySource::pageReceived, this, [this] {
        report("relay", true,
               tr("The relay %1 answers and accepts the token.").arg(QString::fromStdString(m_relay->url())));
        checkClock();
    });
    connect(m_relay.get(), &RelaySource::feedChanged, this, [this] {
        report("relay", false,
               tr("The relay's feed is not the one that this profile has read: its database was replaced or "
                  "restored. Run \"countersign-cli sync --once\", which reads it from the start."));
        checkClock();
    });
    FeedPosition position;
    if (const auto feeds = DeliveryCatalog(m_session->database()).feeds()) {
        for (const FeedStatus& feed : *feeds) {
            if (feed.url == m_relay->url() && feed.inbox == m_relay->inbox()) {
                position = {feed.cursor, feed.identity, feed.history};
            }
        }
    }
    m_relay->fetch(position, 1, 0);
}

void DoctorCommand::checkClock()
{
    // Without a token the relay refuses, but every answer of a server carries its time (RFC 9110 §6.6.1).
    HttpRequest request;
    request.url = QUrl(QString::fromStdString(m_relay->url()) + QStringLiteral("/v1/inboxes/") +
                       QString::fromStdString(m_relay->inbox()) + QStringLiteral("/entries"));
    request.silence = request.total = answerTimeout;
    m_call = m_http.send(std::move(request),
                         [this](const Result<HttpResponse>& answer) { compareClocks(answer); });
}

void DoctorCommand::compareClocks(const Result<HttpResponse>& answer)
{
    if (!answer || isFromBetween(*answer) || !answer->date) {
        report("clock", false, tr("The relay does not tell the time, so the clocks could not be compared."));
        return checkDynamic();
    }
    const UnixMillis difference = *answer->date - m_session->clock().now();
    const bool close = std::abs(difference) <= maxClockSkew;
    report("clock", close,
           close ? tr("This machine's clock and the relay's agree.")
                 : tr("This machine's clock is %1 s away from the relay's. Correct the one that is wrong.")
                       .arg(std::abs(difference) / 1000));
    checkDynamic();
}

void DoctorCommand::checkDynamic()
{
    const auto tokens = m_session->secrets().list(apiTokenKind);
    if (!tokens || tokens->empty()) {
        report("dynamic", static_cast<bool>(tokens),
               tokens ? tr("There is no API token of Dynamic: delegations are received, and nothing can be "
                           "signed. Store one with api-token set.")
                      : tokens.error().sentence);
        return checkEngine();
    }
    auto api = signingServicesOf(m_vault, m_session->database(), m_session->clock()).dynamicApi();
    if (!api) {
        report("dynamic", false, api.error().sentence);
        return checkEngine();
    }
    m_dynamic = *std::move(api);
    m_call = m_dynamic->verifyApiToken([this](const Result<bool>& verified) {
        report("dynamic", verified && *verified,
               !verified   ? verified.error().sentence
               : *verified ? tr("Dynamic accepts the API token for this environment.")
                           : tr("Dynamic does not accept the API token for this environment. Replace it with "
                                "api-token set."));
        checkEngine();
    });
}

void DoctorCommand::checkEngine()
{
    const auto stored = m_session->settings().get(settingKeys::engine);
    if (!stored) {
        report("engine", false, stored.error().sentence);
        return finish();
    }
    const EngineKind kind = engineKindFrom(stored->value_or(std::string())).value_or(defaultEngine());
    if (kind == EngineKind::Enclave) {
        auto engine = signingServicesOf(m_vault, m_session->database(), m_session->clock()).engine(kind);
        report("engine", engine.has_value(),
               engine ? tr("The enclave engine is in use: a key share leaves this machine, encrypted to an "
                           "attested enclave. Dynamic has not confirmed this way for delegated wallets.")
                      : engine.error().sentence);
        return finish();
    }
    SdkEngineOptions options;
    options.helperScript = sdkHelperLocation(QCoreApplication::applicationDirPath());
    m_call = checkSdkEngine(options, [this](const Result<QString>& versions) {
        report("engine", versions.has_value(),
               versions ? tr("The sdk engine is in use and runs here: %1. No key share leaves this machine.")
                              .arg(*versions)
                        : versions.error().sentence);
        finish();
    });
}

}  // namespace countersign::cli
