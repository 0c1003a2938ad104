#include "core/inspection/EnvironmentCheckStore.h"

namespace countersign {

Status EnvironmentCheckStore::put(const EnvironmentCheck& check)
{
    return attempt([&]() -> Status {
        SQLite::Statement upsert(m_database.handle(),
                                 "INSERT INTO environment_check (id, checked_at, report) VALUES (1, ?, ?) "
                                 "ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at, "
                                 "report = excluded.report");
        upsert.bind(1, check.checkedAt);
        upsert.bind(2, dumpJson(toJson(check)));
        upsert.exec();
        return {};
    });
}

Result<std::optional<EnvironmentCheck>> EnvironmentCheckStore::newest() const
{
    return attempt([&]() -> Result<std::optional<EnvironmentCheck>> {
        // What is longer than any report of ours is not even read.
        SQLite::Statement query(m_database.handle(),
                                "SELECT report FROM environment_check WHERE id = 1 AND length(report) <= "
                                "524288");
        return query.executeStep() ? environmentCheckFrom(query.getColumn(0).getString()) : std::nullopt;
    });
}

}  // namespace countersign
