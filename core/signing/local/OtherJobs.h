#pragma once

#include "core/meaning/Knowledge.h"
#include "core/signing/local/LocalFacts.h"
#include "core/vault/database/Database.h"

namespace countersign {

/// The other jobs of a job's wallet, read by index and explained again from their documents, so that no row
/// can claim what its document does not say. Read-only.
class OtherJobs
{
public:
    OtherJobs(Database& database, const meaning::Knowledge& knowledge)
        : m_database(database), m_knowledge(knowledge)
    {}

    struct Found
    {
        std::vector<OtherJob> jobs;
        std::size_t unreadable = 0;  ///< left out
        bool isCut = false;          ///< there are more
    };

    /// The newest first.
    Result<Found> signedOnes(const Job& job, int most) const;
    /// On this chain with this nonce (decimal): signed ones first, then those that wait for a decision or a
    /// signature.
    Result<Found> withNonce(const Job& job, const std::string& chainId, const std::string& nonce,
                            int most) const;
    /// EVM transactions that wait and were not prepared yet, so that no column tells their nonce.
    Result<Found> unprepared(const Job& job, int most) const;

private:
    Result<Found> read(SQLite::Statement& query, int most) const;
    std::optional<OtherJob> outlined(const Job& row) const;
    Status noteTimes(std::vector<OtherJob>& jobs, const std::vector<std::int64_t>& ids) const;

    Database& m_database;
    const meaning::Knowledge& m_knowledge;
};

}  // namespace countersign
