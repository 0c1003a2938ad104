#pragma once

#include "core/mpc/SigningEngine.h"
#include "core/vault/Vault.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// The settings that a ceremony and what follows it work with, as their operator last set them: BadSignature
/// when one was changed outside of the programs. Each call reads them anew.
class SigningSettings
{
public:
    SigningSettings(Database& database, const Vault& vault) : m_database(database), m_vault(vault) {}

    /// How many blocks decide on EVM chains; what is no number of blocks is the default.
    Result<int> confirmations() const;
    /// The profile's, unless another is wanted.
    Result<EngineKind> engine(std::optional<EngineKind> wanted) const;
    /// Where Dynamic's relay for ceremonies is.
    Result<std::string> relayDomain() const;
    /// All of them, for this engine: asked before anything is approved. (Those of nodes and of the jobs'
    /// relay are asked where they are needed.)
    Status check(std::optional<EngineKind> wanted) const;

private:
    Result<std::string> value(std::string_view key) const;

    Database& m_database;
    const Vault& m_vault;
};

}  // namespace countersign
