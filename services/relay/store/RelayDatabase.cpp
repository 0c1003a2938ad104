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
    RETURN_IF_ERROR(SqliteFiles::ensure(file, mode));
    return SqliteServingRight::claim(file);
}

Result<std::unique_ptr<RelayStore>> openRelayDatabase(const std::string& url, OpenMode mode)
{
    if (PostgresConnectionInfo::isUrl(url)) {
        ASSIGN_OR_RETURN(auto target, PostgresConnectionInfo::parse(url));
        ASSIGN_OR_RETURN(auto store, PostgresRelayStore::open(std::move(target), mode));
        return std::unique_ptr<RelayStore>(std::move(store));
    }
    if (!namesSqliteFile(url)) {
        return failure(ErrorCode::InvalidInput,
                       RelayDatabaseText::tr("The database must be given as sqlite:FILE or postgresql://…."));
    }
    ASSIGN_OR_RETURN(auto store, SqliteRelayStore::open(url.substr(sqliteScheme.size()), mode));
    return std::unique_ptr<RelayStore>(std::move(store));
}

Result<std::unique_ptr<NewEntryListener>> listenForEntries(const std::string& url,
                                                           NewEntryCallbacks callbacks)
{
    if (!PostgresConnectionInfo::isUrl(url)) {
        return nullptr;
    }
    ASSIGN_OR_RETURN(auto target, PostgresConnectionInfo::parse(url));
    return std::make_unique<PostgresListener>(std::move(target), std::move(callbacks));
}

}  // namespace countersign::relay
