#pragma once

#include "core/base/SecretBytes.h"
#include "core/policy/facts/PolicyFacts.h"
#include "core/vault/Vault.h"
#include "core/vault/database/Database.h"

#include <optional>
#include <string>

namespace countersign {

/// What a policy was told about jobs when they were approved, kept so that the sums of periods need not
/// explain every one of them again, and know what held then. A row carries a code (HMAC-SHA-256, keyed by the
/// vault, over profile, job, digest and facts): one that somebody else wrote does not count, as if it were
/// not there.
class KeptFacts
{
public:
    /// Locked.
    static Result<KeptFacts> open(Database& database, const Vault& vault);

    /// digest: 0x-hex, as it was approved; empty: of any, if there is one only. Nothing where none is kept,
    /// or its code is wrong.
    std::optional<PolicyFacts> find(const std::string& jobId, const std::string& digest) const;
    /// In place of what was kept before; longer ones than are read are not kept. Inside the caller's write
    /// transaction.
    Status keep(const std::string& jobId, const std::string& digest, const PolicyFacts& facts) const;

private:
    KeptFacts(Database& database, std::string profileId, Vault::DerivedKey key)
        : m_database(database), m_profileId(std::move(profileId)), m_key(std::move(key))
    {}
    Bytes codeOf(const std::string& jobId, const std::string& digest, const std::string& text) const;

    Database& m_database;
    std::string m_profileId;
    Vault::DerivedKey m_key;
};

}  // namespace countersign
