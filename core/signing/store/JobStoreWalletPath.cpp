#include "core/signing/store/JobStore.h"

// Why: a wallet's path at Dynamic is asked for once per delegation and kept beside the jobs that need it.

namespace countersign {

namespace {

std::string pathToText(const std::vector<std::uint32_t>& path)
{
    Json json = Json::array();
    for (const std::uint32_t index : path) {
        json.push_back(index);
    }
    return dumpJson(json);
}

std::optional<std::vector<std::uint32_t>> pathFromText(const std::string& text)
{
    const auto json = parseJson(text, {.maxBytes = 1024, .maxDepth = 1, .maxValues = 40});
    if (!json || !json->is_array()) {
        return std::nullopt;
    }
    std::vector<std::uint32_t> path;
    for (const Json& index : *json) {
        if (!index.is_number_unsigned()) {
            return std::nullopt;
        }
        path.push_back(index.get<std::uint32_t>());
    }
    return path;
}

}  // namespace

Result<std::optional<std::vector<std::uint32_t>>> JobStore::walletPath(const std::string& walletId,
                                                                       const std::string& eventId) const
{
    return attempt([&]() -> Result<std::optional<std::vector<std::uint32_t>>> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT path FROM wallet_path WHERE wallet_id = ? AND event_id = ?");
        query.bind(1, walletId);
        query.bind(2, eventId);
        return query.executeStep() ? pathFromText(query.getColumn(0).getString()) : std::nullopt;
    });
}

Status JobStore::keepWalletPath(const std::string& walletId, const std::string& eventId,
                                const std::vector<std::uint32_t>& path)
{
    return transact(m_database, [&]() -> Status {
        SQLite::Statement upsert(m_database.handle(),
                                 "INSERT INTO wallet_path (wallet_id, event_id, path, checked_at) "
                                 "VALUES (?, ?, ?, ?) ON CONFLICT (wallet_id) DO UPDATE SET "
                                 "event_id = excluded.event_id, path = excluded.path, "
                                 "checked_at = excluded.checked_at");
        upsert.bind(1, walletId);
        upsert.bind(2, eventId);
        upsert.bind(3, pathToText(path));
        upsert.bind(4, m_clock.now());
        upsert.exec();
        return {};
    });
}

}  // namespace countersign
