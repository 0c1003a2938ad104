#pragma once

#include "core/base/Clock.h"
#include "core/crypto/Ed25519.h"
#include "core/vault/Database.h"

#include <string>
#include <vector>

namespace countersign {

struct Submitter
{
    std::string name;
    ed25519::PublicKey publicKey{};
    UnixMillis createdAt = 0;
};

/// Why this class exists: who may ask for signatures through the relay is decided here and by nobody else: a
/// name for the operators and the Ed25519 key behind it. Writes belong inside the caller's audit entry and
/// transaction.
class Submitters
{
public:
    explicit Submitters(Database& database) : m_database(database) {}

    /// name: 1 to 64 printable characters without control characters. InvalidInput; AlreadyExists for a name
    /// or a key that is there.
    Status add(const std::string& name, const ed25519::PublicKey& key, UnixMillis now);
    /// By name. NotFound.
    Status remove(const std::string& name);
    /// By name.
    Result<std::vector<Submitter>> list() const;

private:
    Database& m_database;
};

/// 64 hex digits, 0x allowed, of a key that ed25519::isValidPublicKey accepts; InvalidInput otherwise.
Result<ed25519::PublicKey> parseSubmitterKey(std::string_view hex);

}  // namespace countersign
