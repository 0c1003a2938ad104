#include "app/cli/commands/InitCommand.h"

#include "app/cli/ProfileSession.h"
#include "app/cli/commands/InitPlan.h"
#include "core/vault/KeychainRootKeyStore.h"

#include <QCoreApplication>

#include <filesystem>

namespace countersign {

namespace {

struct InitCommandText
{
    Q_DECLARE_TR_FUNCTIONS(InitCommand)
};

Status putIfGiven(SecretStore& store, std::string_view kind, std::string_view name,
                  const std::optional<SecretBytes>& secret, UnixMillis now)
{
    return secret ? store.put(kind, name, *secret, now) : Status();
}

Status fillProfile(ProfileSession& session, const InitPlan& plan)
{
    return session.record(
        "profile.created", session.vault().info().profileId,
        {{"relay", plan.settings.at(std::string(settingKeys::relayUrl))},
         {"inbox", plan.settings.at(std::string(settingKeys::relayInbox))},
         {"environment", plan.settings.at(std::string(settingKeys::environment))},
         {"demonstration", plan.demonstration}},
        [&]() -> Status {
            for (const auto& [key, value] : plan.settings) {
                if (auto set = session.settings().set(key, value); !set) {
                    return set;
                }
            }
            const UnixMillis now = session.clock().now();
            return putIfGiven(session.secrets(), relayTokenKind, primarySecretName, plan.relayToken, now)
                .and_then([&] {
                    return putIfGiven(session.secrets(), webhookSecretKind, primarySecretName,
                                      plan.webhookSecret, now);
                })
                .and_then([&] {
                    return putIfGiven(session.secrets(), apiTokenKind, primarySecretName, plan.apiToken, now);
                });
        });
}

/// Removes what Vault::create made, the keychain's item too, and then reports why.
void takeBack(Invocation& invocation, Vault& vault, const std::shared_ptr<RootKeyStore>& rootKeys,
              const Error& error)
{
    vault.lock();
    const ProfilePaths& paths = vault.paths();
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::filesystem::remove(paths.database().string() + suffix, ignored);
    }
    std::filesystem::remove(paths.auditHead(), ignored);
    // Only goes when it is empty: what else lies there is not ours.
    std::filesystem::remove(paths.root, ignored);
    if (vault.info().keychain == VaultProtection::Keychain::None) {
        return invocation.fail(error);
    }
    rootKeys->remove(QString::fromStdString(vault.info().profileId),
                     [&invocation, rootKeys, error](const Status&) { invocation.fail(error); });
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
    // The vault asks for the time only while it is made, but that ends in a callback.
    const auto clock = std::make_shared<SystemClock>();
    Vault::create(
        profilePaths(invocation.arguments()), std::move(plan->protection), plan->demonstration, rootKeys,
        *clock, [&invocation, plan, rootKeys, clock](Result<std::shared_ptr<Vault>> vault) {
            if (!vault) {
                return invocation.fail(vault.error());
            }
            const auto filled = ProfileSession::over(*vault).and_then(
                [&](const std::shared_ptr<ProfileSession>& session) { return fillProfile(*session, *plan); });
            if (!filled) {
                return takeBack(invocation, **vault, rootKeys, filled.error());
            }
            invocation.finish(description(**vault, *plan));
        });
}

}  // namespace countersign
