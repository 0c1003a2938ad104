#include "core/vault/Settings.h"

namespace countersign {

Result<std::optional<std::string>> Settings::get(std::string_view key) const
{
    return attempt([&]() -> Result<std::optional<std::string>> {
        auto query = m_database.statement("SELECT value FROM setting WHERE key = ?");
        bindText(*query, 1, key);
        if (!query->executeStep()) {
            return std::optional<std::string>();
        }
        return std::optional(query->getColumn(0).getString());
    });
}

Status Settings::set(std::string_view key, std::string_view value)
{
    return attempt([&]() -> Status {
        auto upsert = m_database.statement(
            "INSERT INTO setting (key, value) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        bindText(*upsert, 1, key);
        bindText(*upsert, 2, value);
        upsert->exec();
        return {};
    });
}

Status Settings::remove(std::string_view key)
{
    return attempt([&]() -> Status {
        auto statement = m_database.statement("DELETE FROM setting WHERE key = ?");
        bindText(*statement, 1, key);
        statement->exec();
        return {};
    });
}

Result<std::map<std::string, std::string>> Settings::all() const
{
    return attempt([&]() -> Result<std::map<std::string, std::string>> {
        std::map<std::string, std::string> settings;
        auto query = m_database.statement("SELECT key, value FROM setting");
        while (query->executeStep()) {
            settings.emplace(query->getColumn(0).getString(), query->getColumn(1).getString());
        }
        return settings;
    });
}

}  // namespace countersign
