#include "core/health/HealthRules.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/health/HealthScene.h"

#include <set>

using namespace countersign;
using namespace Qt::StringLiterals;
using namespace countersign::testing;

namespace {

constexpr UnixMillis now = fixtureNow;
constexpr UnixMillis day = 86'400'000;

ProfileFacts goodFacts()
{
    ProfileFacts facts;
    facts.now = now;
    facts.keys = {{"key-1", "print-1", now - day, 3}};
    facts.environment = goodEnvironment(now);
    facts.relay = RelayFacts{"https://relay.example.com", now - 1000, ""};
    return facts;
}

/// The ids of what is found, with their severities.
QStringList found(const ProfileFacts& facts, const HealthLimits& limits = {})
{
    QStringList ids;
    for (const HealthFinding& finding : profileFindings(facts, limits)) {
        ids << QString::fromLatin1(toText(finding.rule)) + u' ' +
                   QString::fromLatin1(toText(finding.severity));
    }
    return ids;
}

}  // namespace

class HealthRulesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRuleHasItsNames()
    {
        std::set<std::string_view> ids;
        for (const HealthRule rule : allHealthRules()) {
            QVERIFY(ids.insert(toText(rule)).second);
            QCOMPARE(healthRuleFrom(toText(rule)), rule);
            QVERIFY(!healthRuleName(rule).isEmpty());
        }
        QCOMPARE(ids, (std::set<std::string_view>{"wallet.undecryptable",
                                                  "wallet.passwordProtected",
                                                  "wallet.addressMismatch",
                                                  "wallet.credentialRefused",
                                                  "wallet.revokedAtDynamic",
                                                  "wallet.neverReceived",
                                                  "wallet.neverUsed",
                                                  "wallet.old",
                                                  "wallet.pendingChange",
                                                  "key.unregistered",
                                                  "key.old",
                                                  "webhook.disabled",
                                                  "webhook.url",
                                                  "webhook.events",
                                                  "relay.stale",
                                                  "clock.skew",
                                                  "token.scope.missing",
                                                  "token.scope.excess",
                                                  "settings.delegation.disabled",
                                                  "settings.tampered"}));
        QVERIFY(!healthRuleFrom("wallet.") && !healthRuleFrom(""));
        for (const char* text : {"critical", "error", "warning", "info"}) {
            QCOMPARE(toText(healthSeverityFrom(text).value()), std::string_view(text));
        }
        QVERIFY(!healthSeverityFrom("fatal"));
    }

    void keysLeadBack()
    {
        for (const HealthRule rule : allHealthRules()) {
            for (const std::int64_t row : {std::int64_t(1), std::int64_t(1) << 39}) {
                QCOMPARE(ruleOfFinding(walletFindingId(rule, row)), rule);
                QCOMPARE(rowOfFinding(walletFindingId(rule, row)), row);
            }
        }
        QCOMPARE(ruleOfFinding(-1), HealthRule::SettingsTampered);
        QCOMPARE(ruleOfFinding(std::numeric_limits<std::int64_t>::max()), HealthRule::WalletNeverUsed);
    }

    void nothingIsWrongWithWhatIsRight() { QCOMPARE(found(goodFacts()), QStringList()); }

    void saysNothingOfWhatWasNeverAsked()
    {
        ProfileFacts facts = goodFacts();
        facts.environment.reset();
        facts.relay.reset();
        QCOMPARE(found(facts), QStringList());
        facts.environment = EnvironmentCheck();  // asked, and everything refused
        QCOMPARE(found(facts), QStringList());
    }

    void settings()
    {
        ProfileFacts facts = goodFacts();
        facts.tampered = {{"setting", "relay.url", TrustFinding::What::Changed}};
        // A token that is refused everywhere leaves no clean board.
        ProfileFacts unanswered = goodFacts();
        EnvironmentCheck& check = *unanswered.environment;
        check.delegatedAccess = {std::nullopt, "no"};
        check.keys = {std::nullopt, "no"};
        check.webhooks = {std::nullopt, "no"};
        check.scopes = {std::nullopt, "no"};
        check.clock = {std::nullopt, "no"};
        QCOMPARE(found(unanswered), (QStringList{u"settings.delegation.disabled error"_s,
                                                 u"webhook.disabled error"_s, u"key.unregistered error"_s,
                                                 u"token.scope.missing error"_s, u"clock.skew error"_s}));
        unanswered.environment.reset();
        unanswered.isEnvironmentUnreadable = true;
        QCOMPARE(found(unanswered), QStringList{u"settings.delegation.disabled error"_s});
        facts.environment->delegatedAccess.value->enabled = false;
        QCOMPARE(found(facts), (QStringList{QStringLiteral("settings.tampered critical"),
                                            QStringLiteral("settings.delegation.disabled critical")}));
        facts.tampered.clear();
        facts.trustProblem = QStringLiteral("Nothing can be vouched for.");
        const auto findings = profileFindings(facts, {});
        QCOMPARE(findings.front().title, facts.trustProblem);
    }

    void keys()
    {
        ProfileFacts facts = goodFacts();
        facts.keys.push_back({"key-0", "print-0", now - day, 0});
        QCOMPARE(found(facts), QStringList{QStringLiteral("key.unregistered info")});
        facts.environment->keys.value->front().status = "pending";
        QCOMPARE(found(facts), (QStringList{QStringLiteral("key.unregistered critical"),
                                            QStringLiteral("key.unregistered critical")}));
        facts.environment->keys.value->front().status = "active";
        facts.environment->keys.value->front().kid = "another name";
        facts.keys.pop_back();
        QCOMPARE(found(facts), QStringList());  // by its fingerprint
        facts.environment->keys.value->front().fingerprint = "print-9";
        facts.environment->keys.value->front().kid = "key-1";
        QCOMPARE(found(facts), QStringList{QStringLiteral("key.unregistered critical")});
        facts.environment->keys.value->front().fingerprint.clear();
        QCOMPARE(found(facts), QStringList());  // by its kid
    }

    void oldKeys()
    {
        ProfileFacts facts = goodFacts();
        facts.keys.front().createdAt = now - 365 * day;
        QCOMPARE(found(facts), QStringList());
        --facts.keys.front().createdAt;
        QCOMPARE(found(facts), QStringList{QStringLiteral("key.old info")});
        facts.keys.front().createdAt = now - 31 * day;
        QCOMPARE(found(facts, {.maxAge = std::chrono::days(30)}),
                 QStringList{QStringLiteral("key.old info")});
        QCOMPARE(found(facts, {.maxAge = std::chrono::days(40)}), QStringList());
    }

    void webhook()
    {
        ProfileFacts facts = goodFacts();
        RegisteredWebhook& webhook = facts.environment->webhooks.value->front();
        webhook.isEnabled = false;
        webhook.url = "https://127.0.0.1:8787/";
        webhook.events = {"wallet.delegation.created"};
        QCOMPARE(found(facts), (QStringList{QStringLiteral("webhook.disabled critical"),
                                            QStringLiteral("webhook.events critical"),
                                            QStringLiteral("webhook.url warning")}));
        for (const HealthFinding& finding : profileFindings(facts, {})) {
            QVERIFY(!finding.title.contains(QStringLiteral("delegation.created")));
        }
        facts.environment->webhookId = "hook-2";
        QCOMPARE(found(facts), QStringList{QStringLiteral("webhook.disabled critical")});
        facts.environment->webhookId.clear();
        QCOMPARE(found(facts), QStringList());
    }

    void scopes()
    {
        ProfileFacts facts = goodFacts();
        facts.environment->scopes.value =
            std::vector<std::string>{"waas.delegatedAccess.signMessage", "environment.everything"};
        const QStringList ids = found(facts);
        QCOMPARE(ids.count(QStringLiteral("token.scope.missing warning")), 5);
        QCOMPARE(ids.count(QStringLiteral("token.scope.excess warning")), 1);
        QCOMPARE(ids.size(), 6);
        std::set<std::int64_t> keys;
        for (const HealthFinding& finding : profileFindings(facts, {})) {
            keys.insert(finding.id);
        }
        QCOMPARE(keys.size(), 6U);
    }

    void relay()
    {
        ProfileFacts facts = goodFacts();
        facts.relay->lastContactAt = now - 15 * 60'000;
        QCOMPARE(found(facts), QStringList());
        facts.relay->lastContactAt = now - 15 * 60'000 - 1;
        QCOMPARE(found(facts), QStringList{QStringLiteral("relay.stale warning")});
        facts.relay->lastContactAt = now - day - 1;
        facts.relay->lastError = "=HYPERLINK \u202e";
        QCOMPARE(found(facts), QStringList{QStringLiteral("relay.stale critical")});
        QVERIFY(!profileFindings(facts, {}).front().title.contains(QChar(0x202e)));
        facts.relay->lastContactAt.reset();
        QCOMPARE(found(facts), QStringList{QStringLiteral("relay.stale warning")});
        facts.relay->lastContactAt = now + day;  // of a clock that ran ahead
        QCOMPARE(found(facts), QStringList());
    }

    void clocks()
    {
        ProfileFacts facts = goodFacts();
        facts.relayAhead = 60'000;
        facts.environment->clock.value = ClockReading{now + 60'000, now};
        QCOMPARE(found(facts), QStringList());
        facts.relayAhead = 61'000;
        facts.environment->clock.value = ClockReading{now - 61'000, now};
        QCOMPARE(found(facts),
                 (QStringList{QStringLiteral("clock.skew warning"), QStringLiteral("clock.skew warning")}));
        QVERIFY(profileFindings(facts, {}).back().title.contains(QStringLiteral("ahead")));
    }

    void everyWalletRuleSpeaks()
    {
        WalletFacts wallet;
        wallet.row = 7;
        wallet.walletId = "w";
        wallet.address = "0xabc";
        wallet.healthDetail = "no key with kid x\u202ey";
        wallet.receivedAt = now - 40 * day;
        wallet.verdict = "address-differs";
        wallet.pendingChange = "revokeOnNextSignOn";
        for (const HealthRule rule : allHealthRules()) {
            if (!isWalletRule(rule)) {
                continue;
            }
            const HealthFinding finding = walletFinding(rule, wallet, now);
            QCOMPARE(finding.id, walletFindingId(rule, 7));
            QCOMPARE(finding.walletId, std::optional<std::string>("w"));
            QCOMPARE(finding.severity, usualSeverity(rule));
            QVERIFY(!finding.title.isEmpty() && finding.mend.endsWith(u'.'));
            QVERIFY(!finding.title.contains(QChar(0x202e)));
        }
        QVERIFY(walletFinding(HealthRule::WalletOld, wallet, now).title.contains(QStringLiteral("40 days")));
        QVERIFY(walletFinding(HealthRule::WalletPendingChange, wallet, now)
                    .title.contains(QStringLiteral("revokeOnNextSignOn")));
    }
};

COUNTERSIGN_APPLESS_TEST(HealthRulesTest)
#include "HealthRules_test.moc"
