#pragma once

#include "core/audit/trust/TrustedRows.h"
#include "core/base/Clock.h"
#include "core/crypto/primitives/Ed25519.h"

#include <optional>
#include <string>
#include <vector>

namespace countersign {

struct Submitter
{
    std::string name;
    ed25519::PublicKey publicKey{};
    UnixMillis createdAt = 0;
};

/// The registry of job submitters: a name for the operators and the Ed25519 key behind it. Who may ask for
/// signatures through the relay is decided here and by nobody else. A row counts only as this profile's
/// programs wrote it (TrustedRows).
class Submitters
{
public:
    Submitters(Database& database, const Vault& vault)
        : m_database(database), m_vault(vault), m_trusted(database, vault)
    {}

    /// name: 1 to 64 printable characters without control characters. InvalidInput; AlreadyExists for a name
    /// or a key that is there. Inside the caller's transaction behind "submitter.added".
    Status add(const std::string& name, const ed25519::PublicKey& key, UnixMillis now);
    /// By name, also one whose row was taken away or put in by somebody else. NotFound. Inside the caller's
    /// transaction behind "submitter.removed".
    Status remove(const std::string& name);

    struct Registered
    {
        std::vector<Submitter> trusted;  ///< by name
        std::vector<Submitter> doubted;  ///< whose rows somebody else wrote: nothing of theirs counts
    };
    /// The errors of TrustedRows::manifest.
    Result<Registered> registered() const;

    /// The bare rows, by name: for showing them.
    static Result<std::vector<Submitter>> rows(Database& database);

private:
    Database& m_database;
    const Vault& m_vault;
    TrustedRows m_trusted;
};

/// Any 32 bytes in hex, with or without 0x: what a signature is checked with need not be a key of anybody's.
std::optional<ed25519::PublicKey> publicKeyBytes(std::string_view hex);
/// 64 hex digits, 0x allowed, of a key that ed25519::isValidPublicKey accepts; InvalidInput otherwise.
Result<ed25519::PublicKey> parseEd25519PublicKey(std::string_view hex);

}  // namespace countersign
