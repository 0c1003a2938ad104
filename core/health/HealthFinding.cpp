#include "core/health/HealthFinding.h"

#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct HealthFindingText
{
    Q_DECLARE_TR_FUNCTIONS(HealthFindingText)
};

struct RuleRow
{
    HealthRule rule;
    std::string_view text;
    HealthSeverity severity;
    const char* name;
};

using enum HealthRule;
using enum HealthSeverity;

constexpr std::array<RuleRow, healthRuleCount> ruleRows = {{
    {SettingsTampered, "settings.tampered", Critical,
     QT_TRANSLATE_NOOP("HealthFindingText", "Settings changed outside")},
    {WalletAddressMismatch, "wallet.addressMismatch", Critical,
     QT_TRANSLATE_NOOP("HealthFindingText", "Address or chain differs")},
    {WalletRevokedAtDynamic, "wallet.revokedAtDynamic", Critical,
     QT_TRANSLATE_NOOP("HealthFindingText", "Ended at Dynamic")},
    {WalletUndecryptable, "wallet.undecryptable", Critical,
     QT_TRANSLATE_NOOP("HealthFindingText", "Cannot be decrypted")},
    {WalletCredentialRefused, "wallet.credentialRefused", Critical,
     QT_TRANSLATE_NOOP("HealthFindingText", "Credential refused")},
    {WalletNeverReceived, "wallet.neverReceived", Critical,
     QT_TRANSLATE_NOOP("HealthFindingText", "Never received")},
    {DelegationDisabled, "settings.delegation.disabled", Critical,
     QT_TRANSLATE_NOOP("HealthFindingText", "Delegated access is off")},
    {WebhookDisabled, "webhook.disabled", Critical, QT_TRANSLATE_NOOP("HealthFindingText", "Webhook is off")},
    {WebhookEvents, "webhook.events", Critical,
     QT_TRANSLATE_NOOP("HealthFindingText", "Webhook lacks events")},
    {KeyUnregistered, "key.unregistered", Warning,
     QT_TRANSLATE_NOOP("HealthFindingText", "Key not registered")},
    {RelayStale, "relay.stale", Warning, QT_TRANSLATE_NOOP("HealthFindingText", "Relay not heard of")},
    {WalletPasswordProtected, "wallet.passwordProtected", Warning,
     QT_TRANSLATE_NOOP("HealthFindingText", "Password-protected share")},
    {WalletPendingChange, "wallet.pendingChange", Warning,
     QT_TRANSLATE_NOOP("HealthFindingText", "Will end soon")},
    {WalletOld, "wallet.old", Warning, QT_TRANSLATE_NOOP("HealthFindingText", "Older than the limit")},
    {WebhookUrl, "webhook.url", Warning, QT_TRANSLATE_NOOP("HealthFindingText", "Webhook's URL")},
    {ScopeMissing, "token.scope.missing", Warning,
     QT_TRANSLATE_NOOP("HealthFindingText", "Token may do too little")},
    {ScopeExcess, "token.scope.excess", Warning,
     QT_TRANSLATE_NOOP("HealthFindingText", "Token may do too much")},
    {ClockSkew, "clock.skew", Warning, QT_TRANSLATE_NOOP("HealthFindingText", "Clock is wrong")},
    {KeyOld, "key.old", Info, QT_TRANSLATE_NOOP("HealthFindingText", "Old key")},
    {WalletNeverUsed, "wallet.neverUsed", Info, QT_TRANSLATE_NOOP("HealthFindingText", "Never used")},
}};

const RuleRow& rowOf(HealthRule rule)
{
    return ruleRows.at(static_cast<std::size_t>(rule));
}

constexpr std::array<std::string_view, 4> severityTexts = {"critical", "error", "warning", "info"};

}  // namespace

std::string_view toText(HealthSeverity severity)
{
    return severityTexts.at(static_cast<std::size_t>(severity));
}

std::optional<HealthSeverity> healthSeverityFrom(std::string_view text)
{
    const auto found = std::ranges::find(severityTexts, text);
    return found == severityTexts.end() ? std::nullopt
                                        : std::optional(HealthSeverity(found - severityTexts.begin()));
}

QString healthSeverityName(HealthSeverity severity)
{
    switch (severity) {
        case HealthSeverity::Critical:
            return HealthFindingText::tr("Critical");
        case HealthSeverity::Error:
            return HealthFindingText::tr("Not checked");
        case HealthSeverity::Warning:
            return HealthFindingText::tr("Warning");
        default:
            return HealthFindingText::tr("Info");
    }
}

std::array<HealthRule, healthRuleCount> allHealthRules()
{
    std::array<HealthRule, healthRuleCount> rules{};
    std::ranges::transform(ruleRows, rules.begin(), &RuleRow::rule);
    return rules;
}

std::string_view toText(HealthRule rule)
{
    return rowOf(rule).text;
}

std::optional<HealthRule> healthRuleFrom(std::string_view text)
{
    const auto fold = ascii::lower;
    const auto found = std::ranges::find_if(
        ruleRows, [&](const RuleRow& row) { return std::ranges::equal(row.text, text, {}, fold, fold); });
    return found == ruleRows.end() ? std::nullopt : std::optional(found->rule);
}

HealthSeverity usualSeverity(HealthRule rule)
{
    return rowOf(rule).severity;
}

QString healthRuleName(HealthRule rule)
{
    return HealthFindingText::tr(rowOf(rule).name);
}

bool isWalletRule(HealthRule rule)
{
    return rule != WalletNeverReceived && toText(rule).starts_with("wallet.");
}

}  // namespace countersign
