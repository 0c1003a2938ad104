#pragma once

#include "core/health/HealthReader.h"
#include "core/inspection/environment/EnvironmentCheckStore.h"
#include "core/inspection/wallets/WalletCheckStore.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"

#include <QTest>

namespace countersign::testing {

/// An environment at which nothing is wrong, as `dynamic check` keeps it.
inline EnvironmentCheck goodEnvironment(UnixMillis at)
{
    EnvironmentCheck check;
    check.checkedAt = at;
    check.environmentId = "2c5fa3d4-6d11-4c55-9b7a-0f5cbb1f2a10";
    check.delegatedAccess.value = DelegatedAccessSettings{.enabled = true};
    check.keys.value = std::vector<RegisteredKey>{
        {.kid = "key-1", .status = "active", .fingerprint = "print-1", .createdAt = at, .expiresAt = 0}};
    check.webhooks.value = std::vector<RegisteredWebhook>{{.webhookId = "hook-1",
                                                           .url = "https://relay.example.com/hooks/1",
                                                           .events = neededEvents(),
                                                           .isEnabled = true}};
    check.webhookId = "hook-1";
    check.scopes.value = std::vector<std::string>{
        "waas.delegatedAccess.signMessage", "environment.settings.read", "environment.webhooks.read",
        "environment.events.read",          "environment.users.read",    "environment.webhooks.write"};
    check.clock.value = ClockReading{.theirs = at, .ours = at};
    return check;
}

/// A profile whose rows a test changes, and the board over it.
struct HealthScene
{
    explicit HealthScene(int wallets, bool healthy = true) : profile({.wallets = wallets, .healthy = healthy})
    {
        question.now = fixtureNow;
    }

    void run(const std::string& sql) { profile.database().handle().exec(sql); }
    /// Every wallet signed once.
    void useAll()
    {
        run("INSERT INTO job (job_id, origin, wallet_id, chain, address, kind, document, broadcast, reason, "
            "created_at, expires_at, state, state_at, signature) SELECT 'job-' || wallet_id, 'file', "
            "wallet_id, "
            "chain, address, 'evm.message', x'00', 0, 'test', 1, 2, 'signed', 3, x'01' FROM wallet");
    }
    void put(const WalletCheck& check)
    {
        QVERIFY(transact(profile.database(), [&] {
                    return WalletCheckStore(profile.database()).put(check);
                }).has_value());
    }
    void put(const EnvironmentCheck& check)
    {
        QVERIFY(transact(profile.database(), [&] {
                    return EnvironmentCheckStore(profile.database()).put(check);
                }).has_value());
    }
    std::string walletAt(int row)
    {
        SQLite::Statement query(profile.database().handle(), "SELECT wallet_id FROM wallet WHERE id = ?");
        query.bind(1, row);
        return query.executeStep() ? query.getColumn(0).getString() : std::string();
    }
    HealthReader reader() { return {profile.database(), question}; }
    std::vector<HealthFinding> findings(const HealthFilter& filter = {})
    {
        std::vector<HealthFinding> found;
        const Status read = reader().forEach(filter, [&](const HealthFinding& finding) -> Status {
            found.push_back(finding);
            return {};
        });
        [&] { QVERIFY2(read.has_value(), qPrintable(read ? QString() : read.error().detail)); }();
        return found;
    }
    /// "id" or "id walletId", in order.
    QStringList texts(const HealthFilter& filter = {})
    {
        QStringList list;
        for (const HealthFinding& finding : findings(filter)) {
            const std::string id(toText(finding.rule));
            list << QString::fromStdString(finding.walletId ? id + ' ' + *finding.walletId : id);
        }
        return list;
    }

    ProfileFixture profile;
    HealthQuestion question;
};

}  // namespace countersign::testing
