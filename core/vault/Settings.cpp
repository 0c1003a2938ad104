#include "core/vault/Settings.h"

namespace countersign {

namespace {

void bindText(SQLite::Statement& statement, int index, std::string_view text)
{
    statement.bind(index, std::string(text));
}

}  // namespace

Result<std::optional<std::string>> Settings::get(std::string_view key) const
{
    return attempt([&]() -> Result<std::optional<std::string>> {
        SQLite::Statement query(m_database.handle(), "SELECT value FROM setting WHERE key = ?");
        bindText(query, 1, key);
        if (!query.executeStep()) {
            return std::optional<std::string>();
        }
        return std::optional(query.getColumn(0).getString());
    });
}

Status Settings::set(std::string_view key, std::string_view value)
{
    return attempt([&]() -> Status {
        SQLite::Statement upsert(m_database.handle(),
                                 "INSERT INTO setting (key, value) VALUES (?, ?) "
                                 "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        bindText(upsert, 1, key);
        bindText(upsert, 2, value);
        upsert.exec();
        return {};
    });
}

Status Settings::remove(std::string_view key)
{
    return attempt([&]() -> Status {
        SQLite::Statement statement(m_database.handle(), "DELETE FROM setting WHERE key = ?");
        bindText(statement, 1, key);
        statement.exec();
        return {};
    });
}

Result<std::map<std::string, std::string>> Settings::all() const
{
    return attempt([&]() -> Result<std::map<std::string, std::string>> {
        std::map<std::string, std::string> settings;
        SQLite::Statement query(m_database.handle(), "SELECT key, value FROM setting");
        while (query.executeStep()) {
            settings.emplace(query.getColumn(0).getString(), query.getColumn(1).getString());
        }
        return settings;
    });
}

}  // namespace countersign
