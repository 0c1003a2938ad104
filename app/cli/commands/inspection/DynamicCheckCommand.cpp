#include "app/cli/commands/inspection/DynamicCheckCommand.h"

#include "app/cli/ProfileSession.h"
#include "core/base/process/TerminationSignals.h"
#include "core/health/HealthFacts.h"
#include "core/inspection/environment/EnvironmentInspector.h"
#include "core/profile/ProfileServices.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign::cli {

namespace {

struct DynamicCheckCommandText
{
    Q_DECLARE_TR_FUNCTIONS(DynamicCheckCommandText)
};

/// Lives until the command has ended.
struct DynamicCheckRun
{
    explicit DynamicCheckRun(std::shared_ptr<ProfileSession> opened)
        : session(std::move(opened)),
          inspector(inspectionServicesOf(session->sharedVault(), session->database(), session->clock()))
    {}

    std::shared_ptr<ProfileSession> session;
    EnvironmentInspector inspector;
    TerminationSignals termination;
};

template <typename T, typename Shown>
Json answerJson(const Answer<T>& answer, const Shown& shown)
{
    return answer.value ? shown(*answer.value) : Json{{"error", answer.why}};
}

Json timeOrNull(UnixMillis at)
{
    return at == 0 ? Json() : Json(toIso8601(at));
}

Json keysJson(const std::vector<RegisteredKey>& keys, const std::vector<KeyInfo>& ours)
{
    Json list = Json::array();
    for (const RegisteredKey& key : keys) {
        const bool isOurs = !key.fingerprint.empty() &&
                            std::ranges::find(ours, key.fingerprint, &KeyInfo::fingerprint) != ours.end();
        list.push_back({{"kid", key.kid},
                        {"status", key.status},
                        {"fingerprint", key.fingerprint.empty() ? Json() : Json(key.fingerprint)},
                        {"createdAt", timeOrNull(key.createdAt)},
                        {"expiresAt", timeOrNull(key.expiresAt)},
                        {"ours", isOurs}});
    }
    return list;
}

/// The keys here, and whether Dynamic encrypts to them; null where that could not be read.
Json ourKeysJson(const Answer<std::vector<RegisteredKey>>& registered, const std::vector<KeyInfo>& ours)
{
    Json list = Json::array();
    for (const KeyInfo& key : ours) {
        Json isRegistered;
        if (registered.value) {
            isRegistered = isRegisteredKey({key.kid, key.fingerprint, key.createdAt, 0}, *registered.value);
        }
        list.push_back({{"kid", key.kid}, {"fingerprint", key.fingerprint}, {"registered", isRegistered}});
    }
    return list;
}

Json webhooksJson(const std::vector<RegisteredWebhook>& webhooks, const std::string& ourId)
{
    Json list = Json::array();
    for (const RegisteredWebhook& webhook : webhooks) {
        list.push_back({{"webhookId", webhook.webhookId},
                        {"url", webhook.url},
                        {"events", webhook.events},
                        {"enabled", webhook.isEnabled},
                        {"ours", webhook.webhookId == ourId}});
    }
    return list;
}

Json settingsJson(const DelegatedAccessSettings& settings)
{
    const auto flag = [](const std::optional<bool>& value) { return value ? Json(*value) : Json(); };
    return {{"enabled", settings.enabled},
            {"promptUsersOnSignIn", flag(settings.promptUsersOnSignIn)},
            {"requiresDelegation", flag(settings.requiresDelegation)}};
}

Json environmentJson(const EnvironmentCheck& check, const std::vector<KeyInfo>& ours)
{
    return {
        {"environmentId", check.environmentId},
        {"checkedAt", toIso8601(check.checkedAt)},
        {"delegatedAccess", answerJson(check.delegatedAccess, settingsJson)},
        {"encryptionKeys", answerJson(check.keys, [&](const auto& keys) { return keysJson(keys, ours); })},
        {"ourKeys", ourKeysJson(check.keys, ours)},
        {"webhooks",
         answerJson(check.webhooks,
                    [&](const auto& webhooks) { return webhooksJson(webhooks, check.webhookId); })},
        {"webhookId", check.webhookId.empty() ? Json() : Json(check.webhookId)},
        {"token", answerJson(check.scopes,
                             [](const auto& scopes) {
                                 return Json{{"scopes", scopes}};
                             })},
        {"clock", answerJson(check.clock, [](const ClockReading& clock) {
             return Json{{"dynamic", toIso8601(clock.theirs)},
                         {"here", toIso8601(clock.ours)},
                         {"aheadSeconds", (clock.ours - clock.theirs) / 1000}};
         })}};
}

/// The rules that rest on the answers that just came.
constexpr std::array environmentRules = {HealthRule::DelegationDisabled, HealthRule::WebhookDisabled,
                                         HealthRule::WebhookEvents,      HealthRule::KeyUnregistered,
                                         HealthRule::WebhookUrl,         HealthRule::ScopeMissing,
                                         HealthRule::ScopeExcess,        HealthRule::ClockSkew};

/// What of the health board is about them, and what mends it.
Result<Json> environmentFindings(ProfileSession& session)
{
    ASSIGN_OR_RETURN(auto facts,
                     inSnapshot(session.database(), [&] { return readProfileFacts(session.database(), 0); }));
    facts.now = session.clock().now();
    Json list = Json::array();
    for (const HealthFinding& finding : profileFindings(facts, {})) {
        if (std::ranges::find(environmentRules, finding.rule) == environmentRules.end()) {
            continue;
        }
        list.push_back({{"id", toText(finding.rule)},
                        {"severity", toText(finding.severity)},
                        {"subject", finding.subject.empty() ? Json() : Json(finding.subject)},
                        {"title", finding.title.toStdString()},
                        {"mend", finding.mend.toStdString()}});
    }
    return list;
}

}  // namespace

void DynamicCheckCommand::addTo(CommandTable& table)
{
    table.add(
        {.words = QStringLiteral("dynamic check"),
         .summary = DynamicCheckCommandText::tr("Asks Dynamic about the environment and the API token."),
         .details = DynamicCheckCommandText::tr(
             "Settings of delegated access, the registered encryption keys beside ours, the webhooks,\n"
             "the token's scopes, Dynamic's clock beside ours; findings: what of it is\n"
             "wrong, and what to do. What Dynamic does not tell has an \"error\" in its place, and the rest "
             "is asked all the same. The answers are kept for \"health\"."),
         .options = {passphraseOption()},
         .positionals = {},
         .run = run});
}

void DynamicCheckCommand::run(Invocation& invocation)
{
    ProfileSession::open(invocation, [&invocation](const std::shared_ptr<ProfileSession>& session) {
        const auto run = std::make_shared<DynamicCheckRun>(session);
        QObject::connect(&run->termination, &TerminationSignals::received, &run->inspector,
                         &EnvironmentInspector::stop);
        run->inspector.inspect([&invocation, run](const Result<EnvironmentCheck>& check) {
            const auto ours = run->session->keys().list();
            if (!check || !ours) {
                return invocation.fail(check ? ours.error() : check.error());
            }
            auto findings = environmentFindings(*run->session);
            if (!findings) {
                return invocation.fail(findings.error());
            }
            Json json = environmentJson(*check, *ours);
            json["findings"] = *std::move(findings);
            invocation.finish(json);
        });
    });
}

}  // namespace countersign::cli
