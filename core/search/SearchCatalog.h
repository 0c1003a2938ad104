#pragma once

#include "core/search/SearchHits.h"
#include "core/search/SearchQuery.h"

#include <span>

namespace countersign {

/// One wallet of a revocation, as it is found: for showing only, its codes are not looked at
/// (RevocationStore).
struct RevocationHit
{
    std::int64_t id = 0;
    std::string revocationId;
    std::string reason;
    UnixMillis startedAt = 0;
    std::string walletId;
    std::string address;
    std::string chain;
    std::string atDynamic;  ///< as design.md §9 prints it
    bool isHeld = false;    ///< it was delegated again before Dynamic answered
};

/// Finds wallets, jobs, events, revocations and entries of the record by one query. A million events are
/// never read through: words are beginnings of ids, names and addresses, which indexes know; rows are read of
/// the rarest word alone. Any part of an address, id or user is found among wallets, and any part of a reason
/// or submitter among jobs and revocations, for those lists are short enough. Of the record the newest
/// entries are looked at, any part of them. Rows come from the lists' own catalogs, by id. Read-only; bring a
/// connection of your own thread.
class SearchCatalog
{
public:
    explicit SearchCatalog(Database& database) : m_database(database) {}

    static constexpr std::int64_t most = 2'000;
    /// Entries of the record that are looked at; the record page's filter looks at all.
    static constexpr std::int64_t mostRecordEntries = 50'000;

    /// Nothing when the query does not concern the group. behind: a row of the list, whose followers are
    /// wanted; 0: from its beginning.
    Result<SearchHits> find(const SearchQuery& query, SearchGroup group, std::int64_t limit = most,
                            std::int64_t behind = 0) const;
    /// In the order of ids; ids that are gone are left out. At most 1000 ids a call.
    Result<std::vector<RevocationHit>> rows(std::span<const std::int64_t> ids) const;

private:
    Database& m_database;
};

}  // namespace countersign
