#include "app/cli/commands/profile/InitCommand.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/profile/InitPlan.h"
#include "core/vault/keychain/KeychainRootKeyStore.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

struct InitCommandText
{
    Q_DECLARE_TR_FUNCTIONS(InitCommandText)
};

Status putIfGiven(TrustedSecrets& store, std::string_view kind, const std::optional<SecretBytes>& secret,
                  UnixMillis now)
{
    return secret ? store.put(kind, primarySecretName, *secret, now) : Status();
}

Status writePlan(Vault& vault, Database& database, const Clock& clock, const InitPlan& plan)
{
    TrustedSettings settings(database, vault);
    for (const auto& [key, value] : plan.settings) {
        RETURN_IF_ERROR(settings.set(key, value));
    }
    TrustedSecrets secrets(database, vault);
    const UnixMillis now = clock.now();
    return putIfGiven(secrets, relayTokenKind, plan.relayToken, now)
        .and_then([&] { return putIfGiven(secrets, webhookSecretKind, plan.webhookSecret, now); })
        .and_then([&] { return putIfGiven(secrets, apiTokenKind, plan.apiToken, now); });
}

Status fillProfile(Vault& vault, Database& database, const Clock& clock, const InitPlan& plan)
{
    AuditLog audit(database, vault, clock);
    const Json detail = {{"relay", plan.settings.at(std::string(settingKeys::relayUrl))},
                         {"inbox", plan.settings.at(std::string(settingKeys::relayInbox))},
                         {"environment", plan.settings.at(std::string(settingKeys::environment))},
                         {"demonstration", plan.demonstration}};
    return audit.record("profile.created", vault.info().profileId, dumpJson(detail),
                        [&] { return writePlan(vault, database, clock, plan); });
}

Json description(const Vault& vault, const InitPlan& plan)
{
    const ProfileInfo& info = vault.info();
    return {{"profile", vault.paths().root.string()},
            {"profileId", info.profileId},
            {"keychain", info.keychain == VaultProtection::Keychain::Os ? "os" : "none"},
            {"passphrase", info.hasPassphrase},
            {"demonstration", info.demonstration},
            {"environment", plan.settings.at(std::string(settingKeys::environment))},
            {"relay", plan.settings.at(std::string(settingKeys::relayUrl))},
            {"inbox", plan.settings.at(std::string(settingKeys::relayInbox))},
            {"webhookSecret", plan.webhookSecret.has_value()},
            {"apiToken", plan.apiToken.has_value()}};
}

}  // namespace

void InitCommand::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("init"),
         .summary = InitCommandText::tr("Makes a profile (folder 0700) for one inbox of a relay."),
         .details = InitCommandText::tr(
             "The profile's key lies in the desktop's keychain, or is made from a passphrase, or from both\n"
             "together. --relay, --inbox, --relay-token-file and --environment are needed; the last one\n"
             "may come from --sandbox-info. In every secret file one trailing newline is ignored.\n"
             "Without --profile the profile lies in the platform's data folder."),
         .options = InitPlan::options(),
         .positionals = {},
         .run = run});
}

void InitCommand::run(Invocation& invocation)
{
    auto read = InitPlan::from(invocation.arguments(), invocation.terminal());
    if (!read) {
        return invocation.usage(read.error().sentence);
    }
    const auto plan = std::make_shared<InitPlan>(std::move(*read));
    const auto rootKeys = std::make_shared<KeychainRootKeyStore>();
    const auto clock = std::make_shared<SystemClock>();
    Vault::create(
        profilePaths(invocation.arguments()), std::move(plan->protection), plan->demonstration, rootKeys,
        *clock,
        [&invocation, plan, clock](const Result<std::shared_ptr<Vault>>& vault) {
            if (!vault) {
                return invocation.fail(vault.error());
            }
            invocation.finish(description(**vault, *plan));
        },
        [plan, clock](Vault& vault, Database& database) {
            return fillProfile(vault, database, *clock, *plan);
        });
}

}  // namespace countersign::cli
