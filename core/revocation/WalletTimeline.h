#pragma once

#include "core/base/Clock.h"
#include "core/vault/database/Database.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace countersign {

/// Something that happened to a wallet; holds no secret.
struct WalletHappening
{
    enum class Kind { Delegation, Delivery, Revocation, Job, Check };

    std::int64_t id = 0;  ///< unique over all kinds: the key by which models page
    Kind kind = Kind::Delivery;
    UnixMillis at = 0;  ///< by the sender's clock where it named one
    /// As stored: delegation.state, delivery.verdict, revocation_wallet.at_dynamic, job.state or
    /// wallet_check.verdict.
    std::string state;
    /// The share set, the event's name, the reason, the job's kind, or what will change at Dynamic; empty
    /// where there is none.
    std::string what;
    std::string entryKind;        ///< a delivery's
    std::string detail;           ///< an answer's, as WalletCheck has it
    std::string reference;        ///< the revocation's or the job's id
    std::int64_t deliveryId = 0;  ///< of delegations and deliveries
    bool hasMaterial = false;     ///< a delegation's is still sealed here
    bool isHeld = false;          ///< a revocation waits for the operator: delegated again
    /// Which of the wallet's delegations it falls into, counted from 1; 0: before the first.
    std::int64_t life = 0;
};

/// All lives of a wallet in one line, newest first: its delegations, what came for it, its revocations, its
/// jobs, and what Dynamic answered about it last. The same paging by id as WalletCatalog. For showing only:
/// what is signed or proved asks the stores, which check what they read.
class WalletTimeline
{
public:
    explicit WalletTimeline(Database& database) : m_database(database) {}

    Result<std::vector<std::int64_t>> ids(const std::string& walletId) const;
    /// In the order of ids; ids that are gone are left out. At most 1000 ids a call.
    Result<std::vector<WalletHappening>> rows(std::span<const std::int64_t> ids) const;

private:
    Database& m_database;
};

}  // namespace countersign
