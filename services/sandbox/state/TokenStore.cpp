#include "services/sandbox/state/TokenStore.h"

#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Sha256.h"
#include "services/sandbox/state/StateDatabase.h"

namespace countersign::sandbox {

namespace {

constexpr const char* tokenColumns = "SELECT token_id, checksum, note, scopes, created_at FROM api_tokens ";

ApiToken tokenOf(SQLite::Statement& row)
{
    ApiToken token;
    token.tokenId = row.getColumn(0).getString();
    token.checksum = row.getColumn(1).getString();
    token.note = row.getColumn(2).getString();
    if (const auto scopes = parseJson(row.getColumn(3).getString()); scopes && scopes->is_array()) {
        for (const Json& scope : *scopes) {
            token.scopes.push_back(scope.is_string() ? scope.get<std::string>() : std::string());
        }
    }
    token.createdAt = row.getColumn(4).getInt64();
    return token;
}

}  // namespace

Status TokenStore::add(const ApiToken& token, const SecretBytes& text)
{
    return storageCall([&]() -> Status {
        SQLite::Statement insert(
            m_database.handle(),
            "INSERT INTO api_tokens (token_id, hash, checksum, note, scopes, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?)");
        const Sha256Digest hash = sha256(text.view());
        insert.bind(1, token.tokenId);
        bindBytes(insert, 2, hash);
        insert.bind(3, token.checksum);
        insert.bind(4, token.note);
        insert.bind(5, dumpJson(Json(token.scopes)));
        insert.bind(6, token.createdAt);
        insert.exec();
        return {};
    });
}

Result<std::optional<ApiToken>> TokenStore::find(std::string_view text) const
{
    return storageCall([&]() -> Result<std::optional<ApiToken>> {
        SQLite::Statement query(m_database.handle(), std::string(tokenColumns) + "WHERE hash = ?");
        const Sha256Digest hash = sha256(asBytes(text));
        bindBytes(query, 1, hash);
        return query.executeStep() ? std::optional(tokenOf(query)) : std::nullopt;
    });
}

Result<std::vector<ApiToken>> TokenStore::all() const
{
    return storageCall([&]() -> Result<std::vector<ApiToken>> {
        SQLite::Statement query(m_database.handle(), std::string(tokenColumns) + "ORDER BY position");
        std::vector<ApiToken> tokens;
        while (query.executeStep()) {
            tokens.push_back(tokenOf(query));
        }
        return tokens;
    });
}

Result<bool> TokenStore::remove(const std::string& tokenId)
{
    return storageCall([&]() -> Result<bool> {
        SQLite::Statement remove(m_database.handle(), "DELETE FROM api_tokens WHERE token_id = ?");
        remove.bind(1, tokenId);
        return remove.exec() > 0;
    });
}

}  // namespace countersign::sandbox
