#include "services/sandbox/state/SettingsStore.h"

#include "services/sandbox/state/StateDatabase.h"

namespace countersign::sandbox {

Result<std::optional<SecretBytes>> SettingsStore::setting(const std::string& name) const
{
    return storageCall([&]() -> Result<std::optional<SecretBytes>> {
        SQLite::Statement query(m_database.handle(), "SELECT value FROM settings WHERE name = ?");
        query.bind(1, name);
        if (!query.executeStep()) {
            return std::optional<SecretBytes>();
        }
        return std::optional<SecretBytes>(secretOf(query.getColumn(0)));
    });
}

Status SettingsStore::setSetting(const std::string& name, BytesView value)
{
    return storageCall([&]() -> Status {
        SQLite::Statement upsert(m_database.handle(),
                                 "INSERT INTO settings (name, value) VALUES (?, ?) "
                                 "ON CONFLICT (name) DO UPDATE SET value = excluded.value");
        upsert.bind(1, name);
        bindBytes(upsert, 2, value);
        upsert.exec();
        return {};
    });
}

Result<std::vector<EncryptionKey>> SettingsStore::encryptionKeys() const
{
    return storageCall([&]() -> Result<std::vector<EncryptionKey>> {
        SQLite::Statement query(m_database.handle(),
                                "SELECT kid, public_key_pem, created_at, updated_at FROM encryption_keys "
                                "ORDER BY position");
        std::vector<EncryptionKey> keys;
        while (query.executeStep()) {
            keys.push_back({query.getColumn(0).getString(), query.getColumn(1).getString(),
                            query.getColumn(2).getInt64(), query.getColumn(3).getInt64()});
        }
        return keys;
    });
}

Status SettingsStore::useEncryptionKey(const EncryptionKey& key)
{
    return storageCall([&]() -> Status {
        SQLite::Statement upsert(
            m_database.handle(),
            "INSERT INTO encryption_keys (kid, public_key_pem, created_at, updated_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (public_key_pem) DO UPDATE SET updated_at = excluded.updated_at, "
            "position = (SELECT max(position) + 1 FROM encryption_keys)");
        upsert.bind(1, key.kid);
        upsert.bind(2, key.publicKeyPem);
        upsert.bind(3, key.createdAt);
        upsert.bind(4, key.updatedAt);
        upsert.exec();
        return {};
    });
}

}  // namespace countersign::sandbox
