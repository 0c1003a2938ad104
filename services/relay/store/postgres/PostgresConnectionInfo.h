#pragma once

#include "core/base/Result.h"
#include "core/base/SecretBytes.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace countersign::relay {

/// A parsed PostgreSQL connection URL. It can hold a password, so it is taken apart once, before anything
/// could print it: libpq's messages about URLs that it cannot read quote them.
class PostgresConnectionInfo
{
public:
    static bool isUrl(std::string_view url);
    /// Whether somebody who sees the URL might see a password: rather too often than too seldom.
    static bool mayHoldPassword(std::string_view url);

    /// "postgresql://[user[:password]@][host[:port][,…]][/database][?name=value[&…]]" as libpq reads it
    /// (PostgreSQL manual §34.1.1.2). InvalidInput, without quoting any of it, for anything else, for "@"
    /// that is not percent-encoded (the rest of a password would be taken for a host and told to name
    /// servers), and for parameters that would weaken what the relay promises.
    static Result<PostgresConnectionInfo> parse(const std::string& url);

    /// libpq's parameters without the password. What the URL leaves out comes from libpq's environment,
    /// password and service files.
    const std::vector<std::pair<std::string, std::string>>& parameters() const { return m_parameters; }
    /// Empty when the URL has none.
    const SecretBytes& password() const { return m_password; }

private:
    std::vector<std::pair<std::string, std::string>> m_parameters;
    SecretBytes m_password;
};

}  // namespace countersign::relay
