#pragma once

#include "core/signing/job/Job.h"
#include "core/vault/database/Database.h"

#include <span>

namespace countersign {

struct JobFilter
{
    enum class Group { All, Waiting, Running, Done };
    Group group = Group::All;
    std::optional<JobState> state;
    std::string chain;     ///< "EVM", "SVM" or empty
    std::string walletId;  ///< exactly, or empty
    /// Substrings of job id, address, wallet id, submitter, reason or hash, without regard to ASCII case.
    std::string text;
};

struct JobOrder
{
    enum class Column { Created, Expires, State, Wallet, Submitter };
    Column column = Column::Created;
    bool descending = true;
};

/// The read side of the jobs' table, for views and the command line. By the rules of WalletCatalog: ids once,
/// rows by id. Read-only; bring a connection of your own thread.
class JobCatalog
{
public:
    explicit JobCatalog(Database& database) : m_database(database) {}

    Result<std::vector<std::int64_t>> ids(const JobFilter& filter, const JobOrder& order) const;
    /// In the order of ids; ids that are gone are left out. At most 1000 ids a call.
    Result<std::vector<Job>> rows(std::span<const std::int64_t> ids) const;
    Result<std::vector<Job>> firstRows(const JobFilter& filter, const JobOrder& order, int limit) const;

    struct Counts
    {
        std::int64_t waiting = 0;
        std::int64_t running = 0;
        std::int64_t done = 0;
    };
    Result<Counts> counts() const;

    /// By the whole job id, or an unambiguous beginning of at least 8 digits. NotFound otherwise.
    Result<Job> find(std::string_view jobId) const;
    /// Oldest first.
    Result<std::vector<JobHistoryEntry>> steps(std::int64_t id) const;

private:
    Database& m_database;
};

}  // namespace countersign
