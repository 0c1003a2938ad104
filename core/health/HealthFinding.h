#pragma once

#include <QString>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// In the order of gravity.
enum class HealthSeverity {
    Critical,  ///< something cannot be signed, was lost, or may be somebody else's
    Error,     ///< could not be checked
    Warning,   ///< goes wrong unless something is done
    Info,      ///< worth a look
};
std::string_view toText(HealthSeverity severity);  ///< "critical", "error", "warning", "info"
std::optional<HealthSeverity> healthSeverityFrom(std::string_view text);
QString healthSeverityName(HealthSeverity severity);  ///< "Critical", …, for people

/// What can be wrong with a profile (design.md §9), the gravest first. The numbers are part of a finding's
/// key and live as long as a program.
enum class HealthRule {
    SettingsTampered,
    WalletAddressMismatch,
    WalletRevokedAtDynamic,
    WalletUndecryptable,
    WalletCredentialRefused,
    WalletNeverReceived,
    DelegationDisabled,
    WebhookDisabled,
    WebhookEvents,
    KeyUnregistered,
    RelayStale,
    WalletPasswordProtected,
    WalletPendingChange,
    WalletOld,
    WebhookUrl,
    ScopeMissing,
    ScopeExcess,
    ClockSkew,
    KeyOld,
    WalletNeverUsed,
};
inline constexpr std::size_t healthRuleCount = 20;
/// All of them, in order.
std::array<HealthRule, healthRuleCount> allHealthRules();

std::string_view toText(HealthRule rule);  ///< "wallet.undecryptable", …, as `health` prints it
/// Upper and lower case are one.
std::optional<HealthRule> healthRuleFrom(std::string_view text);
/// Of most findings of the rule; a single one may be milder or graver.
HealthSeverity usualSeverity(HealthRule rule);
/// What the rule is about, in a few words, for charts and filters.
QString healthRuleName(HealthRule rule);
/// Whether its findings are each about a row of the table wallet.
bool isWalletRule(HealthRule rule);

/// A finding of the health board: one thing that is wrong, and what mends it.
struct HealthFinding
{
    std::int64_t id = 0;  ///< the key by which models page: rule and wallet row, or rule and subject
    HealthRule rule = HealthRule::SettingsTampered;
    HealthSeverity severity = HealthSeverity::Critical;
    std::optional<std::string> walletId;
    std::optional<std::string> address;  ///< of the wallet, where it is known
    std::string subject;                 ///< what else it is about: a kid, a webhook, a scope, a setting
    QString title;                       ///< what is wrong; fit to be shown
    QString mend;                        ///< what to do
};

}  // namespace countersign
