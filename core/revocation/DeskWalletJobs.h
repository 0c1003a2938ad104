#pragma once

#include "core/revocation/WalletJobs.h"
#include "core/signing/desk/JobDesk.h"

#include <filesystem>

namespace countersign {

/// WalletJobs of a profile's desk, whose listeners hear of what is rejected.
class DeskWalletJobs final : public WalletJobs
{
public:
    /// All outlive it; database: of the desk's thread.
    DeskWalletJobs(JobDesk& desk, Database& database, const Vault& vault)
        : m_desk(desk), m_database(database), m_vault(vault)
    {}

    Result<std::int64_t> stop(const std::string& walletId, const std::string& reason) override;
    Result<bool> isSigning(const std::string& walletId) const override;

private:
    Result<std::vector<std::string>> inState(const std::string& walletId, JobState state) const;

    JobDesk& m_desk;
    Database& m_database;
    const Vault& m_vault;
};

}  // namespace countersign
