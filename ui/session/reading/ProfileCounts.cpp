#include "ui/session/reading/ProfileCounts.h"

#include "core/delegation/WalletCatalog.h"
#include "core/inbox/delivery/DeliveryCatalog.h"
#include "core/vault/Settings.h"

namespace countersign {

namespace {

Result<std::int64_t> goingOn(Database& database)
{
    return attempt([&]() -> Result<std::int64_t> {
        return database.handle().execAndGet("SELECT count(*) FROM revocation WHERE ended_at = 0").getInt64();
    });
}

}  // namespace

Result<ProfileCounts> ProfileCounts::read(Database& database)
{
    const DeliveryCatalog deliveries(database);
    ProfileCounts counts;
    counts.wallets = WalletCatalog(database).count().value_or(0);
    counts.events = deliveries.count().value_or(0);
    counts.quarantine = QuarantineCatalog(database).counts().value_or(QuarantineCatalog::Counts());
    counts.jobs = JobCatalog(database).counts().value_or(JobCatalog::Counts());
    counts.revocationsGoingOn = goingOn(database).value_or(0);
    for (const FeedStatus& feed : deliveries.feeds().value_or(std::vector<FeedStatus>())) {
        counts.cursor = std::max(counts.cursor, feed.cursor);
        counts.lastContact = std::max(counts.lastContact, feed.lastContactAt);
    }
    const auto environment = Settings(database).get(settingKeys::environment);
    counts.environment = environment ? environment->value_or(std::string()) : std::string();
    return counts;
}

}  // namespace countersign
