#include "services/relay/store/RelayDatabase.h"

#include "services/relay/store/postgres/PostgresListener.h"
#include "services/relay/store/postgres/PostgresRelayStore.h"
#include "services/relay/store/sqlite/SqliteFiles.h"
#include "services/relay/store/sqlite/SqliteRelayStore.h"

#include <QCoreApplication>

namespace countersign::relay {

namespace {

struct RelayDatabaseText
{
    Q_DECLARE_TR_FUNCTIONS(RelayDatabaseText)
};

constexpr std::string_view sqliteScheme = "sqlite:";

bool namesSqliteFile(const std::string& url)
{
    return url.starts_with(sqliteScheme) && url.size() > sqliteScheme.size();
}

}  // namespace

Result<std::unique_ptr<ServingRight>> claimRelayDatabase(const std::string& url, OpenMode mode)
{
    if (!namesSqliteFile(url)) {
        // PostgreSQL's own business, or refused when it is opened.
        return nullptr;
    }
    const std::filesystem::path file = url.substr(sqliteScheme.size());
    if (const Status there = SqliteFiles::ensure(file, mode); !there) {
        return failure(there.error());
    }
    return SqliteServingRight::claim(file);
}

Result<std::unique_ptr<RelayStore>> openRelayDatabase(const std::string& url, OpenMode mode)
{
    if (PostgresConnectionInfo::isUrl(url)) {
        auto target = PostgresConnectionInfo::parse(url);
        if (!target) {
            return failure(target.error());
        }
        auto store = PostgresRelayStore::open(*std::move(target), mode);
        if (!store) {
            return failure(store.error());
        }
        return std::unique_ptr<RelayStore>(std::move(*store));
    }
    if (!namesSqliteFile(url)) {
        return failure(ErrorCode::InvalidInput,
                       RelayDatabaseText::tr("The database must be given as sqlite:FILE or postgresql://…."));
    }
    auto store = SqliteRelayStore::open(url.substr(sqliteScheme.size()), mode);
    if (!store) {
        return failure(store.error());
    }
    return std::unique_ptr<RelayStore>(std::move(*store));
}

Result<std::unique_ptr<NewEntryListener>> listenForEntries(const std::string& url,
                                                           NewEntryCallbacks callbacks)
{
    if (!PostgresConnectionInfo::isUrl(url)) {
        return nullptr;
    }
    auto target = PostgresConnectionInfo::parse(url);
    if (!target) {
        return failure(target.error());
    }
    return std::make_unique<PostgresListener>(*std::move(target), std::move(callbacks));
}

}  // namespace countersign::relay
