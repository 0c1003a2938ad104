#include "app/cli/commands/profile/InitPlan.h"

#include "app/cli/input/SecretFile.h"
#include "core/settings/KnownSettings.h"
#include "core/vault/Settings.h"

#include <QCoreApplication>

namespace countersign::cli {

namespace {

constexpr QLatin1StringView relayOption("relay");
constexpr QLatin1StringView inboxOption("inbox");
constexpr QLatin1StringView relayTokenOption("relay-token-file");
constexpr QLatin1StringView environmentOption("environment");
constexpr QLatin1StringView webhookSecretOption("webhook-secret-file");
constexpr QLatin1StringView apiBaseOption("api-base");
constexpr QLatin1StringView apiTokenOption("api-token-file");
constexpr QLatin1StringView keychainOption("keychain");
constexpr QLatin1StringView sandboxInfoOption("sandbox-info");
constexpr QLatin1StringView demonstrationOption("demonstration");

struct InitPlanText
{
    Q_DECLARE_TR_FUNCTIONS(InitPlanText)
};

tl::unexpected<Error> mistake(const QString& sentence)
{
    return failure(ErrorCode::InvalidInput, sentence);
}

/// Moves a text member out of the parsed JSON into guarded memory and wipes what it leaves.
std::optional<SecretBytes> takeSecret(Json& json, const char* member)
{
    if (!json.is_object() || !json.contains(member) || !json.at(member).is_string()) {
        return std::nullopt;
    }
    auto& text = json.at(member).get_ref<std::string&>();
    SecretBytes secret = SecretBytes::copyOf(text);
    wipeMemory(text.data(), text.size());
    return secret;
}

/// What `countersign-sandbox serve` prints (design.md §8): everything that a profile needs of its Dynamic.
Status readSandboxInfo(const Arguments& arguments, Terminal& terminal, InitPlan& plan)
{
    ASSIGN_OR_RETURN(const auto text,
                     readSecretLine(arguments.bytes(sandboxInfoOption), sandboxInfoOption, terminal));
    auto json = parseJson(text.text());
    if (!json || !json->is_object()) {
        return mistake(
            InitPlanText::tr("The file of --sandbox-info is not what countersign-sandbox prints."));
    }
    plan.webhookSecret = takeSecret(*json, "webhookSecret");
    plan.apiToken = takeSecret(*json, "apiToken");
    static constexpr std::pair<const char*, std::string_view> members[] = {
        {"environmentId", settingKeys::environment}, {"url", settingKeys::apiBase},
        {"enclaveUrl", settingKeys::enclaveUrl},     {"enclaveRootPem", settingKeys::enclaveRoot},
        {"enclavePcr8", settingKeys::enclavePcr8},   {"relayDomain", settingKeys::mpcRelayDomain},
        {"webhookId", settingKeys::dynamicWebhook}};
    for (const auto& [member, setting] : members) {
        ASSIGN_OR_RETURN(const auto value, optionalString(*json, member));
        if (value && !value->empty()) {
            plan.settings.insert_or_assign(std::string(setting), *value);
        }
    }
    for (const std::string_view needed :
         {settingKeys::enclaveUrl, settingKeys::enclaveRoot, settingKeys::enclavePcr8}) {
        if (!plan.settings.contains(std::string(needed))) {
            return mistake(
                InitPlanText::tr("The file of --sandbox-info is not what countersign-sandbox prints."));
        }
    }
    // Dynamic's library knows nothing of the sandbox's shares: its enclave is the only engine there.
    plan.settings.insert_or_assign(std::string(settingKeys::engine), std::string("enclave"));
    return {};
}

Status readSecretOption(const Arguments& arguments, Terminal& terminal, QLatin1StringView option,
                        std::optional<SecretBytes>& target)
{
    if (!arguments.has(option)) {
        return {};
    }
    ASSIGN_OR_RETURN(auto secret, readSecretLine(arguments.bytes(option), option, terminal));
    target = std::move(secret);
    return {};
}

Status readProtection(const Arguments& arguments, Terminal& terminal, VaultProtection& protection)
{
    const QString keychain =
        arguments.has(keychainOption) ? arguments.value(keychainOption) : QStringLiteral("os");
    if (keychain != QStringLiteral("os") && keychain != QStringLiteral("none")) {
        return mistake(InitPlanText::tr("--keychain is os or none, not “%1”.").arg(keychain));
    }
    protection.keychain =
        keychain == QStringLiteral("os") ? VaultProtection::Keychain::Os : VaultProtection::Keychain::None;
    std::optional<SecretBytes> passphrase;
    RETURN_IF_ERROR(readSecretOption(arguments, terminal, passphraseFileOption, passphrase));
    if (!passphrase && protection.keychain == VaultProtection::Keychain::None) {
        return mistake(InitPlanText::tr(
            "With --keychain none the passphrase alone protects the profile: name the file that holds "
            "it with --passphrase-file."));
    }
    if (passphrase) {
        protection.passphrase = std::move(*passphrase);
    }
    return {};
}

Status checkComplete(const InitPlan& plan)
{
    static constexpr std::pair<std::string_view, const char*> needed[] = {
        {settingKeys::relayUrl, "--relay"},
        {settingKeys::relayInbox, "--inbox"},
        {settingKeys::environment, "--environment"}};
    for (const auto& [key, option] : needed) {
        if (!plan.settings.contains(key)) {
            return mistake(InitPlanText::tr("The option %1 is missing.").arg(QLatin1StringView(option)));
        }
    }
    if (!plan.relayToken) {
        return mistake(
            InitPlanText::tr("The option %1 is missing.").arg(QStringLiteral("--relay-token-file")));
    }
    return {};
}

}  // namespace

std::vector<OptionSpec> InitPlan::options()
{
    return {
        {.name = relayOption,
         .valueName = QStringLiteral("URL"),
         .description = InitPlanText::tr("the relay, https:// (http:// to this machine only)")},
        {.name = inboxOption,
         .valueName = QStringLiteral("NAME"),
         .description = InitPlanText::tr("the inbox at the relay")},
        {.name = relayTokenOption,
         .valueName = QStringLiteral("FILE"),
         .description = InitPlanText::tr("a consumer token of that inbox"),
         .kind = WordKind::Raw},
        {.name = environmentOption,
         .valueName = QStringLiteral("ID"),
         .description = InitPlanText::tr("Dynamic's environment id")},
        {.name = webhookSecretOption,
         .valueName = QStringLiteral("FILE"),
         .description = InitPlanText::tr("the webhook's secret; without one every delivery is quarantined"),
         .kind = WordKind::Raw},
        {.name = apiBaseOption,
         .valueName = QStringLiteral("URL"),
         .description = InitPlanText::tr("Dynamic's REST base")},
        {.name = apiTokenOption,
         .valueName = QStringLiteral("FILE"),
         .description = InitPlanText::tr("Dynamic's API token"),
         .kind = WordKind::Raw},
        {.name = sandboxInfoOption,
         .valueName = QStringLiteral("FILE"),
         .description = InitPlanText::tr(
             "take environment, API, webhook secret and enclave trust from what the sandbox printed"),
         .kind = WordKind::Raw},
        {.name = keychainOption,
         .valueName = QStringLiteral("os|none"),
         .description = InitPlanText::tr("os (default), or none: the passphrase alone protects the profile")},
        {.name = passphraseFileOption,
         .valueName = QStringLiteral("FILE"),
         .description =
             InitPlanText::tr("a passphrase, combined with the keychain's key; - is standard input"),
         .kind = WordKind::Raw},
        {.name = demonstrationOption,
         .valueName = {},
         .description = InitPlanText::tr("mark the profile as a demonstration, for good")},
    };
}

Result<InitPlan> InitPlan::from(const Arguments& arguments, Terminal& terminal)
{
    int fromStdin = 0;
    for (const OptionSpec& option : options()) {
        fromStdin += arguments.bytes(option.name) == standardInputName ? 1 : 0;
    }
    if (fromStdin > 1) {
        return mistake(InitPlanText::tr("Only one file can be standard input."));
    }
    InitPlan plan;
    plan.demonstration = arguments.has(demonstrationOption);
    if (arguments.has(sandboxInfoOption)) {
        RETURN_IF_ERROR(readSandboxInfo(arguments, terminal, plan));
    }
    const std::pair<QLatin1StringView, std::string_view> texts[] = {
        {relayOption, settingKeys::relayUrl},
        {inboxOption, settingKeys::relayInbox},
        {environmentOption, settingKeys::environment},
        {apiBaseOption, settingKeys::apiBase}};
    for (const auto& [option, setting] : texts) {
        if (arguments.has(option)) {
            plan.settings.insert_or_assign(std::string(setting), arguments.value(option).toStdString());
        }
    }
    for (auto& [key, value] : plan.settings) {
        ASSIGN_OR_RETURN(auto checked, checkSetting(key, value));
        value = std::move(checked);
    }
    for (auto read : {readSecretOption(arguments, terminal, relayTokenOption, plan.relayToken),
                      readSecretOption(arguments, terminal, webhookSecretOption, plan.webhookSecret),
                      readSecretOption(arguments, terminal, apiTokenOption, plan.apiToken),
                      readProtection(arguments, terminal, plan.protection), checkComplete(plan)}) {
        if (!read) {
            return failure(read.error());
        }
    }
    return plan;
}

}  // namespace countersign::cli
