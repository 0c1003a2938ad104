#include "core/delegation/WalletPathStore.h"

#include "core/base/encoding/Json.h"

#include <limits>

namespace countersign {

namespace {

std::string pathToText(const WalletPathStore::Path& path)
{
    Json json = Json::array();
    for (const std::uint32_t index : path) {
        json.push_back(index);
    }
    return dumpJson(json);
}

std::optional<WalletPathStore::Path> pathFromText(const std::string& text)
{
    const auto json = parseJson(text, {.maxBytes = 1024, .maxDepth = 1, .maxValues = 40});
    if (!json || !json->is_array()) {
        return std::nullopt;
    }
    WalletPathStore::Path path;
    for (const Json& index : *json) {
        if (!index.is_number_unsigned() ||
            index.get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) {
            return std::nullopt;
        }
        path.push_back(index.get<std::uint32_t>());
    }
    return path;
}

}  // namespace

Result<std::optional<WalletPathStore::Path>> WalletPathStore::find(const std::string& walletId,
                                                                   const std::string& eventId) const
{
    return attempt([&]() -> Result<std::optional<Path>> {
        auto query =
            m_database.statement("SELECT path FROM wallet_path WHERE wallet_id = ? AND event_id = ?");
        query->bind(1, walletId);
        query->bind(2, eventId);
        return query->executeStep() ? pathFromText(query->getColumn(0).getString()) : std::nullopt;
    });
}

Status WalletPathStore::keep(const std::string& walletId, const std::string& eventId, const Path& path)
{
    return transact(m_database, [&]() -> Status {
        auto upsert = m_database.statement(
            "INSERT INTO wallet_path (wallet_id, event_id, path, checked_at) "
            "VALUES (?, ?, ?, ?) ON CONFLICT (wallet_id) DO UPDATE SET "
            "event_id = excluded.event_id, path = excluded.path, "
            "checked_at = excluded.checked_at");
        upsert->bind(1, walletId);
        upsert->bind(2, eventId);
        upsert->bind(3, pathToText(path));
        upsert->bind(4, m_clock.now());
        upsert->exec();
        return {};
    });
}

}  // namespace countersign
