#pragma once

#include "core/inspection/environment/EnvironmentCheck.h"
#include "core/vault/database/Database.h"

#include <optional>

namespace countersign {

/// The newest answers about the environment, one row. For showing only, and without a code: see
/// WalletCheckStore. A row that cannot be read counts as never asked.
class EnvironmentCheckStore
{
public:
    explicit EnvironmentCheckStore(Database& database) : m_database(database) {}

    /// In the place of what was kept before. Inside the caller's transaction.
    Status put(const EnvironmentCheck& check);
    Result<std::optional<EnvironmentCheck>> newest() const;

private:
    Database& m_database;
};

}  // namespace countersign
