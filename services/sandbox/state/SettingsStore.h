#pragma once

#include "core/base/Result.h"
#include "core/base/SecretBytes.h"
#include "services/sandbox/state/SandboxTypes.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign::sandbox {

class StateDatabase;

/// The table of the environment's settings and encryption keys. What the environment is (ids, token, secret,
/// enclave root, webhook address) and which encryption keys the developer registered must be the same after a
/// restart.
class SettingsStore
{
public:
    explicit SettingsStore(StateDatabase& database) : m_database(database) {}

    /// Some settings are secret, so all come in guarded memory.
    Result<std::optional<SecretBytes>> setting(const std::string& name) const;
    Status setSetting(const std::string& name, BytesView value);

    /// In order of registration; the last one is in use.
    Result<std::vector<EncryptionKey>> encryptionKeys() const;
    /// A key that is already there (same PEM) becomes the last one and keeps its kid.
    Status useEncryptionKey(const EncryptionKey& key);

private:
    StateDatabase& m_database;
};

}  // namespace countersign::sandbox
