#include "services/relay/RelayDatabase.h"

#include "services/relay/SqliteRelayStore.h"

#include <QCoreApplication>

namespace countersign {

Result<std::unique_ptr<RelayStore>> openRelayDatabase(const std::string& url, OpenMode mode)
{
    constexpr std::string_view sqlite = "sqlite:";
    if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
        return failure(ErrorCode::Unsupported,
                       QCoreApplication::translate(
                           "RelayDatabase", "PostgreSQL is not built into this version; use sqlite:FILE."));
    }
    if (!url.starts_with(sqlite) || url.size() == sqlite.size()) {
        return failure(
            ErrorCode::InvalidInput,
            QCoreApplication::translate("RelayDatabase", "The database must be given as sqlite:FILE."));
    }
    auto store = SqliteRelayStore::open(url.substr(sqlite.size()), mode);
    if (!store) {
        return failure(store.error());
    }
    return std::unique_ptr<RelayStore>(std::move(*store));
}

}  // namespace countersign
