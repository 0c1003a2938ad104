#pragma once

#include "core/delegation/DelegationStore.h"
#include "core/inbox/delivery/DeliveryStore.h"
#include "core/inbox/quarantine/UnverifiedStore.h"

namespace countersign {

/// What the body of a webhook says of the delegation that it would bring, if anything.
std::optional<DelegationClaim> delegationClaim(std::string_view kind, BytesView body);
std::optional<DelegationClaim> delegationClaim(const WebhookEvent& event);

/// Erasure of the ciphertext of ended delegations. When a delegation is over, its ciphertext must be nowhere
/// in the profile: not in another copy of the delivery that waits in quarantine because its signature or
/// environment is wrong, and not in one that arrives afterwards. Everything runs inside the caller's
/// transaction.
class EndedCopies
{
public:
    EndedCopies(Database& database, DeliveryStore& deliveries, UnverifiedStore& unverified)
        : m_database(database), m_delegations(database), m_deliveries(deliveries), m_unverified(unverified)
    {}

    Result<bool> isOver(const DelegationClaim& claim);
    /// What waits in quarantine for this wallet, or only says that it is about it, and is over.
    Status blank(std::string_view walletId, UnixMillis now);
    /// Looks at what an older version took in; true when there is more.
    Result<bool> examine(int most, UnixMillis now);

private:
    Status examineOne(std::int64_t deliveryId, UnixMillis now);
    Status blankWaiting(std::string_view walletId, UnixMillis now);

    Database& m_database;
    DelegationStore m_delegations;
    DeliveryStore& m_deliveries;
    UnverifiedStore& m_unverified;
};

}  // namespace countersign
