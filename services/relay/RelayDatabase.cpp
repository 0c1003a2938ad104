#include "services/relay/RelayDatabase.h"

#include "services/relay/PostgresListener.h"
#include "services/relay/PostgresRelayStore.h"
#include "services/relay/SqliteRelayStore.h"

#include <QCoreApplication>

namespace countersign {

Result<std::unique_ptr<RelayStore>> openRelayDatabase(const std::string& url, OpenMode mode)
{
    constexpr std::string_view sqlite = "sqlite:";
    if (PostgresTarget::isUrl(url)) {
        auto target = PostgresTarget::parse(url);
        if (!target) {
            return failure(target.error());
        }
        auto store = PostgresRelayStore::open(*std::move(target), mode);
        if (!store) {
            return failure(store.error());
        }
        return std::unique_ptr<RelayStore>(std::move(*store));
    }
    if (!url.starts_with(sqlite) || url.size() == sqlite.size()) {
        return failure(ErrorCode::InvalidInput,
                       QCoreApplication::translate(
                           "RelayDatabase", "The database must be given as sqlite:FILE or postgresql://…."));
    }
    auto store = SqliteRelayStore::open(url.substr(sqlite.size()), mode);
    if (!store) {
        return failure(store.error());
    }
    return std::unique_ptr<RelayStore>(std::move(*store));
}

Result<std::unique_ptr<NewEntryListener>> listenForEntries(const std::string& url,
                                                           NewEntryCallbacks callbacks)
{
    if (!PostgresTarget::isUrl(url)) {
        return nullptr;
    }
    auto target = PostgresTarget::parse(url);
    if (!target) {
        return failure(target.error());
    }
    return std::make_unique<PostgresListener>(*std::move(target), std::move(callbacks));
}

}  // namespace countersign
