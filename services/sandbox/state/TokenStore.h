#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::sandbox {

class StateDatabase;

/// An API token beside the sandbox's own (protocol reference §6.1), without itself.
struct ApiToken
{
    std::string tokenId;
    std::string checksum;  ///< its last 6 characters
    std::string note;
    std::vector<std::string> scopes;
    UnixMillis createdAt = 0;
};

/// The table of further API tokens. Only their hashes are kept: a token is shown once, as Dynamic's are.
/// Calls that change something belong into StateDatabase::transaction.
class TokenStore
{
public:
    explicit TokenStore(StateDatabase& database) : m_database(database) {}

    Status add(const ApiToken& token, const SecretBytes& text);
    Result<std::optional<ApiToken>> find(std::string_view text) const;
    /// In order of creation.
    Result<std::vector<ApiToken>> all() const;
    /// False when there is none.
    Result<bool> remove(const std::string& tokenId);

private:
    StateDatabase& m_database;
};

}  // namespace countersign::sandbox
