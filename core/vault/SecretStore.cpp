#include "core/vault/SecretStore.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/vault/AssociatedData.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct SecretStoreText
{
    Q_DECLARE_TR_FUNCTIONS(SecretStoreText)
};

constexpr std::size_t maxSecretBytes = 64 * 1024;

// The kind stands for the column, so that no kind and name together read like another pair.
SealedCell secretCell(std::string_view kind, std::string_view name)
{
    return {"secret", std::string(name), std::string(kind)};
}

/// Over everything of the row. Columns: kind, name, sealed, created_at.
std::string fingerprintOfSecret(SQLite::Statement& row)
{
    AssociatedData data("countersign secret row 1");
    data.add(row.getColumn(0).getString())
        .add(row.getColumn(1).getString())
        .add(blobView(row.getColumn(2)))
        .add(row.getColumn(3).getInt64());
    return toHex(sha256(data.bytes()));
}

}  // namespace

Status SecretStore::put(std::string_view kind, std::string_view name, const SecretBytes& secret,
                        UnixMillis now)
{
    if (secret.isEmpty() || secret.size() > maxSecretBytes) {
        return failure(ErrorCode::InvalidInput,
                       SecretStoreText::tr("The secret is empty or longer than 64 KiB. Check the file."));
    }
    ASSIGN_OR_RETURN(const auto sealed, m_vault.seal(secretCell(kind, name), secret.view()));
    return attempt([&]() -> Status {
        SQLite::Statement upsert(m_database.handle(),
                                 "INSERT INTO secret (kind, name, sealed, created_at) VALUES (?, ?, ?, ?) "
                                 "ON CONFLICT (kind, name) DO UPDATE "
                                 "SET sealed = excluded.sealed, created_at = excluded.created_at");
        upsert.bind(1, std::string(kind));
        upsert.bind(2, std::string(name));
        upsert.bind(3, sealed.data(), static_cast<int>(sealed.size()));
        upsert.bind(4, now);
        upsert.exec();
        return {};
    });
}

Result<SecretBytes> SecretStore::get(std::string_view kind, std::string_view name) const
{
    return attempt([&]() -> Result<SecretBytes> {
        auto query = m_database.statement("SELECT sealed FROM secret WHERE kind = ? AND name = ?");
        query->bind(1, std::string(kind));
        query->bind(2, std::string(name));
        if (!query->executeStep()) {
            return failure(ErrorCode::NotFound, SecretStoreText::tr("The profile holds no such secret."),
                           QString::fromStdString(std::string(kind) + "/" + std::string(name)));
        }
        return m_vault.unseal(secretCell(kind, name), blobView(query->getColumn(0)));
    });
}

Result<std::vector<SecretBytes>> SecretStore::all(std::string_view kind) const
{
    return attempt([&]() -> Result<std::vector<SecretBytes>> {
        std::vector<SecretBytes> secrets;
        SQLite::Statement query(m_database.handle(),
                                "SELECT name, sealed FROM secret WHERE kind = ? ORDER BY created_at, id");
        query.bind(1, std::string(kind));
        while (query.executeStep()) {
            ASSIGN_OR_RETURN(auto secret, m_vault.unseal(secretCell(kind, query.getColumn(0).getString()),
                                                         blobView(query.getColumn(1))));
            secrets.push_back(std::move(secret));
        }
        return secrets;
    });
}

Result<std::vector<SecretStore::Entry>> SecretStore::list(std::string_view kind) const
{
    return attempt([&]() -> Result<std::vector<Entry>> {
        std::vector<Entry> entries;
        SQLite::Statement query(m_database.handle(),
                                "SELECT name, created_at FROM secret WHERE kind = ? ORDER BY created_at, id");
        query.bind(1, std::string(kind));
        while (query.executeStep()) {
            entries.push_back({query.getColumn(0).getString(), query.getColumn(1).getInt64()});
        }
        return entries;
    });
}

std::string SecretStore::rowKey(std::string_view kind, std::string_view name)
{
    return std::string(kind) + '/' + std::string(name);
}

Result<std::optional<std::string>> SecretStore::fingerprint(std::string_view kind,
                                                            std::string_view name) const
{
    return attempt([&]() -> Result<std::optional<std::string>> {
        auto query = m_database.statement(
            "SELECT kind, name, sealed, created_at FROM secret WHERE kind = ? AND name = ?");
        query->bind(1, std::string(kind));
        query->bind(2, std::string(name));
        return query->executeStep() ? std::optional(fingerprintOfSecret(*query)) : std::nullopt;
    });
}

Result<TrustManifest::Rows> SecretStore::fingerprints(Database& database)
{
    return attempt([&]() -> Result<TrustManifest::Rows> {
        TrustManifest::Rows rows;
        SQLite::Statement query(database.handle(), "SELECT kind, name, sealed, created_at FROM secret");
        while (query.executeStep()) {
            const auto [row, isNew] =
                rows.emplace(rowKey(query.getColumn(0).getString(), query.getColumn(1).getString()),
                             fingerprintOfSecret(query));
            // Only a row that somebody else put in can read like another one.
            if (!isNew) {
                row->second = "ambiguous";
            }
        }
        return rows;
    });
}

Status SecretStore::remove(std::string_view kind, std::string_view name)
{
    return attempt([&]() -> Status {
        SQLite::Statement statement(m_database.handle(), "DELETE FROM secret WHERE kind = ? AND name = ?");
        statement.bind(1, std::string(kind));
        statement.bind(2, std::string(name));
        if (statement.exec() == 0) {
            return failure(ErrorCode::NotFound, SecretStoreText::tr("The profile holds no such secret."));
        }
        return {};
    });
}

}  // namespace countersign
