#include "core/health/HealthRules.h"

#include "core/health/FoundText.h"
#include "core/health/SpanText.h"
#include "core/health/TokenScopes.h"
#include "core/health/WalletWords.h"
#include "core/health/WebhookUrl.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

using enum HealthRule;

struct HealthRulesText
{
    Q_DECLARE_TR_FUNCTIONS(HealthRulesText)
};

constexpr int ruleShift = 40;
constexpr std::int64_t rowMask = (std::int64_t(1) << ruleShift) - 1;

/// FNV-1a, cut to what a key has room for: two subjects of one rule with one key are no more than shown
/// twice.
std::int64_t subjectFindingId(HealthRule rule, std::string_view subject)
{
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : subject) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    }
    return walletFindingId(rule, static_cast<std::int64_t>(hash >> 24U) & rowMask);
}

HealthFinding about(HealthRule rule, std::string subject, QString title, QString mend)
{
    HealthFinding finding;
    finding.id = subjectFindingId(rule, subject);
    finding.rule = rule;
    finding.severity = usualSeverity(rule);
    finding.subject = std::move(subject);
    finding.title = std::move(title);
    finding.mend = std::move(mend);
    return finding;
}

using Findings = std::vector<HealthFinding>;

void addTampering(const ProfileFacts& facts, Findings& findings)
{
    const QString mend = HealthRulesText::tr(
        "Look at every setting, submitter, secret and key, set anew what is wrong, and "
        "then run \"countersign-cli settings seal --reason …\".");
    if (!facts.trustProblem.isEmpty()) {
        findings.push_back(about(SettingsTampered, "", facts.trustProblem, mend));
    }
    for (const TrustFinding& found : facts.tampered) {
        findings.push_back(about(SettingsTampered, found.table + '/' + found.key, found.sentence(), mend));
    }
}

void addMissed(const ProfileFacts& facts, Findings& findings)
{
    for (const MissedWallet& missed : facts.missed) {
        HealthFinding finding = about(
            WalletNeverReceived, missed.walletId,
            HealthRulesText::tr("Dynamic says that this wallet is delegated, and no delegation of it ever "
                                "arrived here"),
            HealthRulesText::tr("Run \"countersign-cli reconcile --redeliver\": Dynamic then sends the lost "
                                "message again. If it is too old for that, ask the user to delegate again."));
        finding.walletId = missed.walletId;
        findings.push_back(std::move(finding));
    }
}

void addKeys(const ProfileFacts& facts, const HealthLimits& limits, Findings& findings)
{
    if (facts.environment && facts.environment->keys.value) {
        const auto& registered = *facts.environment->keys.value;
        const bool isAnyRegistered = std::ranges::any_of(
            facts.keys, [&](const KeyFacts& key) { return isRegisteredKey(key, registered); });
        for (const KeyFacts& key : facts.keys) {
            if (isRegisteredKey(key, registered)) {
                continue;
            }
            HealthFinding finding =
                about(KeyUnregistered, key.kid,
                      HealthRulesText::tr("The RSA key %1 is not registered and active at Dynamic")
                          .arg(shownText(key.kid)),
                      isAnyRegistered
                          ? HealthRulesText::tr("Another key of this profile is: nothing is lost. Keep this "
                                                "one as long as wallets need it, or register it at Dynamic.")
                          : HealthRulesText::tr("No key of this profile is, so no new delegation can be "
                                                "opened here. Register its public half at Dynamic: "
                                                "\"countersign-cli keys list\" prints it."));
            finding.severity = isAnyRegistered ? HealthSeverity::Info : HealthSeverity::Critical;
            findings.push_back(std::move(finding));
        }
    }
    const std::chrono::milliseconds limit = limits.maxAge.value_or(limits.keyAge);
    for (const KeyFacts& key : facts.keys) {
        if (facts.now - key.createdAt > limit.count()) {
            findings.push_back(
                about(KeyOld, key.kid,
                      HealthRulesText::tr("The RSA key %1 is %2 old")
                          .arg(shownText(key.kid), daysText(facts.now - key.createdAt)),
                      HealthRulesText::tr(
                          "Make a new one with \"countersign-cli keys new\", register it at Dynamic, "
                          "and keep this one while wallets need it (now: %1).")
                          .arg(key.wallets)));
        }
    }
}

void addWebhook(const RegisteredWebhook& webhook, Findings& findings)
{
    const QString name = shownText(webhook.webhookId);
    if (!webhook.isEnabled) {
        findings.push_back(about(
            WebhookDisabled, webhook.webhookId,
            HealthRulesText::tr("Dynamic has switched the webhook %1 off, so nothing is delivered").arg(name),
            HealthRulesText::tr("Find out why deliveries failed (the relay's log), switch the webhook on in "
                                "Dynamic's dashboard, and run \"countersign-cli reconcile --redeliver\" for "
                                "what was missed.")));
    }
    if (const auto problem = webhookUrlProblem(webhook.url)) {
        findings.push_back(about(
            WebhookUrl, webhook.webhookId,
            HealthRulesText::tr("Dynamic would refuse the URL of the webhook %1. %2").arg(name, *problem),
            HealthRulesText::tr("Give the relay a DNS name behind https on port 443, and register that.")));
    }
    QStringList missing;
    for (const std::string& event : neededEvents()) {
        if (std::ranges::find(webhook.events, event) == webhook.events.end()) {
            missing << QString::fromStdString(event);
        }
    }
    if (!missing.isEmpty()) {
        findings.push_back(
            about(WebhookEvents, webhook.webhookId,
                  HealthRulesText::tr("The webhook %1 does not carry %2")
                      .arg(name, missing.join(QStringLiteral(", "))),
                  HealthRulesText::tr("Add the events to the webhook in Dynamic's dashboard; until then "
                                      "delegations or their ends go unnoticed.")));
    }
}

void addScopes(const std::vector<std::string>& granted, Findings& findings)
{
    for (const UsedScope& scope : missingScopes(granted)) {
        findings.push_back(about(
            ScopeMissing, std::string(scope.scope),
            HealthRulesText::tr("The API token has no scope %1: %2")
                .arg(QString::fromLatin1(scope.scope.data(), qsizetype(scope.scope.size())), scope.without),
            HealthRulesText::tr("Make a token with this scope in Dynamic's dashboard if you want to do that "
                                "here, and store it with \"countersign-cli api-token set\".")));
    }
    for (const std::string& scope : excessScopes(granted)) {
        findings.push_back(about(
            ScopeExcess, scope,
            HealthRulesText::tr("The API token has the scope %1, which is not needed here")
                .arg(shownText(scope)),
            HealthRulesText::tr("Make a token without it in Dynamic's dashboard: whoever gets hold of the "
                                "token can do all that it may.")));
    }
}

/// What was asked and not answered is not in order: nobody knows.
template <typename T>
void addUnanswered(HealthRule rule, const Answer<T>& answer, const QString& what, Findings& findings)
{
    if (answer.value || answer.why.empty()) {
        return;
    }
    HealthFinding finding = about(
        rule, "unanswered", withDetail(what, answer.why),
        HealthRulesText::tr("Do what the sentence says, and run \"countersign-cli dynamic check\" again."));
    finding.severity = HealthSeverity::Error;
    findings.push_back(std::move(finding));
}

void addEnvironment(const ProfileFacts& facts, Findings& findings)
{
    if (facts.isEnvironmentUnreadable) {
        const QString what =
            HealthRulesText::tr("What Dynamic answered about the environment cannot be read");
        addUnanswered(
            DelegationDisabled,
            Answer<DelegatedAccessSettings>{
                std::nullopt, HealthRulesText::tr("It was changed outside Countersign.").toStdString()},
            what, findings);
    }
    if (!facts.environment) {
        return;
    }
    const EnvironmentCheck& check = *facts.environment;
    addUnanswered(DelegationDisabled, check.delegatedAccess,
                  HealthRulesText::tr("Whether delegated access is switched on could not be checked"),
                  findings);
    addUnanswered(KeyUnregistered, check.keys,
                  HealthRulesText::tr("Which keys are registered at Dynamic could not be checked"), findings);
    addUnanswered(WebhookDisabled, check.webhooks,
                  HealthRulesText::tr("The webhook at Dynamic could not be checked"), findings);
    addUnanswered(ScopeMissing, check.scopes,
                  HealthRulesText::tr("What the API token may do could not be checked"), findings);
    addUnanswered(ClockSkew, check.clock,
                  HealthRulesText::tr("This machine's clock could not be compared with Dynamic's"), findings);
    if (check.delegatedAccess.value && !check.delegatedAccess.value->enabled) {
        findings.push_back(about(
            DelegationDisabled, check.environmentId,
            HealthRulesText::tr("Delegated access is switched off in Dynamic's environment %1")
                .arg(shownText(check.environmentId)),
            HealthRulesText::tr("Switch it on in Dynamic's dashboard (embedded wallets, delegated access), "
                                "unless it was switched off on purpose.")));
    }
    if (const RegisteredWebhook* webhook = check.ourWebhook()) {
        addWebhook(*webhook, findings);
    } else if (check.webhooks.value && !check.webhookId.empty()) {
        findings.push_back(about(
            WebhookDisabled, check.webhookId,
            HealthRulesText::tr(
                "The webhook %1, whose deliveries came here, is not registered at Dynamic any "
                "more")
                .arg(shownText(check.webhookId)),
            HealthRulesText::tr("Register a webhook for the relay in Dynamic's dashboard, store its secret "
                                "with \"countersign-cli webhook-secret add\", and reconcile.")));
    }
    if (check.scopes.value) {
        addScopes(*check.scopes.value, findings);
    }
}

void addRelay(const ProfileFacts& facts, const HealthLimits& limits, Findings& findings)
{
    if (!facts.relay) {
        return;
    }
    const RelayFacts& relay = *facts.relay;
    const QString mend = HealthRulesText::tr(
        "Let the console run, or run \"countersign-cli sync --once\"; \"countersign-cli doctor\" says what "
        "keeps it from the relay.");
    if (!relay.lastContactAt) {
        findings.push_back(
            about(RelayStale, relay.url,
                  withDetail(HealthRulesText::tr("The relay was never reached"), relay.lastError), mend));
        return;
    }
    const std::chrono::milliseconds silence(facts.now - *relay.lastContactAt);
    if (silence <= limits.relaySilence) {
        return;
    }
    HealthFinding finding = about(
        RelayStale, relay.url,
        withDetail(HealthRulesText::tr("The relay was last heard of %1 ago").arg(spanText(silence.count())),
                   relay.lastError),
        mend);
    if (silence > limits.relayLoss) {
        finding.severity = HealthSeverity::Critical;
    }
    findings.push_back(std::move(finding));
}

void addClock(const ProfileFacts& facts, const HealthLimits& limits, Findings& findings)
{
    const UnixMillis most = std::chrono::milliseconds(limits.clockSkew).count();
    const QString mend = HealthRulesText::tr(
        "Switch on the time synchronisation of the machine whose clock is wrong: what is "
        "late or expired is decided by it.");
    if (facts.relayAhead > most) {
        findings.push_back(
            about(ClockSkew, "relay",
                  HealthRulesText::tr("This machine's clock was %1 s behind the relay's when deliveries came")
                      .arg(facts.relayAhead / 1000),
                  mend));
    }
    if (facts.environment && facts.environment->clock.value) {
        const ClockReading& reading = *facts.environment->clock.value;
        const UnixMillis behind = reading.theirs - reading.ours;
        if (std::max(behind, -behind) > most) {
            findings.push_back(
                about(ClockSkew, "dynamic",
                      (behind > 0 ? HealthRulesText::tr("This machine's clock is %1 s behind Dynamic's")
                                  : HealthRulesText::tr("This machine's clock is %1 s ahead of Dynamic's"))
                          .arg(std::max(behind, -behind) / 1000),
                      mend));
        }
    }
}

}  // namespace

bool isRegisteredKey(const KeyFacts& key, const std::vector<RegisteredKey>& registered)
{
    return std::ranges::any_of(registered, [&](const RegisteredKey& there) {
        const bool isSame =
            there.fingerprint.empty() ? there.kid == key.kid : there.fingerprint == key.fingerprint;
        return isSame && (there.status.empty() || there.status == "active");  // empty: not told
    });
}

std::int64_t walletFindingId(HealthRule rule, std::int64_t row)
{
    return (static_cast<std::int64_t>(rule) + 1) << ruleShift | (row & rowMask);
}

HealthRule ruleOfFinding(std::int64_t id)
{
    return HealthRule(std::clamp<std::int64_t>((id >> ruleShift) - 1, 0, healthRuleCount - 1));
}

std::int64_t rowOfFinding(std::int64_t id)
{
    return id & rowMask;
}

std::vector<std::string> neededEvents()
{
    return {"wallet.delegation.created", "wallet.delegation.revoked"};
}

HealthFinding walletFinding(HealthRule rule, const WalletFacts& wallet, UnixMillis now)
{
    WalletWords words = walletWords(rule, wallet, now);
    HealthFinding finding;
    finding.id = walletFindingId(rule, wallet.row);
    finding.rule = rule;
    finding.severity = usualSeverity(rule);
    finding.walletId = wallet.walletId;
    finding.address = wallet.address;
    finding.title = std::move(words.title);
    finding.mend = std::move(words.mend);
    return finding;
}

std::vector<HealthFinding> profileFindings(const ProfileFacts& facts, const HealthLimits& limits)
{
    Findings findings;
    addTampering(facts, findings);
    addMissed(facts, findings);
    addEnvironment(facts, findings);
    addKeys(facts, limits, findings);
    addRelay(facts, limits, findings);
    addClock(facts, limits, findings);
    std::ranges::stable_sort(
        findings, {}, [](const HealthFinding& finding) { return std::pair(finding.severity, finding.rule); });
    return findings;
}

}  // namespace countersign
