#pragma once

#include "core/health/HealthRules.h"
#include "core/vault/database/Database.h"

#include <functional>
#include <map>
#include <span>

namespace countersign {

/// What is asked of the board besides what the database holds.
struct HealthQuestion
{
    UnixMillis now = 0;
    HealthLimits limits;
    /// Only an unlocked profile can tell: TrustedRows::findings, or the sentence of its error.
    std::vector<TrustFinding> tampered;
    QString trustProblem;
};

/// Every set member narrows the list.
struct HealthFilter
{
    std::optional<HealthSeverity> severity;
    std::optional<HealthRule> rule;
    /// In a wallet's address, wallet id or user id, or in what else a finding is about; without regard to
    /// ASCII case.
    std::string text;
};

struct HealthSummary
{
    UnixMillis at = 0;
    std::map<std::string, std::int64_t> byStatus;  ///< "active", "unusable", "revoked", "superseded"
    std::map<std::string, std::int64_t> byHealth;  ///< of what is active or unusable
    /// Of `verify`: the newest and the oldest answer that is kept, and the active wallets without one.
    std::optional<UnixMillis> lastVerifiedAt;
    std::optional<UnixMillis> oldestVerifiedAt;
    std::int64_t neverVerified = 0;
    std::optional<UnixMillis> environmentCheckedAt;  ///< of `dynamic check`
};

/// How many findings there are of each kind, the gravest first; kinds without any are left out.
using HealthCounts = std::map<std::pair<HealthSeverity, HealthRule>, std::int64_t>;

/// Which wallets still need an RSA key, to be asked before it is retired.
struct KeyUse
{
    std::string kid;  ///< empty: the deliveries named none
    bool isHere = false;
    std::optional<bool> isRegistered;  ///< nothing: Dynamic was never asked
    UnixMillis createdAt = 0;          ///< 0 when it is not here
    std::int64_t opened = 0;           ///< current delegations that it opened
    std::int64_t waiting = 0;          ///< delegations that wait for it and cannot be opened
};

/// Collects the facts of the health board from the profile's database and lists what is wrong, the gravest
/// first. It asks nobody: what Dynamic was last asked is in the tables. Wallets are sorted out by sets in
/// SQL, so that 100,000 cost milliseconds, and paged by key as in WalletCatalog. Read-only; bring a
/// connection of your own thread.
class HealthReader
{
public:
    HealthReader(Database& database, HealthQuestion question)
        : m_database(database), m_question(std::move(question))
    {}

    Result<HealthSummary> summary() const;
    Result<HealthCounts> counts() const;
    Result<std::vector<std::int64_t>> ids(const HealthFilter& filter) const;
    /// In the order of ids; what is gone or mended is left out. At most 1000 ids a call.
    Result<std::vector<HealthFinding>> rows(std::span<const std::int64_t> ids) const;
    /// What a first paint needs, without reading all ids.
    Result<std::vector<HealthFinding>> firstRows(const HealthFilter& filter, int limit) const;
    /// All of them, page by page, of one moment; ends with the visitor's first error.
    Status forEach(const HealthFilter& filter,
                   const std::function<Status(const HealthFinding&)>& visit) const;
    /// Keys that wallets need first.
    Result<std::vector<KeyUse>> keyUse() const;

private:
    Result<ProfileFacts> profileFacts() const;
    Result<std::vector<HealthFinding>> profileMatches(const HealthFilter& filter) const;
    Result<std::vector<std::int64_t>> collect(const HealthFilter& filter, std::int64_t limit) const;
    Status addWalletIds(HealthRule rule, const HealthFilter& filter, std::int64_t limit,
                        std::vector<std::int64_t>& ids) const;
    bool isAsked(HealthRule rule) const;
    void bindAge(HealthRule rule, SQLite::Statement& query) const;
    Status readWallets(HealthRule rule, const std::vector<std::int64_t>& rows,
                       std::map<std::int64_t, HealthFinding>& found) const;

    Database& m_database;
    HealthQuestion m_question;
};

/// So many wallets that were never received are listed; their number is not bounded by anything of ours.
inline constexpr int mostMissedWallets = 10'000;

}  // namespace countersign
