#include "core/health/HealthFacts.h"

#include "core/inspection/environment/EnvironmentCheckStore.h"
#include "core/vault/Settings.h"
#include "core/vault/database/Rows.h"

#include <algorithm>

namespace countersign {

namespace {

constexpr int mostKeys = 1000;
constexpr int newestDeliveries = 100;

Status readKeyFacts(Database& database, ProfileFacts& facts)
{
    SQLite::Statement query(
        database.handle(),
        "SELECT substr(kid, 1, 256), substr(fingerprint, 1, 128), created_at, (SELECT "
        "count(*) FROM delegation d WHERE d.kid = k.kid AND d.state IN ('current', "
        "'undecryptable') AND d.state = 'current') FROM rsa_key k ORDER BY id DESC LIMIT " +
            std::to_string(mostKeys));
    while (query.executeStep()) {
        facts.keys.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(),
                              query.getColumn(2).getInt64(), query.getColumn(3).getInt64()});
    }
    return {};
}

Status readRelayFacts(Database& database, ProfileFacts& facts)
{
    const Settings settings(database);
    ASSIGN_OR_RETURN(const auto url, settings.get(settingKeys::relayUrl));
    ASSIGN_OR_RETURN(const auto inbox, settings.get(settingKeys::relayInbox));
    if (!url || !inbox) {
        return {};
    }
    RelayFacts relay{.url = *url, .lastContactAt = {}, .lastError = {}};
    SQLite::Statement query(database.handle(),
                            "SELECT max(last_contact_at), (SELECT substr(coalesce(last_error, ''), 1, 300) "
                            "FROM source WHERE url = ?1 AND inbox = ?2 AND ended_at IS NULL) FROM source "
                            "WHERE url = ?1 AND inbox = ?2");
    query.bind(1, *url);
    query.bind(2, *inbox);
    if (query.executeStep()) {
        relay.lastContactAt = optionalTimeOf(query.getColumn(0));
        relay.lastError = optionalTextOf(query.getColumn(1)).value_or(std::string());
    }
    facts.relay = std::move(relay);
    return {};
}

/// A delivery that the relay took later than we stored it: no other order of our clocks explains it.
Status readClockFacts(Database& database, ProfileFacts& facts)
{
    SQLite::Statement query(database.handle(),
                            "SELECT max(received_at - stored_at) FROM (SELECT received_at, stored_at FROM "
                            "delivery ORDER BY id DESC LIMIT " +
                                std::to_string(newestDeliveries) + ')');
    if (query.executeStep() && !query.getColumn(0).isNull()) {
        facts.relayAhead = query.getColumn(0).getInt64();
    }
    return {};
}

/// Both sides are read in the order of an index and merged.
Status readMissedWallets(Database& database, int most, ProfileFacts& facts)
{
    SQLite::Statement query(
        database.handle(),
        "SELECT substr(m.id, 1, 128), c.checked_at FROM (SELECT wallet_id AS id FROM wallet_check WHERE "
        "verdict = 'ok' "
        "EXCEPT "
        "SELECT wallet_id FROM wallet ORDER BY 1 LIMIT ?) m JOIN wallet_check c ON c.wallet_id = m.id");
    query.bind(1, most);
    while (query.executeStep()) {
        facts.missed.push_back({query.getColumn(0).getString(), query.getColumn(1).getInt64()});
    }
    return {};
}

}  // namespace

Result<ProfileFacts> readProfileFacts(Database& database, int mostMissed)
{
    return attempt([&]() -> Result<ProfileFacts> {
        ProfileFacts facts;
        RETURN_IF_ERROR(readKeyFacts(database, facts));
        RETURN_IF_ERROR(readRelayFacts(database, facts));
        RETURN_IF_ERROR(readClockFacts(database, facts));
        RETURN_IF_ERROR(readMissedWallets(database, mostMissed, facts));
        ASSIGN_OR_RETURN(facts.environment, EnvironmentCheckStore(database).newest());
        facts.isEnvironmentUnreadable =
            !facts.environment &&
            database.handle().execAndGet("SELECT count(*) FROM environment_check").getInt() != 0;
        return facts;
    });
}

Result<std::vector<KeyUse>> readKeyUse(Database& database, const ProfileFacts& facts)
{
    return attempt([&]() -> Result<std::vector<KeyUse>> {
        std::map<std::string, KeyUse> uses;
        for (const KeyFacts& key : facts.keys) {
            KeyUse& use = uses[key.kid];
            use.kid = key.kid;
            use.isHere = true;
            use.createdAt = key.createdAt;
            if (facts.environment && facts.environment->keys.value) {
                use.isRegistered = isRegisteredKey(key, *facts.environment->keys.value);
            }
        }
        SQLite::Statement query(database.handle(),
                                "SELECT substr(coalesce(kid, ''), 1, 256), state, count(*) FROM delegation "
                                "WHERE state IN ('current', 'undecryptable') GROUP BY kid, state LIMIT " +
                                    std::to_string(2 * mostKeys));
        while (query.executeStep()) {
            KeyUse& use = uses[query.getColumn(0).getString()];
            use.kid = query.getColumn(0).getString();
            (query.getColumn(1).getString() == "current" ? use.opened : use.waiting) +=
                query.getColumn(2).getInt64();
        }
        std::vector<KeyUse> list;
        for (auto& [kid, use] : uses) {
            list.push_back(std::move(use));
        }
        std::ranges::stable_sort(list, std::ranges::greater(),
                                 [](const KeyUse& use) { return use.opened + use.waiting; });
        return list;
    });
}

}  // namespace countersign
