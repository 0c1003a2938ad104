#pragma once

#include "core/revocation/Revocation.h"
#include "core/vault/Vault.h"

namespace countersign {

/// The tables of revocations. Each row carries a code keyed by the vault (HMAC-SHA-256) over everything that
/// it says, and a revocation's over how many wallets it has: a proof is made of these rows, so whoever can
/// only write the profile's files must not be able to turn "pending" into "revoked", nor to take a wallet
/// out. Rows that are not as they were written are Corrupt. Rows put back as they were before are asked about
/// once more, which changes nothing.
class RevocationStore
{
public:
    RevocationStore(Database& database, const Vault& vault) : m_database(database), m_vault(vault) {}

    /// Inside the caller's transaction behind "revocation.begun".
    Status add(const Revocation& revocation);
    /// Inside the caller's transaction.
    Status update(const std::string& revocationId, const RevocationItem& item);
    /// Inside the caller's transaction.
    Status end(const Revocation& revocation, UnixMillis at);

    /// NotFound, Corrupt, Locked.
    Result<Revocation> load(const std::string& revocationId) const;
    /// One wallet of it, as it is now. The same errors.
    Result<RevocationItem> item(const std::string& revocationId, const std::string& walletId) const;
    /// Newest first.
    Result<std::vector<std::string>> ids() const;
    /// Those that are not ended, oldest first, and those that are not as they were written: of these nobody
    /// can say that they are ended, and load() tells what is wrong with them.
    Result<std::vector<std::string>> unfinished() const;
    /// The revocations that wait for an answer about this wallet.
    Result<std::vector<std::string>> pendingFor(const std::string& walletId) const;
    /// Those in which the wallet is, newest first.
    Result<std::vector<std::string>> allOf(const std::string& walletId) const;

private:
    struct Header
    {
        Revocation revocation;  ///< without its wallets
        std::size_t wallets = 0;
    };
    Result<Header> header(const std::string& revocationId) const;
    Result<Bytes> code(const std::string& text) const;
    Status checkCode(const std::string& revocationId, const std::string& text, BytesView stored) const;
    Result<RevocationItem> itemFrom(const std::string& revocationId, SQLite::Statement& row) const;
    Result<std::vector<std::string>> texts(const char* sql, const std::string& argument = {}) const;

    Database& m_database;
    const Vault& m_vault;
};

}  // namespace countersign
